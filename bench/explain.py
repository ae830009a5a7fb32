"""What refusing two megabytes costs beside accepting as much: ``python -m bench.explain``."""

from __future__ import annotations

import json
import statistics
import time

from adjax_jsonrpc import Registry
from adjax_jsonrpc.gateway import Gateway

ITEMS = 100_000
GOOD = [{"a": index, "b": index} for index in range(ITEMS)]
BODIES = {
    "accepted": GOOD,
    "all items wrong": [{"a": "x", "b": None}] * ITEMS,
    "the last item wrong": [*GOOD[:-1], {"a": "x"}],
    "one wrong text of 2 MB": [{"a": "x" * 2_000_000}],
}


def method(request, items: list[dict[str, int]]) -> None:
    return None


def body(items: list) -> bytes:
    request = {"jsonrpc": "2.0", "method": "bench.method", "params": [items], "id": 1}
    return json.dumps(request).encode()


def seconds(gateway: Gateway, content: bytes) -> float:
    start = time.perf_counter()
    gateway.handle(content)
    return time.perf_counter() - start


def main() -> None:
    registry = Registry()
    registry.register(name="bench.method")(method)
    gateway = Gateway(registry)
    bodies = {name: body(items) for name, items in BODIES.items()}
    rounds = [{name: seconds(gateway, each) for name, each in bodies.items()} for _ in range(7)]
    for name, content in bodies.items():
        ratio = statistics.median(r[name] / r["accepted"] for r in rounds)
        milliseconds = statistics.median(r[name] for r in rounds) * 1000
        print(f"{name:24} {len(content) / 1e6:4.1f} MB {milliseconds:7.1f} ms  × {ratio:.2f}")


if __name__ == "__main__":
    main()
