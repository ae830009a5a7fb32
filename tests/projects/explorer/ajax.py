"""Methods that return what they get, with all kinds of parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, Optional, TypedDict, Union
from uuid import UUID

from adjax_jsonrpc import Schema, registry


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Point(NamedTuple):
    x: int
    y: float


@dataclass
class Node:
    name: str
    children: list[Node] = field(default_factory=list)
    parent: Optional[Node] = None


class Settings(TypedDict, total=False):
    volume: Annotated[int, Schema(minimum=0, maximum=11)]
    note: str


@registry.register
def moments(request, at: datetime, on: date, every: timedelta, until: Optional[time] = None) -> Any:
    return [at, on, every, until]


@registry.register
def numbers(
    request, whole: int, part: float, exact: Decimal, many: list[int], yes: bool = False
) -> Any:
    return {"whole": whole, "part": part, "exact": exact, "many": many, "yes": yes}


@registry.register
def texts(request, text: str, key: UUID, data: bytes, size: Literal["s", "m", 3] = "s") -> Any:
    return [text, key, data, size]


@registry.register
def collections(
    request,
    names: set[str],
    by_name: dict[str, int],
    by_number: dict[int, str],
    pair: tuple[int, str],
    point: Point,
) -> Any:
    return [names, by_name, by_number, pair, point]


@registry.register
def nested(request, node: Node, settings: Settings, color: Color = Color.RED) -> Any:
    return [node, settings, color]


@registry.register
def unions(
    request,
    value: Union[int, str, list[str], None],
    other: Union[date, Point, Settings],
    any: Any = None,
) -> Any:
    return [value, other, any]


@registry.register(deprecated=True, readonly=True, examples=[{"params": [1, 2, 3], "result": 6}])
def rest(request, first: int, *others: int) -> int:
    """Add numbers.

    Use `sum` instead.

    Args:
        first: the first number
    """
    return first + sum(others)


@registry.register
def free(request, **values: int) -> dict[str, int]:
    return values


@registry.register(login_required=True)
def mine(request, text: str) -> str:
    return text
