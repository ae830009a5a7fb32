#!/bin/sh
# The server's tests on every Python that the package supports and this machine has, side by side.
# Documents are the same on all of them, so what node makes of documents is tested on the default
# one only. "install" makes the environments alone.
set -eu
export ADJAX_EXAMPLES="${ADJAX_EXAMPLES:-300}" # "make test" tries more
default=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')

find_python() {
    for candidate in "$(command -v "python$1" || true)" "$HOME"/.pyenv/versions/"$1".*/bin/python; do
        if [ -x "$candidate" ] && "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

# One at a time: each installation writes into the same egg-info.
install() {
    venv=".venv-$1"
    [ -d "$venv" ] || "$2" -m venv "$venv"
    if ! [ "$venv/.test" -nt setup.cfg ] || ! [ "$venv/.test" -nt pyproject.toml ]; then
        "$venv/bin/pip" install --quiet --disable-pip-version-check --editable '.[test]'
        touch "$venv/.test"
    fi
}

run_tests() {
    python=".venv-$1/bin/python"
    echo "Python $1, Django $("$python" -m django --version)"
    "$python" example/manage.py export_schemas --out schemas --check &&
        "$python" example/manage.py export_typescript --out example/api.d.ts --check &&
        "$python" -m pytest --quiet -p no:cacheprovider --hypothesis-profile=few \
            -m "not browser and not server and (not slow and not node or every_python)"
}

versions=""
for version in 3.10 3.11 3.12 3.13; do
    python=$(find_python "$version")
    if [ "$version" = "$default" ]; then
        echo "Python $version: the default one, tested by make test"
    elif [ -z "$python" ]; then
        echo "Python $version: not on this machine, not tested"
    else
        install "$version" "$python"
        versions="$versions $version"
    fi
done
[ -n "$versions" ] || { echo "no supported Python found"; exit 1; }
[ "${1:-}" != install ] || exit 0

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
for version in $versions; do
    { run_tests "$version" >"$logs/$version" 2>&1 && touch "$logs/$version.passed"; } &
done
wait
failed=0
for version in $versions; do
    cat "$logs/$version"
    [ -e "$logs/$version.passed" ] || failed=1
done
exit "$failed"
