#!/bin/sh
# The server's tests on every Python that the package supports and this machine has. Documents are
# the same on all of them, so what node makes of documents is tested on the default one only.
set -eu
export ADJAX_EXAMPLES="${ADJAX_EXAMPLES:-300}" # "make test" tries more
default=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
ran=0
for version in 3.10 3.11 3.12 3.13; do
    if [ "$version" = "$default" ]; then
        echo "Python $version: the default one, tested by make test"
        continue
    fi
    python=""
    for candidate in "$(command -v "python$version" || true)" "$HOME"/.pyenv/versions/"$version".*/bin/python; do
        if [ -x "$candidate" ] && "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
            python="$candidate"
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "Python $version: not on this machine, not tested"
        continue
    fi
    venv=".venv-$version"
    [ -d "$venv" ] || "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --editable '.[test]'
    echo "Python $version, Django $("$venv/bin/python" -m django --version)"
    "$venv/bin/python" example/manage.py export_schemas --out schemas --check
    "$venv/bin/python" example/manage.py export_typescript --out example/api.d.ts --check
    "$venv/bin/python" -m pytest --quiet -p no:cacheprovider --hypothesis-profile=few \
        -m "not browser and not server and (not slow and not node or every_python)"
    ran=$((ran + 1))
done
[ "$ran" -gt 0 ] || { echo "no supported Python found"; exit 1; }
