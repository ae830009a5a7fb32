"""``python -m bench.startup``: the time of imports, and of a start with 1,000 methods."""

from __future__ import annotations

import statistics
import subprocess
import sys

ROUNDS = 7

IMPORTS = {
    "Django and its settings": "import django; django.setup()",
    "the same, without adjax_jsonrpc": (
        "from django.conf import settings; import bench.settings as own; "
        "own.INSTALLED_APPS.remove('adjax_jsonrpc'); import django; django.setup()"
    ),
    "adjax_jsonrpc.registry alone": "import adjax_jsonrpc.registry",
}

METHODS = """
import django; django.setup()
from datetime import datetime
from decimal import Decimal
from time import perf_counter
from adjax_jsonrpc.registry import Registry
from bench.methods import Item, Order
def kinds():
    def plain(request, a: int, b: int = 1) -> int: ...
    def order(request, customer: str, items: list[Item], note: str | None = None) -> Order: ...
    def dates(request, day: datetime, amount: Decimal) -> dict[str, Decimal]: ...
    def anything(request, value): ...
    return [plain, order, dates, anything]
registry = Registry()
functions = [function for _ in range(COUNT // 4) for function in kinds()]
start = perf_counter()
for number, function in enumerate(functions):
    registry.register(name=f"shop.method_{number}")(function)
registry.resolve()
print((perf_counter() - start) * 1000)
"""

TIMED = """
from time import perf_counter
start = perf_counter()
{code}
print((perf_counter() - start) * 1000)
"""


def main() -> None:
    for title, code in IMPORTS.items():
        print(f"{title:36}{_milliseconds(TIMED.format(code=code)):8.1f} ms")
    for count in (100, 1000):
        taken = _milliseconds(METHODS.replace("COUNT", str(count)))
        print(f"{count:5} methods registered and resolved {taken:7.1f} ms")


def _milliseconds(code: str) -> float:
    found = []
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", code]
        environment = {"DJANGO_SETTINGS_MODULE": "bench.settings", "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, env=environment
        )
        found.append(float(done.stdout))
    return statistics.median(found)


if __name__ == "__main__":
    main()
