"""``python -m bench.instructions``: instructions that one request takes, counted by callgrind.

The count of a request is the difference of N and 2N of them, with hashes fixed and the garbage
collector off: the same from run to run, which no time on a shared machine is. Exit status 1
where a count is more than 5 % above the committed one (bench/instructions.json).

Committed figures hold for one build of Python and one release of each library: two builds of
Python 3.11 differ by 13 % on W1 and by 6 % on W3, so that no factor leads from one to another.
Any other build counts the code anew that the committed figures are from, out of git; where a
shallow clone has not got that, there is nothing to compare with.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import platform
import re
import subprocess
import sys
import sysconfig
import tempfile
import zlib
from importlib.metadata import version
from pathlib import Path

WORKLOADS = {"W1": 100, "W3": 6, "W4": 3}
"""Each with N, its number of requests."""
ALLOWED = 1.05
ROOT = Path(__file__).parent.parent
COMMITTED = ROOT / "bench" / "instructions.json"
MARK = "srand48"
"""A function of the C library that nothing else calls: callgrind writes its counts there."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.instructions", description=__doc__)
    parser.add_argument("--update", action="store_true", help="commit the figures of this run")
    parser.add_argument("--contestant", default="ours")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _requests(options.contestant)
        return 0
    counts = measure(options.contestant)
    if options.contestant != "ours":
        print("\n".join(f"{name:4}{count:14,}" for name, count in counts.items()))
        return 0
    if options.update:
        figures = {"build": _build(), "instructions": counts}
        COMMITTED.write_text(json.dumps(figures, indent=2) + "\n")
    committed = json.loads(COMMITTED.read_text())
    if committed["build"] == _build():
        return _compare(counts, committed["instructions"])
    print(f"Committed for {committed['build']},\nnot for {_build()}:")
    anew = _counted_anew()
    if anew is None:
        print("Nothing to compare with: git has not the code that they are from. These are:")
        print("\n".join(f"{name:4}{count:14,}" for name, count in counts.items()))
        return 0
    return _compare(counts, anew)


def measure(contestant: str, checkout: Path = ROOT) -> dict[str, int]:
    """Count the instructions of one request of each workload."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                os.environ.get("VALGRIND", "valgrind"),
                "--tool=callgrind",
                f"--dump-before={MARK}*",
                f"--callgrind-out-file={folder}/out",
                sys.executable,
                "-m",
                "bench.instructions",
                "--child",
                "--contestant",
                contestant,
            ],
            cwd=checkout,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        parts = sorted(Path(folder).glob("out.*"), key=lambda path: int(path.suffix[1:]))
        # Where the mark calls a function of like name, there is an all but empty part, too.
        totals = [total for path in parts if (total := _total(path)) > 1000]
    # The parts end: before the first N, after N, after 2N; then the same for the next workload.
    if len(totals) != 3 * len(WORKLOADS):
        raise SystemExit(f"callgrind has written {len(totals)} parts")
    counts = {}
    for number, (name, repetitions) in enumerate(WORKLOADS.items()):
        once, twice = totals[3 * number + 1 : 3 * number + 3]
        counts[name] = round((twice - once) / repetitions)
    return counts


def _total(path: Path) -> int:
    found = re.search(r"^(?:totals|summary): (\d+)", path.read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{path.name}: callgrind has written no total")
    return int(found[1])


def _requests(contestant: str) -> None:
    from . import harness
    from .workloads import WORKLOADS as ALL

    srand48 = ctypes.CDLL(None)[MARK]

    def mark() -> None:
        srand48(1)

    harness.setup()
    client = harness.Client()
    gc.disable()
    for name, repetitions in WORKLOADS.items():
        with harness.configured(ALL[name]):
            runner = harness.prepare(contestant, ALL[name], client)
            if isinstance(runner, str):
                raise SystemExit(runner)
            runner.activate()
            for _ in range(3):
                runner.send()
            mark()
            for count in (repetitions, 2 * repetitions):
                for _ in range(count):
                    runner.send()
                mark()


def _build() -> str:
    """Name what the counts depend on beside the code: the interpreter's build and the libraries."""
    libraries = (f"{name} {version(name)}" for name in ("Django", "msgspec", "jsonschema-rs"))
    # Without the paths, which are a machine's own.
    options = re.findall(
        r"--(?:enable|with|without)-[\w-]+", sysconfig.get_config_var("CONFIG_ARGS")
    )
    flags = zlib.crc32(" ".join([sysconfig.get_config_var("PY_CFLAGS"), *options]).encode())
    compiler = f"{platform.python_compiler()} {flags:08x}"
    python = f"{platform.machine()} Python {platform.python_version()} by {compiler}"
    return ", ".join([python, *libraries])


def _counted_anew() -> dict[str, int] | None:
    """Count what is committed with the figures, by this build; ``None`` without its history."""
    try:
        revision = _git("log", "-1", "--format=%H", "--", str(COMMITTED)).decode().strip()
        if not revision or _git("rev-parse", "--is-shallow-repository") == b"true\n":
            return None
    except (OSError, subprocess.CalledProcessError):  # no git, or no clone at all
        return None
    with tempfile.TemporaryDirectory() as folder:
        files = _git("archive", revision, "adjax_jsonrpc", "bench")
        subprocess.run(["tar", "-x"], cwd=folder, check=True, input=files)
        return measure("ours", Path(folder))


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def _compare(counts: dict[str, int], committed: dict[str, int]) -> int:
    worse = False
    print(f"{'':4}{'counted':>14}{'committed':>14}")
    for name, count in counts.items():
        change = count / committed[name] - 1
        worse |= count > committed[name] * ALLOWED
        print(f"{name:4}{count:14,}{committed[name]:14,}{change:+9.1%}")
    if worse:
        print(f"more than {ALLOWED - 1:.0%} above the committed figures; see bench/README.md")
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
