"""The methods that the worst bodies call: one for each kind of work. Importing registers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, make_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, TypedDict, Union
from uuid import UUID

import attrs
import msgspec
import pydantic
from typing_extensions import TypeAliasType

from adjax_jsonrpc import ObjectType, Schema, registry, serializer


class Row(TypedDict):
    a: int
    b: str


class Pair(NamedTuple):
    a: int
    b: date


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Node:
    """Each level has a datetime, so that it has to be decoded, and two branches for the next."""

    when: datetime
    days: list[date] = field(default_factory=list)
    next: Node | Leaf | None = None


@dataclass
class Leaf:
    when: datetime
    days: list[date] = field(default_factory=list)
    next: Node | Leaf | None = None


@dataclass
class Item:
    sku: str
    qty: int
    price: Decimal = Decimal(0)


@attrs.define
class AttrsItem:
    sku: str
    day: date
    tags: set[int] = attrs.Factory(set)


class Model(pydantic.BaseModel):
    name: str
    numbers: set[int] = set()
    day: date | None = None


class Struct(msgspec.Struct):
    name: str
    numbers: set[int] = set()
    counts: dict[int, int] = {}


@dataclass
class Money:
    amount: str


@serializer.enable
class MoneyType(ObjectType):
    name, cls = "worst.money", Money
    schema = {"amount": {"type": "string"}}

    @classmethod
    def encode(cls, value: Money) -> dict[str, Any]:
        return {"amount": value.amount}

    @classmethod
    def decode(cls, value: dict[str, Any]) -> Money:
        return Money(value["amount"])


Tree = TypeAliasType("Tree", "int | date | list[Tree] | dict[str, Tree]")
# Classes that differ in one member only: the last of them is the one that accepts.
WIDE = [
    make_dataclass(f"W{n}", [("kind", str), ("when", datetime), (f"m{n}", int, 0)])
    for n in range(30)
]
Wide = Union[tuple(WIDE)]  # noqa: UP007

Text = Annotated[str, Schema(pattern="^(a+)+$")]
Email = Annotated[str, Schema(format="email")]


def serve(name: str, annotation: Any, **options: Any) -> None:
    """Register ``worst.<name>(value: annotation)``."""

    def method(request: Any, value: Any) -> None:
        return None

    method.__annotations__ = {"value": annotation, "return": None}
    registry.register(name=f"worst.{name}", **options)(method)


def serve_async(name: str, annotation: Any, **options: Any) -> None:
    """Register a coroutine function like ``serve``."""

    async def method(request: Any, value: Any) -> None:
        return None

    method.__annotations__ = {"value": annotation, "return": None}
    registry.register(name=f"worst.{name}", **options)(method)


def _owns(request: Any, params: Any) -> bool:
    return False


ANNOTATIONS: dict[str, Any] = {
    "any": Any,
    "ints": list[int],
    "floats": list[float],
    "text": str,
    "texts": list[str],
    "bounded": list[Annotated[int, Schema(minimum=0, multipleOf=3)]],
    "decimals": list[Decimal],
    "datetimes": list[datetime],
    "dates": list[date],
    "times": list[time],
    "durations": list[timedelta],
    "uuids": list[UUID],
    "bytes": list[bytes],
    "sets": list[set[int]],
    "set_any": set[Any],
    "set_text": set[str],
    "set_dates": set[date],
    "map": dict[int, int],
    "map_any": dict[Any, Any],
    "dict": dict[str, Any],
    "dict_dates": dict[str, date],
    "rows": list[Row],
    "pairs": list[Pair],
    "colors": list[Color],
    "literals": list[Literal["a", "b", 3]],
    "node": Node,
    "nodes": list[Node | Leaf],
    "tree": Tree,
    "wide": list[Wide],
    "lists": list[list[int] | list[date]],
    "either": dict[str, int] | dict[str, date],
    "optionals": list[int | date | float | None],
    "items": list[Item],
    "attrs": list[AttrsItem],
    "models": list[Model],
    "structs": list[Struct],
    "money": list[Money],
    "matching": list[Text],
    "emails": list[Email],
    "matrix": list[list[list[int]]],
    "unique": Annotated[list[Any], Schema(uniqueItems=True)],
    "named": dict[Annotated[str, Schema(pattern="^x")], int],
    "strict_row": Row,
}

for _name, _annotation in ANNOTATIONS.items():
    serve(_name, _annotation)
serve_async("aints", list[int])
serve_async("atree", Tree)
serve_async("aany", Any)
serve("hidden", list[int], hidden=True, access=_owns)
serve("hidden_any", Any, hidden=True, access=_owns)
serve("staff", list[int], permission="auth.change_user")
serve("access", Any, access=_owns)


@registry.register(name="worst.keyed", idempotent="key")
def keyed(request: Any, value: Any, key: str) -> None:
    return None


@registry.register(name="worst.rest")
def rest(request: Any, *args: date, **kwargs: date) -> None:
    return None


@registry.register(name="worst.defaults")
def defaults(request: Any, a: int = 1, b: list[int] = []) -> None:  # noqa: B006
    return None


@dataclass
class Received:
    """What was sent, to be sent back in another form."""

    values: list[Any] = field(default_factory=list)


_BACK: dict[str, Callable[[Any], Any]] = {
    "back": lambda value: value,
    "back_dates": lambda value: [date(2026, 11, 22) for _ in value],
    "back_class": Received,
    "back_set": lambda value: {index for index, _ in enumerate(value)},
    "back_decimals": lambda value: [Decimal("1.10") for _ in value],
    "back_surrogates": lambda value: ["\ud800" for _ in value],
}


def _serve_back(name: str, make_result: Callable[[Any], Any]) -> None:
    @registry.register(name=f"worst.{name}")
    def method(request: Any, value: list[Any]) -> Any:
        return make_result(value)


for _name, _make in _BACK.items():
    _serve_back(_name, _make)


@registry.register(name="worst.fail")
def fail(request: Any, value: list[Any]) -> None:
    from adjax_jsonrpc import RpcError

    raise RpcError(1, "no", value)


@registry.register(name="worst.broken_result")
def broken_result(request: Any, value: list[Any]) -> list[int]:
    return value
