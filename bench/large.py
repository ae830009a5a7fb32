"""``python -m bench.large``: a batch of 10 MB, its time and the memory it takes beyond the body.

Each measurement is a process of its own, the contestants in turns; the limits are lifted.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
from time import perf_counter

from . import harness
from .workloads import Workload, orders

LIMITS = {
    "DATA_UPLOAD_MAX_MEMORY_SIZE": None,
    "ADJAX_MAX_BATCH_SIZE": None,
    "ADJAX_MAX_RESPONSE_BYTES": None,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("--contestants", default="f1,ours")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--child")
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options.child, options.megabytes)))
        return
    names = options.contestants.split(",")
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            arguments = ["--child", name, "--megabytes", str(options.megabytes)]
            command = [sys.executable, "-m", "bench.large", *arguments]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            found[name].append(json.loads(output))
    base = found[names[0]]
    print(f"{'':16}{'seconds':>9}{'ratio':>7}{'MB more':>9}{'ratio':>7}")
    for name in names:
        cells = []
        for figure in ("seconds", "megabytes"):
            ratios = [a[figure] / b[figure] for a, b in zip(found[name], base, strict=True)]
            middle = statistics.median(each[figure] for each in found[name])
            cells.append(f"{middle:9.2f}{statistics.median(ratios):7.2f}")
        print(f"{name:16}{''.join(cells)}")


def measure(name: str, megabytes: float) -> dict[str, float]:
    """Send one large batch; a small one before it, so that nothing is done for the first time."""
    harness.setup()
    client = harness.Client()
    small = Workload("small", "", *orders(10), settings=LIMITS)
    probe = Workload("probe", "", *orders(1000))
    count = round(megabytes * 1e6 / (len(probe.body) / 1000))
    large = Workload("large", "", *orders(count), settings=LIMITS)
    with harness.configured(large):
        warm = harness.prepare(name, small, client)
        if isinstance(warm, str):
            raise SystemExit(warm)
        body = large.body
        send = client.sender("/rpc/", body)
        del large, probe
        _forget_peak()
        before = _peak()
        start = perf_counter()
        answer = send()
        taken = perf_counter() - start
        more = (_peak() - before) / 1e6
    if answer.count(b'"result"') != count:
        raise SystemExit(f"{name}: {answer[:300]!r}")
    return {"seconds": taken, "megabytes": more}


def _forget_peak() -> None:
    """Let Linux count the peak of memory anew; elsewhere it stays what set-up has reached."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def _peak() -> float:
    try:
        with open("/proc/self/status") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return float(line.split()[1]) * 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
