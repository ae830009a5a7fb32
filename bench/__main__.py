"""``python -m bench``: every contestant on every workload."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import chart, harness
from .contestants import TITLES
from .workloads import WORKLOADS

HERE = Path(__file__).parent


def main() -> int:
    options = _options()
    harness.setup()
    client = harness.Client()
    if options.smoke:
        return smoke(client, options.contestants, options.workloads)
    report = harness.Report()
    each = options.seconds / len(options.workloads)
    for name in options.workloads:
        print(f"\r{name:4} {WORKLOADS[name].title:40}", end="", file=sys.stderr, flush=True)
        report.outcomes[name] = harness.compare(
            WORKLOADS[name], options.contestants, client, each, options.slice
        )
    print("\r" + " " * 50 + "\r", end="", file=sys.stderr)
    print(report.table(options.contestants))
    _print_reasons(report)
    if not options.quick:
        _write(report)
    return 0


def smoke(client: harness.Client, names: list[str], workloads: list[str]) -> int:
    """Verify every answer of every contestant, and time nothing."""
    ran = 0
    for workload in workloads:
        with harness.configured(WORKLOADS[workload]):
            for name in names:
                ready = harness.prepare(name, WORKLOADS[workload], client)
                if isinstance(ready, str):
                    print(f"{workload:4} {name:14} – {ready}")
                elif name == "ours":
                    print(f"{workload:4} {name:14} verified, {len(ready.send())} bytes")
                ran += not isinstance(ready, str)
    print(f"{ran} answers verified")
    return 0


def _print_reasons(report: harness.Report) -> None:
    reasons: dict[tuple[str, str], list[str]] = {}
    for workload, by_name in report.outcomes.items():
        for name, outcome in by_name.items():
            if outcome.reason:
                reasons.setdefault((name, outcome.reason), []).append(workload)
    for (name, reason), workloads in reasons.items():
        print(f"– {name} {', '.join(workloads)}: {reason}")


def _write(report: harness.Report) -> None:
    results = report.as_json()
    content = {**harness.machine(), "workloads": results}
    target = HERE / "results.json"
    target.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    chart.write(results, HERE.parent / "docs" / "bench.svg")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="40 s, f1 and ours; writes no file")
    parser.add_argument("--smoke", action="store_true", help="only verify every answer")
    parser.add_argument("--seconds", type=float, help="about how long to run")
    parser.add_argument("--slice", type=float, default=0.01, help="seconds of one measurement")
    parser.add_argument("--contestants", type=_listed(TITLES), help="f1,ours,…")
    parser.add_argument("--workloads", type=_listed(WORKLOADS), default=[*WORKLOADS])
    options = parser.parse_args()
    options.seconds = options.seconds or (40 if options.quick else 300)
    options.contestants = options.contestants or (["f1", "ours"] if options.quick else [*TITLES])
    return options


def _listed(known):
    def parse(text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name}: one of {', '.join(known)}")
        return names

    return parse


if __name__ == "__main__":
    sys.exit(main())
