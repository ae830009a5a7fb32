"""Random annotations, wire forms for them, and values of them."""

from __future__ import annotations

import enum
import types
import typing
from collections import abc
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, TypedDict, TypeVar, Union
from uuid import UUID

from hypothesis import strategies as st
from typing_extensions import NotRequired

from adjax_jsonrpc import Schema, Serializer

T = TypeVar("T")


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"
    NONE = None


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Access(enum.Flag):
    READ = 1
    WRITE = 2
    RUN = 4


class Marks(enum.IntFlag):
    OLD = 1
    RARE = 8


class Fruit(str, enum.Enum):
    APPLE = "apple"
    PEAR = "pear"


class Item(TypedDict):
    sku: str
    qty: int
    price: NotRequired[float]


class Tree(TypedDict):
    name: str
    children: list[Tree]


@dataclass
class Point:
    x: int
    y: float = 0.0
    when: Optional[datetime] = None


@dataclass
class Node:
    value: int
    next: Optional[Node] = None
    seen: set[int] = field(default_factory=set)


@dataclass
class Box(Generic[T]):
    content: T
    more: list[T] = field(default_factory=list)


class Pair(NamedTuple):
    first: int
    second: str = ""


TEXT = st.text(st.characters(codec="utf-8"), max_size=5)
HASHABLE = [int, str, bool, date, datetime, Decimal, UUID, bytes, Access, Color, Fruit, Level, Pair]
CLASSES = [
    type(None),
    bool,
    int,
    float,
    str,
    datetime,
    date,
    time,
    timedelta,
    Decimal,
    UUID,
    bytes,
    Any,
    list,
    dict,
    tuple,
    set,
    IPv4Address,
    IPv6Address,
    Fraction,
    complex,
    Access,
    Color,
    Fruit,
    Level,
    Marks,
    Item,
    Tree,
    Point,
    Node,
    Pair,
    Literal["a", "b", 1],
    Literal[True, None],
    Annotated[int, Schema(minimum=0, maximum=9)],
    Annotated[str, Schema(minLength=1, pattern="^[a-c]+")],
    Annotated[list[int], Schema(minItems=1)],
    Annotated[set[int], Schema(minItems=2)],
    Annotated[float, Schema(exclusiveMinimum=0)],
]
ANNOTATIONS = st.recursive(
    st.sampled_from(CLASSES),
    lambda inner: st.one_of(
        inner.map(lambda t: list[t]),
        inner.map(lambda t: tuple[t, ...]),
        st.lists(inner, max_size=3).map(lambda ts: tuple[tuple(ts)] if ts else tuple[()]),
        inner.map(lambda t: dict[str, t]),
        inner.map(lambda t: abc.Mapping[str, t]),
        inner.map(lambda t: abc.Sequence[t]),
        inner.map(lambda t: Optional[t]),
        inner.map(lambda t: Box[t]),
        st.lists(inner, min_size=2, max_size=3).map(lambda ts: Union[tuple(ts)]),
        st.sampled_from(HASHABLE).map(lambda t: set[t]),
        st.sampled_from(HASHABLE).map(lambda t: frozenset[t]),
        st.tuples(st.sampled_from(HASHABLE), inner).map(lambda pair: dict[pair]),
    ),
    max_leaves=4,
)

SERIALIZER = Serializer()
WHOLE_MINUTES = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))


def _no_fold(value: Any) -> Any:
    return value.replace(fold=0)


VALUES: dict[Any, st.SearchStrategy] = {
    type(None): st.none(),
    bool: st.booleans(),
    int: st.integers() | st.integers(-(2**200), 2**200),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: TEXT,
    datetime: st.datetimes(timezones=st.none() | WHOLE_MINUTES).map(_no_fold),
    date: st.dates(),
    time: st.times().map(_no_fold),
    timedelta: st.timedeltas(),
    Decimal: st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40
    ),
    UUID: st.uuids(),
    bytes: st.binary(max_size=10),
    IPv4Address: st.ip_addresses(v=4),
    IPv6Address: st.ip_addresses(v=6),
    Fraction: st.fractions(),
    complex: st.complex_numbers(allow_nan=False, allow_infinity=False),
    Access: st.integers(0, 7).map(Access),
    Marks: st.integers(0, 15).map(Marks),
}
# Their wire form is plain JSON, which says nothing about the class.
_WITHOUT_TAG = (enum.Enum, IPv4Address, IPv6Address, Fraction, complex)
ANYTHING = st.recursive(
    st.one_of(*(each for cls, each in VALUES.items() if not issubclass(cls, _WITHOUT_TAG)))
    | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXT | st.just("__type__"), inner, max_size=3)
        | st.dictionaries(st.integers() | st.dates(), inner, max_size=3)
        | st.sets(st.integers() | TEXT, max_size=3)
    ),
    max_leaves=4,
)


def values(annotation: Any) -> st.SearchStrategy:
    """Python values of an annotation."""
    if annotation in (Any, None):
        return ANYTHING if annotation is Any else st.none()
    if isinstance(annotation, TypeVar):
        return ANYTHING
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return values(args[0]).filter(lambda value: _holds(value, args[1].keywords))
    if origin in (Union, types.UnionType):
        # typing keeps equal unions in the order that came first: draws must not depend on it.
        return st.one_of([values(arg) for arg in sorted(args, key=repr)])
    if origin is Literal:
        return st.sampled_from(args)
    if annotation in VALUES:
        return VALUES[annotation]
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return st.sampled_from(list(annotation))
    return _container_values(annotation, origin or annotation, args)


def _holds(value: Any, keywords: dict[str, Any]) -> bool:
    checks = {
        "minimum": lambda limit: value >= limit,
        "maximum": lambda limit: value <= limit,
        "exclusiveMinimum": lambda limit: value > limit,
        "multipleOf": lambda limit: value % limit == 0,
        "minLength": lambda limit: len(value) >= limit,
        "minItems": lambda limit: len(value) >= limit,
        "pattern": lambda _: value[:1] in ("a", "b", "c"),
    }
    return all(checks[keyword](limit) for keyword, limit in keywords.items())


def _container_values(annotation: Any, origin: Any, args: tuple) -> st.SearchStrategy:
    item = values(args[0]) if args and args[0] is not Ellipsis else ANYTHING
    if origin in (list, abc.Sequence):
        return st.lists(item, max_size=3)
    if origin in (set, frozenset):
        item = values(args[0]) if args else st.integers() | TEXT
        return st.sets(item, max_size=3).map(origin)
    if origin is tuple:
        if not args and annotation is not tuple:
            return st.just(())
        if not args or args[-1] is Ellipsis:
            return st.lists(item, max_size=3).map(tuple)
        return st.tuples(*map(values, args))
    if origin in (dict, abc.Mapping):
        key = values(args[0]) if args else TEXT
        return st.dictionaries(key, values(args[1]) if args else ANYTHING, max_size=3)
    return _structure_values(annotation, origin, args)


def _structure_values(annotation: Any, cls: Any, args: tuple) -> st.SearchStrategy:
    if cls is Tree:
        leaf = st.fixed_dictionaries({"name": TEXT, "children": st.just([])})
        grow = lambda inner: st.fixed_dictionaries(
            {"name": TEXT, "children": st.lists(inner, max_size=2)}
        )
        return st.recursive(leaf, grow, max_leaves=3)
    if cls is Node:
        leaf = st.builds(Node, values(int), st.none(), values(set[int]))
        return st.recursive(leaf, lambda inner: st.builds(Node, values(int), inner), max_leaves=3)
    if cls is Item:
        return st.fixed_dictionaries(
            {"sku": TEXT, "qty": values(int)}, optional={"price": values(float)}
        )
    if cls is Box:
        content = values(args[0] if args else Any)
        return st.builds(Box, content, st.lists(content, max_size=2))
    hints = typing.get_type_hints(cls)
    if is_dataclass(cls):
        return st.builds(cls, **{each.name: values(hints[each.name]) for each in fields(cls)})
    return st.builds(cls, **{name: values(hints[name]) for name in cls._fields})


def plain_forms(annotation: Any) -> st.SearchStrategy:
    """The string that a plain client may send for a tagged type."""
    return values(annotation).map(lambda value: _untagged(SERIALIZER.to_wire(value)))


def _untagged(wire: Any) -> Any:
    if isinstance(wire, dict) and set(wire) == {"__type__", "value"}:
        return wire["value"]
    return wire


AWKWARD = st.sampled_from(
    [
        1.0,
        -0.0,
        1e300,
        2**53,
        -(2**63) - 1,
        "",
        "\n",
        "2026-11-22",
        "2026-11-22T09:30:00Z",
        "2026-11-22T09:30:00z",
        "2026-11-22t09:30:00.5+01:00",
        "2026-11-22T09:30:00",
        "2026-11-22T09:30:00Z\n",
        "2016-12-31T23:59:60Z",
        "2026-11-22T24:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-11-22T09:30:00.123456789Z",
        "2026-02-29",
        "2024-02-29",
        "2026-02-30T00:00:00Z",
        "09:30",
        "09:30:00",
        "P1D",
        "-PT0.5S",
        "P1Y",
        "P999999999D",
        "P1W",
        "1.10",
        "1e5",
        "1e99999",
        ".5",
        "NaN",
        "AA==",
        "AA=",
        "A",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "F81D4FAE7DEC11D0A76500A0C91E6BF6",
        "red",
        "a",
        "abc\n",
        {},
        [],
        [[]],
        [1, 1],
        [[1, 2]],
        {"__type__": "object", "value": [["__type__", 1]]},
        {"__type__": "map", "value": [[1, 2]]},
        {"__type__": "set", "value": [1]},
        {"__type__": "bigint", "value": "5"},
        {"__type__": "float", "value": "NaN"},
    ]
)
RANDOM_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | AWKWARD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["sku", "qty", "price", "x", "y", "value", "content"]) | TEXT,
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def wires(annotation: Any) -> st.SearchStrategy:
    """JSON that may or may not be a wire form of an annotation, often nearly one."""
    good = values(annotation).map(SERIALIZER.to_wire)
    return st.one_of(good, good.flatmap(_mutated), RANDOM_JSON, plain_forms(annotation))


def _mutated(wire: Any) -> st.SearchStrategy:
    """Put random JSON in the place of one part."""
    if isinstance(wire, list) and wire:
        return st.integers(0, len(wire) - 1).flatmap(
            lambda index: _mutated(wire[index]).map(
                lambda part: [*wire[:index], part, *wire[index + 1 :]]
            )
        )
    if isinstance(wire, dict) and wire:
        return st.sampled_from(sorted(wire)).flatmap(
            lambda key: st.one_of(
                _mutated(wire[key]).map(lambda part: {**wire, key: part}),
                st.just({k: v for k, v in wire.items() if k != key}),
                RANDOM_JSON.map(lambda part: {**wire, "extra": part}),
            )
        )
    return RANDOM_JSON


def is_instance(value: Any, annotation: Any) -> bool:
    """Whether a decoded value is what its annotation says."""
    if annotation is Any or isinstance(annotation, TypeVar):
        return True
    if annotation is None:
        return value is None
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return is_instance(value, args[0]) and _holds(value, args[1].keywords)
    if getattr(origin, "_name", None) == "NotRequired":
        return is_instance(value, args[0])
    if origin in (Union, types.UnionType):
        return any(is_instance(value, arg) for arg in args)
    if origin is Literal:
        return any(value == arg and type(value) is type(arg) for arg in args)
    cls = origin or annotation
    if typing.is_typeddict(cls):
        hints = typing.get_type_hints(cls)
        return (
            type(value) is dict
            and cls.__required_keys__ - {"price"} <= value.keys() <= hints.keys()
            and all(is_instance(value[name], hints[name]) for name in value)
        )
    if cls in (abc.Sequence, abc.Mapping):
        cls = {abc.Sequence: list, abc.Mapping: dict}[cls]
    if type(value) is not cls and not (
        isinstance(cls, type) and issubclass(cls, enum.Enum) and isinstance(value, cls)
    ):
        return False
    if cls is dict:
        return not args or all(
            is_instance(k, args[0]) and is_instance(v, args[1]) for k, v in value.items()
        )
    if cls is tuple and args and args[-1] is not Ellipsis:
        return len(value) == len(args) and all(map(is_instance, value, args))
    if cls in (list, set, frozenset, tuple):
        return not args or all(is_instance(each, args[0]) for each in value)
    if is_dataclass(cls):
        hints = typing.get_type_hints(cls)
        return all(is_instance(getattr(value, f.name), hints[f.name]) for f in fields(cls))
    return True
