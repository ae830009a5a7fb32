"""``python -m bench.instructions``: instructions that one request takes, counted by callgrind.

The count of a request is the difference of N and 2N of them, with hashes fixed and the garbage
collector off: the same from run to run, which no time on a shared machine is. Exit status 1
where a count is more than 5 % above the committed one (bench/instructions.json), which holds
for one version of Python and of Django, and 2 where none is committed for these.
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
import tempfile
from pathlib import Path

WORKLOADS = {"W1": 100, "W3": 6, "W4": 3}
"""Each with N, its number of requests."""
ALLOWED = 1.05
COMMITTED = Path(__file__).parent / "instructions.json"
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
    key = _key()
    committed = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    if options.contestant != "ours":
        print("\n".join(f"{name:4}{count:14,}" for name, count in counts.items()))
        return 0
    if options.update:
        committed[key] = counts
        COMMITTED.write_text(json.dumps(committed, indent=2, sort_keys=True) + "\n")
    if key not in committed:
        print(f"no figures are committed for {key}; --update writes these: {counts}")
        return 2
    return _compare(counts, committed[key])


def measure(contestant: str) -> dict[str, int]:
    """Count the instructions of one request of each workload."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                "valgrind",
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
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
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


def _key() -> str:
    import django

    python = ".".join(platform.python_version_tuple()[:2])
    release = ".".join(map(str, django.VERSION[:2]))
    return f"{platform.machine()} Python {python} Django {release}"


def _compare(counts: dict[str, int], committed: dict[str, int]) -> int:
    worse = False
    print(f"{'':4}{'counted':>14}{'committed':>14}")
    for name, count in counts.items():
        change = count / committed[name] - 1
        worse |= count > committed[name] * ALLOWED
        print(f"{name:4}{count:14,}{committed[name]:14,}{change:+9.1%}")
    if worse:
        print(f"more than {ALLOWED - 1:.0%} above the committed figures")
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
