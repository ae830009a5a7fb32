"""What the worst bodies cost: ``python -m bench.worst``, or ``make bench-worst``.

Each shape of ``worst_shapes.py`` is posted to the endpoint in three sizes, each in a process of its
own: forked, so that nothing that a shape leaves behind is there for the next. Printed are, worst
first, the CPU time a kilobyte, its growth (1 is proportional to the size, 2 to its square) and the
memory a byte beyond the body itself. Sizes are those of the body and the response together.

    python -m bench.worst                  # all shapes, two minutes
    python -m bench.worst unions tags      # shapes whose names contain one of these words
    python -m bench.worst --http           # some shapes, by HTTP to a server of their own
    python -m bench.worst --write          # write the table into docs/security.md
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from . import harness
from .large import _forget_peak, _peak
from .worst_posting import over_http, post
from .worst_shapes import BY_HTTP, SHAPES, Shape

SIZES = {64_000: 3, 256_000: 2, 1_024_000: 1}
"""Bytes of a body, and how often it is measured: the fastest counts."""
MOST_MILLISECONDS = 0.6
"""CPU time for each kilobyte."""
MOST_MEMORY = 20
"""Bytes for each byte."""
PATIENCE = 20
"""Seconds: a size that would take longer, judging by the smaller ones, is left out."""
SETTINGS = {
    "ROOT_URLCONF": "bench.worst_urls",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 4_000_000,
    "ADJAX_MAX_RESPONSE_BYTES": 64 * 2**20,
}
PAGE = Path(__file__).parent.parent / "docs" / "security.md"
MARKS = ("| body | ms a kB | growth | memory |", "\n\n")
ROWS = 40


class Cost(NamedTuple):
    """What one body took: bytes, seconds of CPU, bytes of memory, the answer's beginning.

    ``pause`` is the longest time in which the event loop ran nothing else, in seconds.
    """

    size: int
    seconds: float
    memory: float
    answer: str
    pause: float


class Row(NamedTuple):
    """What a shape costs.

    ``milliseconds`` a kB are those of the size that takes most, ``memory`` a byte is that of the
    largest size. ``growth`` is the exponent of the time over the size.
    """

    shape: Shape
    milliseconds: float
    growth: float
    memory: float
    answer: str
    pause: float

    @property
    def share(self) -> float:
        """How much of the budget it takes: over 1, it is above the budget."""
        return max(self.milliseconds / MOST_MILLISECONDS, self.memory / MOST_MEMORY)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.worst")
    parser.add_argument("words", nargs="*", help="measure shapes whose names contain one of these")
    parser.add_argument("--answers", action="store_true", help="print what is answered, too")
    parser.add_argument("--http", action="store_true", help="post some shapes by HTTP")
    parser.add_argument("--smoke", action="store_true", help="small bodies, to see that all work")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name}")
    options = parser.parse_args()
    chosen = [
        shape
        for shape in SHAPES
        if not options.words or any(word in shape.name for word in options.words)
    ]
    _setup()
    if options.http:
        return _print_http([shape for shape in chosen if shape.name in BY_HTTP])
    rows = measure_all(chosen, {4000: 1} if options.smoke else SIZES)
    print(f"{'ms a kB':>8}{'growth':>8}{'memory':>8}")
    for row in rows:
        mark = "!" if row.share > 1 else " "
        growth = f"{row.growth:8.2f}" if row.growth else " " * 8
        beside = row.answer if options.answers else row.shape.reason if row.share > 1 else ""
        name = f"{row.shape.name}{f'  ({beside})' if beside else ''}"
        print(f"{row.milliseconds:8.3f}{growth}{row.memory:7.1f}× {mark} {name}")
    above = sum(row.share > 1 for row in rows)
    print(f"{above} of {len(rows)} shapes are above {MOST_MILLISECONDS} ms or {MOST_MEMORY} ×")
    for row in rows:
        if row.shape.is_async:
            print(f"the event loop pauses for {row.pause * 1000:4.0f} ms: {row.shape.name}")
    if options.write:
        _write(rows)
    return 0


def measure_all(shapes: Iterable[Shape], sizes: Mapping[int, int] = SIZES) -> list[Row]:
    """Measure shapes, worst first."""
    rows = []
    for shape in shapes:
        costs: list[Cost] = []
        for size, times in sizes.items():
            if costs and costs[-1].seconds * (size / costs[-1].size) ** 2 > PATIENCE:
                break
            measured = [
                Cost(*_in_child(lambda shape=shape, size=size: _measure(shape, size)))
                for _ in range(times)
            ]
            costs.append(min(measured, key=lambda cost: cost.seconds))
        rows.append(_row(shape, costs))
    return sorted(rows, key=lambda row: -row.share)


def _row(shape: Shape, costs: list[Cost]) -> Row:
    last = costs[-1]
    growth = 0.0
    if len(costs) > 1 and last.seconds > 0.01 and costs[-2].size < last.size:
        growth = math.log(last.seconds / costs[-2].seconds) / math.log(last.size / costs[-2].size)
    milliseconds = max(cost.seconds * 1e6 / cost.size for cost in costs)
    memory = last.memory / last.size
    return Row(shape, milliseconds, growth, memory, last.answer, last.pause)


def _setup() -> None:
    harness.setup()
    from django.core.management import call_command

    from . import worst_urls  # noqa: F401

    _configure(SETTINGS)
    call_command("migrate", verbosity=0)
    post(SHAPES[0], b"{}")
    gc.collect()
    gc.freeze()


def _configure(changed: Mapping[str, Any]) -> None:
    from django.conf import settings
    from django.core.signals import setting_changed

    for name, value in changed.items():
        setattr(settings, name, value)
        setting_changed.send(None, setting=name, value=value, enter=True)


def _in_child(measure: Callable[[], Any]) -> Any:
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
    return json.loads(content)


def _measure(shape: Shape, size: int) -> Cost:
    if shape.is_observed:
        from adjax_jsonrpc import signals

        signals.call_finished.connect(_receive)
        signals.call_failed.connect(_receive)
    _configure(shape.settings)
    post(shape, shape.build(600))  # what is prepared on the first call, and for the first error
    post(shape, shape.build(10_000))
    body = shape.build(size)
    gc.collect()
    _forget_peak()
    before = _peak()
    start = process_time()
    answer, pause = post(shape, body)
    seconds = process_time() - start
    total = len(body) + len(answer)
    beginning = answer[:150].decode("utf-8", "replace")
    return Cost(total, seconds, _peak() - before, beginning, pause)


def _receive(**kwargs: Any) -> None:
    """Receive a signal."""


def _print_http(shapes: list[Shape]) -> int:
    size = 1_024_000
    print(f"{'ms a kB':>8}  by HTTP")
    for shape, seconds in over_http(shapes, size):
        print(f"{seconds * 1e6 / size:8.3f}  {shape.name}")
    return 0


def _write(rows: list[Row]) -> None:
    """Write the table into the page: all rows above the budget, and the worst of the others."""
    lines = [MARKS[0], "|---|---|---|---|"]
    for number, row in enumerate(rows):
        if row.share <= 1 and number >= ROWS:
            break
        reason = f": {row.shape.reason}" if row.share > 1 and row.shape.reason else ""
        growth = f"{row.growth:.1f}" if row.growth else "–"
        figures = f"{row.milliseconds:.2f} | {growth} | {row.memory:.0f} ×"
        lines.append(f"| {row.shape.name}{reason} | {figures} |")
    text = PAGE.read_text()
    start = text.index(MARKS[0])
    end = text.index(MARKS[1], start)
    PAGE.write_text(text[:start] + "\n".join(lines) + text[end:])


if __name__ == "__main__":
    sys.exit(main())
