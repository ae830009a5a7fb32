"""``python -m bench.untyped``: methods without annotations, as applications from adjax 1.2 have."""

from __future__ import annotations

from . import harness
from .workloads import WORKLOADS

NAMES = ["f1", "untyped"]


def main() -> None:
    harness.setup()
    client = harness.Client()
    report = harness.Report()
    for name in ("W1", "W2", "W3", "W4", "W5", "W7"):
        report.outcomes[name] = harness.compare(
            WORKLOADS[name], NAMES, client, seconds=5, slice_seconds=0.01
        )
    print(report.table(NAMES))


if __name__ == "__main__":
    main()
