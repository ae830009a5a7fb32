"""What the worst bodies cost: ``python -m bench.worst``, or ``make bench-worst``.

Each shape of ``worst_shapes.py`` is posted to the endpoint in three sizes, each in a process of its
own: forked, so that nothing that a shape leaves behind is there for the next. Printed are, worst
first, the CPU time a kilobyte, its growth (1 is proportional to the size, 2 to its square) and the
memory a byte beyond the body itself.

    python -m bench.worst                  # all shapes, two minutes
    python -m bench.worst unions tags      # shapes whose names contain one of these words
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import math
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from time import process_time
from typing import Any, NamedTuple

from . import harness
from .large import _forget_peak, _peak
from .worst_shapes import SHAPES, Shape

SIZES = (64_000, 256_000, 1_024_000)
MOST_MILLISECONDS = 0.6
"""CPU time for each kilobyte of a body."""
MOST_MEMORY = 20
"""Bytes for each byte of a body."""
PATIENCE = 20
"""Seconds: a size that would take longer, judging by the smaller ones, is left out."""
SETTINGS = {
    "ROOT_URLCONF": "bench.worst_urls",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 4_000_000,
    "ADJAX_SIGNAL_PARAMS": True,
}


class Cost(NamedTuple):
    """What one body took: its size, seconds of CPU and bytes of memory; the answer's beginning."""

    size: int
    seconds: float
    memory: float
    answer: str


class Row(NamedTuple):
    """What a shape costs.

    ``milliseconds`` a kB are those of the size that takes most, ``memory`` a byte is that of the
    largest size. ``growth`` is the exponent of the time over the size.
    """

    name: str
    milliseconds: float
    growth: float
    memory: float
    answer: str

    @property
    def share(self) -> float:
        """How much of the budget it takes: over 1, it is above the budget."""
        return max(self.milliseconds / MOST_MILLISECONDS, self.memory / MOST_MEMORY)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.worst")
    parser.add_argument("words", nargs="*", help="measure shapes whose names contain one of these")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--answers", action="store_true", help="print what is answered, too")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    chosen = [
        shape
        for shape in SHAPES
        if not options.words or any(word in shape.name for word in options.words)
    ]
    rows = measure_all(chosen, sizes)
    print(f"{'ms a kB':>8}{'growth':>8}{'memory':>8}")
    for row in rows:
        mark = "!" if row.share > 1 else " "
        growth = f"{row.growth:8.2f}" if row.growth else " " * 8
        answer = f"  {row.answer}" if options.answers else ""
        print(f"{row.milliseconds:8.3f}{growth}{row.memory:7.1f}× {mark} {row.name}{answer}")
    above = sum(row.share > 1 for row in rows)
    print(f"{above} of {len(rows)} shapes are above {MOST_MILLISECONDS} ms or {MOST_MEMORY} ×")
    return 0


def measure_all(shapes: Iterable[Shape], sizes: list[int]) -> list[Row]:
    """Measure shapes, worst first."""
    _setup()
    rows = []
    for shape in shapes:
        costs: list[Cost] = []
        for size in sizes:
            if costs and costs[-1].seconds * (size / costs[-1].size) ** 2 > PATIENCE:
                break
            costs.append(_in_child(lambda shape=shape, size=size: _measure(shape, size)))
        rows.append(_row(shape, costs))
    return sorted(rows, key=lambda row: -row.share)


def _row(shape: Shape, costs: list[Cost]) -> Row:
    last = costs[-1]
    growth = 0.0
    if len(costs) > 1 and last.seconds > 0.01 and costs[-2].size < last.size:
        growth = math.log(last.seconds / costs[-2].seconds) / math.log(last.size / costs[-2].size)
    milliseconds = max(cost.seconds * 1e6 / cost.size for cost in costs)
    return Row(shape.name, milliseconds, growth, last.memory / last.size, last.answer)


def _setup() -> None:
    harness.setup()
    from django.conf import settings
    from django.core.management import call_command

    from . import worst_urls  # noqa: F401

    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    call_command("migrate", verbosity=0)
    _post(next(shape for shape in SHAPES if shape.name == "integers: 1.0"), b"{}")
    gc.collect()
    gc.freeze()


def _in_child(measure: Callable[[], Cost]) -> Cost:
    """Measure in a forked process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, json.dumps(measure()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    if not content:
        raise SystemExit("a shape could not be measured: its process wrote nothing")
    return Cost(*json.loads(content))


def _measure(shape: Shape, size: int) -> Cost:
    if shape.is_observed:
        from adjax_jsonrpc import signals

        signals.call_finished.connect(_receive)
        signals.call_failed.connect(_receive)
    _post(shape, shape.build(600))  # what is prepared on the first call, and for the first error
    _post(shape, shape.build(10_000))
    body = shape.build(size)
    gc.collect()
    _forget_peak()
    before = _peak()
    start = process_time()
    answer = _post(shape, body)
    seconds = process_time() - start
    return Cost(len(body), seconds, _peak() - before, answer[:150].decode("utf-8", "replace"))


def _receive(**kwargs: Any) -> None:
    """Receive a signal."""


def _post(shape: Shape, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json", **shape.headers}
    return _post_asgi(headers, body) if shape.is_async else _post_wsgi(headers, body)


@cache
def _wsgi() -> Any:
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


@cache
def _asgi() -> Any:
    from django.core.handlers.asgi import ASGIHandler

    return ASGIHandler()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def _post_wsgi(headers: dict[str, str], body: bytes) -> bytes:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/rpc/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers["Content-Type"],
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": headers.get("Accept", "*/*"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    response = _wsgi()(environ, lambda status, headers: None)
    content = b"".join(response)
    response.close()
    return content


def _post_asgi(headers: dict[str, str], body: bytes) -> bytes:
    sent: list[bytes] = []
    received = [{"type": "http.request", "body": body}]

    async def receive() -> dict[str, Any]:
        if received:
            return received.pop()
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("body", b""))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/rpc/",
        "query_string": b"",
        "headers": [(n.lower().encode(), v.encode()) for n, v in headers.items()],
        "client": ["127.0.0.1", 9],
        "server": ["localhost", 8000],
    }
    _loop().run_until_complete(_asgi()(scope, receive, send))
    return b"".join(sent)


if __name__ == "__main__":
    sys.exit(main())
