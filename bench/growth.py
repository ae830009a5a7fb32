"""``python -m bench.growth``: batches of 1 to 10,000 calls, results of 1 kB to 10 MB.

Results are measured with an annotation that says what they are made of, and with one that
leaves that to each value.

What grows in a straight line has the same cost a call, or a kilobyte, on every row, once the
cost of a request itself no longer counts.
"""

from __future__ import annotations

import json

from . import harness
from .methods import METHODS, Order, create_order
from .workloads import Workload, adds, order, request

ORDER = create_order(**order(1))
LIMITS = {
    "DATA_UPLOAD_MAX_MEMORY_SIZE": None,
    "ADJAX_MAX_BATCH_SIZE": None,
    "ADJAX_MAX_RESPONSE_BYTES": None,
}


def main() -> None:
    harness.setup()
    client = harness.Client()
    size = len(json.dumps(ORDER))
    sizes = (1, 10, 100, 1000, 10_000)
    counts = {kilobytes: round(kilobytes * 1000 / size) for kilobytes in sizes}
    _serve_lists([*counts.values()])
    print(f"{'calls':>9}{'f1, µs a call':>16}{'ours, µs a call':>16}{'ratio':>9}")
    for count in (1, 10, 100, 1000, 10_000):
        print(_row(count, Workload("calls", "", *adds(count), settings=LIMITS), client))
    for method, annotation in (("shop.orders", "list[Order]"), ("shop.anything", "list")):
        print(f"\n{'kB':>9}{'f1, µs a kB':>16}{'ours, µs a kB':>16}{'ratio':>9}  -> {annotation}")
        for kilobytes, count in counts.items():
            calls, result = [request(0, method, [count])], [ORDER] * count
            workload = Workload("result", "", calls, [result], is_batch=False, settings=LIMITS)
            print(_row(kilobytes, workload, client))


def _row(size: int, workload: Workload, client: harness.Client) -> str:
    outcomes = harness.compare(workload, ["f1", "ours"], client, seconds=1.5, slice_seconds=0.02)
    cells = [f"{outcome.microseconds / size:16.2f}" for outcome in outcomes.values()]
    return f"{size:9,}{''.join(cells)}{outcomes['ours'].ratio:9.2f}"


def _serve_lists(counts: list[int]) -> None:
    from adjax_jsonrpc import registry

    from .contestants import ours  # noqa: F401 - its methods come first

    # Made once: a result is what is measured here, not how a method comes by it.
    made = {count: [ORDER] * count for count in counts}

    @registry.register(name="shop.orders")
    def orders(request, count: int) -> list[Order]:
        return made[count]

    @registry.register(name="shop.anything")
    def anything(request, count: int) -> list:
        return made[count]

    METHODS["shop.orders"] = METHODS["shop.anything"] = made.__getitem__


if __name__ == "__main__":
    main()
