"""``python -m bench.models``: an order of five items as a pydantic model, beside pydantic alone.

pydantic alone is ``model_validate_json`` and ``model_dump_json``. A call also reads the Request and
writes the Response: an empty call, which is measured too, does nothing else. The least of many
interleaved rounds counts, because other programs only make a round slower.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from datetime import date
from time import perf_counter_ns
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adjax_jsonrpc import Registry, Serializer
from adjax_jsonrpc.gateway import Gateway

from .workloads import order

ROUNDS, CALLS = 300, 50


class Item(BaseModel):
    sku: str
    qty: int = Field(ge=1)
    price: float


class Order(BaseModel):
    customer: str
    items: list[Item]
    express: bool = False
    note: str | None = None


class ClosedItem(Item):
    model_config = ConfigDict(extra="forbid")


class ClosedOrder(Order):
    model_config = ConfigDict(extra="forbid")
    items: list[ClosedItem]


class CheckedOrder(Order):
    @field_validator("customer")
    @classmethod
    def has_a_name(cls, customer: str) -> str:
        if not customer.strip():
            raise ValueError("a customer has a name")
        return customer


class DatedOrder(CheckedOrder):
    due: date = date(2026, 12, 24)


TITLES = {
    Order: "plain fields",
    ClosedOrder: 'plain fields, extra="forbid"',
    CheckedOrder: "plain fields and a validator",
    DatedOrder: "a date and a validator",
}


def empty(request: Any) -> None:
    return None


def main() -> None:
    text = json.dumps(order(0), ensure_ascii=False, separators=(",", ":"))
    gateway = Gateway(Registry(Serializer(), app_label=lambda module: "shop"))
    gateway.registry.register(empty)
    tasks: dict[Any, Callable[[], Any]] = {}
    for model in TITLES:
        _add_tasks(tasks, gateway, model, text)
    body = b'{"jsonrpc":"2.0","method":"shop.empty","id":1}'
    tasks["empty"] = lambda: gateway.handle(body)
    best = _least(tasks)
    print(f"an empty call takes {best['empty']:.2f} µs")
    for model, title in TITLES.items():
        alone, call = best["alone", model], best["call", model]
        print(
            f"{title:30} pydantic {alone:6.2f} µs, call {call:6.2f} µs: {call / alone:.2f} ×, "
            f"without an empty call {(call - best['empty']) / alone:.2f} ×"
        )


def _add_tasks(
    tasks: dict[Any, Callable[[], Any]], gateway: Gateway, model: Any, text: str
) -> None:
    def place(request: Any, order: model) -> model:
        return order

    place.__annotations__ = {"order": model, "return": model}
    name = f"shop.{model.__name__}"
    gateway.registry.register(name=name)(place)
    body = f'{{"jsonrpc":"2.0","method":"{name}","params":[{text}],"id":1}}'.encode()
    answer = json.loads(gateway.handle(body) or b"")
    if answer["result"]["items"] != order(0)["items"]:
        raise RuntimeError(f"wrong answer: {answer}")
    tasks["alone", model] = lambda: model.model_validate_json(text).model_dump_json()
    tasks["call", model] = lambda: gateway.handle(body)


def _least(tasks: dict[Any, Callable[[], Any]]) -> dict[Any, float]:
    """Return microseconds of one call of each task."""
    best = dict.fromkeys(tasks, float("inf"))
    gc.disable()
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            start = perf_counter_ns()
            for _ in range(CALLS):
                task()
            best[name] = min(best[name], (perf_counter_ns() - start) / CALLS / 1000)
    return best


if __name__ == "__main__":
    main()
