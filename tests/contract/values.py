"""Python values of an annotation, their JSON forms, JSON made from a schema, and JSON beside it."""

from __future__ import annotations

import base64
import collections
import contextlib
import copy
import dataclasses
import datetime as dt
import enum
import ipaddress
import json
import math
import pathlib
import re
import typing
import uuid
import zoneinfo
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, Literal

import pydantic

from tests.contract import typecheck
from tests.contract.registered import Money
from tests.contract.typecheck import REQUIRED, UNION_ORIGINS, complaint, members, split

TAG = "__type__"


class NoValue(Exception):
    """No value of the annotation was found."""


# Python values

TEXTS = [
    "",
    "a",
    "b",
    "ab",
    "xy",
    "AB",
    "ABC",
    "x1",
    "12",
    "7",
    "abab",
    "b c",
    "é",
    "a\n",
    "😀",
    "2026-11-22",
    "1",
    "-0",
    "\r",
    "\u2028",
    "aé",
    " é",
    "é\n",
]
INTS = [
    0,
    1,
    -1,
    2,
    3,
    5,
    6,
    7,
    10,
    12,
    30,
    100,
    210,
    2**31,
    2**53 - 1,
    2**53,
    2**53 + 1,
    -(2**53) - 1,
    2**63,
    2**64 + 1,
    -(2**64),
    10**25,
]
FLOATS = [0.0, -0.0, 1.0, 0.5, 1.5, -1.5, 0.1, 9.75, 10.0, 1e-7, 1e22, 1e300, 2.0**60, 1e-300]
DATES = [
    dt.date(2020, 1, 1),
    dt.date(2024, 2, 29),
    dt.date(1, 1, 1),
    dt.date(9999, 12, 31),
    dt.date(2030, 12, 31),
    dt.date(2019, 12, 31),
]
TIMES = [dt.time(0), dt.time(9, 30), dt.time(23, 59, 59, 999999), dt.time(9, 30, 0, 500000)]
ZONES = [
    dt.timezone.utc,
    dt.timezone.utc,
    dt.timezone(dt.timedelta(hours=1)),
    dt.timezone(-dt.timedelta(hours=9, minutes=30)),
    None,
]
DELTAS = [
    dt.timedelta(0),
    dt.timedelta(hours=1),
    dt.timedelta(days=2),
    -dt.timedelta(days=1, hours=2),
    dt.timedelta(microseconds=1),
    dt.timedelta(days=400, seconds=3),
]
DECIMALS = [
    Decimal(each)
    for each in [
        "0",
        "0.10",
        "1.10",
        "-5",
        "10",
        "99.99",
        "0.05",
        "1E+3",
        "1E-5",
        "123456789012345678901234567890.5",
        "-0",
        "9.9",
        "2",
    ]
]
SAMPLES: dict[Any, Any] = {
    bool: [True, False],
    dt.date: DATES,
    dt.time: TIMES,
    dt.timedelta: DELTAS,
    Decimal: DECIMALS,
    bytes: [b"", b"hi", b"\x00\xff\xfe", b"abc", b"12345"],
    Fraction: [Fraction(1, 3), Fraction(-7, 2), Fraction(5), Fraction(0)],
    complex: [1j, complex(1, 2), complex(-0.5, 0), complex(0, -1.5)],
    zoneinfo.ZoneInfo: [zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("UTC")],
    pydantic.HttpUrl: [pydantic.HttpUrl("http://a.b/c?d=e"), pydantic.HttpUrl("https://x.org/")],
    pydantic.AnyUrl: [pydantic.AnyUrl("ftp://a.b/c"), pydantic.AnyUrl("mailto:a@b.c")],
    pathlib.Path: [pathlib.Path("a/b.txt"), pathlib.Path("/tmp"), pathlib.Path(".")],
    ipaddress.IPv4Address: [ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv4Address("255.1.2.3")],
    ipaddress.IPv6Address: [ipaddress.IPv6Address("::1"), ipaddress.IPv6Address("2001:db8::a")],
    ipaddress.IPv4Network: [ipaddress.IPv4Network("10.0.0.0/8"), ipaddress.IPv4Network("1.2.3.4/32")],
    ipaddress.IPv6Network: [ipaddress.IPv6Network("2001:db8::/32"), ipaddress.IPv6Network("::/0")],
}  # fmt: skip


def _bounds(metadata: list[Any]) -> list[Any]:
    found = []
    for each in metadata:
        for name in ("gt", "ge", "lt", "le", "multiple_of"):
            value = getattr(each, name, None)
            if value is not None:
                found.append(value)
        for name, value in (getattr(each, "keywords", None) or {}).items():
            if name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
                found.append(value)
            if name == "enum":
                found.extend(value)
    return found


def _sizes(metadata: list[Any]) -> tuple[int, int]:
    low, high = 0, 3
    for each in metadata:
        words = {**(getattr(each, "keywords", None) or {})}
        for name in ("min_length", "max_length"):
            value = getattr(each, name, None)
            if value is not None:
                words[name] = value
        low = max(low, words.get("min_length", 0), words.get("minItems", 0))
        for name in ("max_length", "maxItems"):
            if name in words:
                high = min(high, words[name])
    return low, max(high, low)


def _near(bound: Any, rng: Random) -> Any:
    if isinstance(bound, (dt.date, dt.timedelta)):
        step = dt.timedelta(days=rng.choice([-1, 0, 0, 1, 1, 30]))
        try:
            return bound + step
        except OverflowError:
            return bound
    if isinstance(bound, Decimal):
        return bound + rng.choice([Decimal("0.05"), Decimal(0), Decimal(1), Decimal("-0.01")])
    return bound + rng.choice([-1, 0, 0, 1, 1, 2])


class Values:
    """Makes values of annotations."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def make(self, annotation: Any, depth: int = 4) -> Any:
        """Return a value; raise NoValue if none is found."""
        base, metadata = split(annotation)
        for _ in range(40 if metadata else 1):
            value = self._candidate(base, metadata, depth)
            if not metadata or complaint(annotation, value) is None:
                return value
        raise NoValue(annotation)

    def _candidate(self, annotation: Any, metadata: list[Any], depth: int) -> Any:
        rng = self.rng
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        kind = origin or annotation
        if annotation in (Any, object):
            return rng.choice(
                [None, True, 1, 1.5, "a", [1, "b"], {"k": 2}, Decimal("1.10"), dt.date(2020, 1, 1)]
            )
        if annotation is type(None):
            return None
        if origin in UNION_ORIGINS:
            branches = list(args)
            rng.shuffle(branches)
            if depth <= 0:
                branches.sort(key=lambda each: each is not type(None))
            for each in branches:
                try:
                    return self.make(each, depth)
                except NoValue:
                    continue
            raise NoValue(annotation)
        if origin is Literal:
            return rng.choice(args)
        if annotation in (int, float, Decimal, dt.date, dt.datetime, dt.timedelta) and _bounds(
            metadata
        ):
            found = self._around(annotation, _bounds(metadata))
            if found is not None:
                return found
        if annotation is int:
            return rng.choice(INTS)
        if annotation is float:
            return rng.choice(FLOATS)
        if annotation is str:
            return self._text(metadata)
        if annotation is bytes and metadata:
            low, high = _sizes(metadata)
            return bytes(rng.randrange(256) for _ in range(rng.randint(low, high)))
        if annotation is dt.datetime:
            day = rng.choice([*DATES[:2], *DATES[4:]])
            return dt.datetime.combine(day, rng.choice(TIMES), rng.choice(ZONES))
        if annotation is uuid.UUID:
            return uuid.UUID(int=rng.choice([0, 5, 2**128 - 1, rng.getrandbits(128)]))
        if annotation is Money:
            return Money(rng.choice([0, 990, -5, 2**60]), rng.choice(["EUR", "USD"]))
        if annotation in SAMPLES:
            return rng.choice(SAMPLES[annotation])
        if isinstance(kind, type) and issubclass(kind, enum.Flag):
            value = kind(0)
            for each in kind:
                if rng.random() < 0.4:
                    value |= each
            return value
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return rng.choice(list(kind))
        if typecheck.is_root_model(kind):
            return kind.model_construct(self.make(typecheck.root_of(kind), depth - 1))
        if typecheck.is_class_with_fields(annotation):
            return self._object(annotation, kind, depth)
        return self._container(annotation, kind, args, metadata, depth)

    def _around(self, annotation: Any, bounds: list[Any]) -> Any:
        rng = self.rng
        bound = rng.choice(bounds)
        if annotation is int:
            product = math.prod(int(b) or 1 for b in bounds if b == int(b) and abs(b) < 1000)
            return rng.choice(
                [_near(int(bound), rng), rng.choice(INTS), product * rng.randint(-2, 20)]
            )
        if annotation is float:
            return float(
                rng.choice([_near(bound, rng), bound * rng.randint(0, 9), rng.choice(FLOATS)])
            )
        if annotation is Decimal:
            return rng.choice(
                [
                    _near(Decimal(str(bound)), rng),
                    rng.choice(DECIMALS),
                    Decimal("0.05") * rng.randint(0, 99),
                ]
            )
        if annotation is dt.datetime and type(bound) is dt.datetime:
            return _near(bound, rng)
        if annotation in (dt.date, dt.timedelta) and isinstance(bound, (dt.date, dt.timedelta)):
            return _near(bound, rng)
        return None

    def _text(self, metadata: list[Any]) -> str:
        rng = self.rng
        texts = [*TEXTS]
        for each in metadata:
            texts.extend((getattr(each, "keywords", None) or {}).get("enum", []))
        if rng.random() < 0.3:
            texts.append("".join(rng.choice("aAbBz09 _") for _ in range(rng.randint(0, 6))))
        return str(rng.choice(texts))

    def _object(self, annotation: Any, kind: Any, depth: int) -> Any:
        for _ in range(5):
            try:
                return self._instance(annotation, kind, depth)
            except ValueError:
                continue  # of its validator
        raise NoValue(annotation)

    def _instance(self, annotation: Any, kind: Any, depth: int) -> Any:
        given = {}
        for each in members(annotation):
            if each.default is not REQUIRED and (depth <= 0 or self.rng.random() < 0.4):
                continue
            try:
                given[each.name] = self.make(each.annotation, depth - 1)
            except NoValue:
                if each.default is REQUIRED:
                    raise
        if typecheck.is_typed_dict(kind):
            return given
        if issubclass(kind, pydantic.BaseModel):
            made = kind.model_construct(
                **{m.wire_name: given[m.name] for m in members(annotation) if m.name in given}
            )
            if not getattr(kind, "fits", lambda made: True)(made):
                raise ValueError(made)
            return made
        if hasattr(kind, "__attrs_attrs__"):
            return kind(
                **{m.wire_name: given[m.name] for m in members(annotation) if m.name in given}
            )
        return kind(**given)

    def _container(
        self, annotation: Any, kind: Any, args: Any, metadata: list[Any], depth: int
    ) -> Any:
        rng = self.rng
        low, high = _sizes(metadata)
        if depth <= 0:
            high = low
        size = rng.randint(low, high)
        if kind in typecheck.LISTS or kind is collections.deque:
            found = [self.make(args[0] if args else Any, depth - 1) for _ in range(size)]
            return collections.deque(found) if kind is collections.deque else found
        if kind is tuple:
            if len(args) == 2 and args[1] is Ellipsis:
                return tuple(self.make(args[0], depth - 1) for _ in range(size))
            if not args and annotation is tuple:
                return tuple(rng.choice(["a", 1, None, True]) for _ in range(size))
            return tuple(self.make(each, depth - 1) for each in args)
        if kind in typecheck.SETS or kind in typecheck.FROZEN_SETS:
            items = set()
            for _ in range(size * 4):
                if len(items) < size:
                    items.add(
                        self.make(args[0], depth - 1) if args else rng.choice(["a", 1, None, 2.5])
                    )
            return items if kind in typecheck.SETS else frozenset(items)
        if kind in typecheck.DICTS or (isinstance(kind, type) and issubclass(kind, dict)):
            counter = kind is collections.Counter
            value_type = int if counter else args[1] if args else Any
            key_type = args[0] if args else str
            made: dict[Any, Any] = {}
            for _ in range(size * 4):
                if len(made) < size:
                    made[self.make(key_type, depth - 1)] = self.make(value_type, depth - 1)
            if kind is collections.defaultdict:
                return collections.defaultdict(None, made)
            return kind(made) if isinstance(kind, type) and issubclass(kind, dict) else made
        raise NoValue(annotation)


# Python values beside them


class _Text(str):
    pass


class _Number(int):
    pass


class _Float(float):
    pass


class _List(list):  # type: ignore[type-arg]
    pass


class _Color(enum.Enum):
    RED = "a"
    ONE = 1


class _Rights(enum.IntFlag):
    READ = 1
    WRITE = 2


class _Pair(typing.NamedTuple):
    a: int = 1
    b: str = "x"


ODD = [
    None, True, 0, 1, -1, 2**60, 1.0, 1.5, float("nan"), float("inf"), "a", "\ud800", "", b"a", bytearray(b"a"), [], {}, (), set(),
    [1], ["a"], (1, "x"), {"a": 1}, {1: "a"}, {"__type__": "date", "value": "2020-01-01"}, {"__type__": 1}, {None: 1}, Decimal("1.1"),
    Decimal("NaN"), Decimal(1), dt.date(2020, 1, 1), dt.datetime(2020, 1, 1), dt.time(9), dt.timedelta(1), uuid.UUID(int=5), Money(5),
    _Text("a"), _Number(1), _Float(1.5), _List([1]), _Color.RED, _Color.ONE, _Rights.READ, _Rights.READ | _Rights.WRITE, _Pair(),
    frozenset({1}), collections.deque([1]), collections.OrderedDict(a=1), collections.defaultdict(int, a=1), object(), int, 1j, Fraction(1, 2),
    ..., NotImplemented, range(2), "2020-01-01", 2**70, -(2**63), {"a": {"__type__": "x"}}, {"a": {1, 2}}, {"a": float("nan")},
]  # fmt: skip


def wrong(value: Any, rng: Random, depth: int = 3) -> Any:
    """Return a value with something else in one place; it may be right by chance."""
    if depth and rng.random() < 0.75:
        if isinstance(value, list) and value:
            at_ = rng.randrange(len(value))
            return [*value[:at_], wrong(value[at_], rng, depth - 1), *value[at_ + 1 :]]
        if type(value) is tuple and value:
            at_ = rng.randrange(len(value))
            return (*value[:at_], wrong(value[at_], rng, depth - 1), *value[at_ + 1 :])
        if type(value) is dict and value:
            key = rng.choice(list(value))
            return {**value, key: wrong(value[key], rng, depth - 1)}
        names = _field_names(value)
        if names:
            other = copy.copy(value)
            name = rng.choice(names)
            with contextlib.suppress(Exception):
                object.__setattr__(other, name, wrong(getattr(value, name), rng, depth - 1))
            return other
    return rng.choice(ODD)


def _field_names(value: Any) -> list[str]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [each.name for each in dataclasses.fields(value)]
    if hasattr(type(value), "__attrs_attrs__"):
        return [each.name for each in type(value).__attrs_attrs__]
    if hasattr(type(value), "__struct_fields__"):
        return list(value.__struct_fields__)
    return list(getattr(type(value), "model_fields", ()))


# Their JSON


class NoForm(Exception):
    """The JSON form of a value is not documented."""


def _duration(value: dt.timedelta) -> str:
    sign = "-" if value < dt.timedelta(0) else ""
    value = abs(value)
    seconds, micros = divmod(value.microseconds + value.seconds * 10**6, 10**6)
    text = f"{sign}P"
    if value.days:
        text += f"{value.days}D"
    if seconds or micros or not value.days:
        fraction = f".{micros:06d}".rstrip("0") if micros else ""
        text += f"T{seconds}{fraction}S"
    return text


TAGGED: dict[type, tuple[str, Any]] = {
    dt.datetime: ("datetime", lambda value: value.isoformat().replace("+00:00", "Z")),
    dt.date: ("date", lambda value: value.isoformat()),
    dt.time: ("time", lambda value: value.isoformat()),
    dt.timedelta: ("duration", _duration),
    Decimal: ("decimal", str),
    uuid.UUID: ("uuid", str),
    bytes: ("bytes", lambda value: base64.b64encode(value).decode()),
}


class Wires:
    """Writes values as JSON, in any of the documented forms."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def tag(self, name: str, value: Any) -> dict[str, Any]:
        return {TAG: name, "value": value}

    def write(self, annotation: Any, value: Any, *, plain: bool = True) -> Any:
        rng = self.rng
        base, metadata = split(annotation)
        origin, args = typing.get_origin(base), typing.get_args(base)
        kind = origin or base
        if origin in UNION_ORIGINS:
            for each in args:
                if complaint(each, value) is None:
                    # Text of another branch may be read as a date: the tag is never mistaken.
                    return self.write(each, value, plain=False)
            raise NoForm(base)
        if isinstance(value, enum.Enum):
            if isinstance(value, enum.Flag):
                return value.value
            return self.any(value.value)
        if base in (Any, object) or origin is Literal:
            return self.any(value)
        if value is None or type(value) in (bool, str):
            return value
        if type(value) is int:
            constrained = bool(metadata)
            if not constrained and rng.random() < 0.2:
                return self.tag("bigint", str(value))
            if abs(value) < 2**53 and rng.random() < 0.1:
                return float(value)
            return value
        if type(value) is float:
            return (
                int(value)
                if value.is_integer()
                and abs(value) < 2**53
                and str(value) != "-0.0"
                and rng.random() < 0.3
                and plain
                else value
            )
        if type(value) in TAGGED:
            name, text = TAGGED[type(value)]
            tagged = not plain or rng.random() < 0.5
            if isinstance(value, dt.datetime) and value.tzinfo is None:
                tagged = True
            return self.tag(name, text(value)) if tagged else text(value)
        if (
            isinstance(
                value, (pathlib.PurePath, pydantic.AnyUrl, Fraction, complex, zoneinfo.ZoneInfo)
            )
            or type(value).__module__ == "ipaddress"
        ):
            if isinstance(value, complex):
                return [value.real, value.imag]
            return value.key if isinstance(value, zoneinfo.ZoneInfo) else str(value)
        if type(value) is Money:
            return {TAG: "money", "cents": value.cents, "currency": value.currency}
        if typecheck.is_root_model(kind):
            return self.write(typecheck.root_of(kind), value.root, plain=plain)
        if typecheck.is_named_tuple(kind):
            return [self.write(m.annotation, v) for m, v in zip(members(base), value, strict=True)]
        if typecheck.is_class_with_fields(base):
            return self._object(base, kind, value)
        return self._container(kind, args, value, plain)

    def _object(self, base: Any, kind: Any, value: Any) -> Any:
        made: dict[str, Any] = {}
        config = getattr(kind, "__struct_config__", None)
        if config is not None and config.tag is not None:
            made[config.tag_field] = config.tag
        for each in members(base):
            if isinstance(value, dict):
                if each.name not in value:
                    continue
                inner = value[each.name]
            else:
                if (
                    isinstance(value, pydantic.BaseModel)
                    and each.name not in value.model_fields_set
                ):
                    continue
                inner = getattr(value, each.name)
                if each.default is not REQUIRED and complaint(each.annotation, inner) is not None:
                    continue
            made[each.wire_name] = self.write(each.annotation, inner)
        pairs = list(made.items())
        self.rng.shuffle(pairs)
        return dict(pairs)

    def _container(self, kind: Any, args: Any, value: Any, plain: bool) -> Any:
        rng = self.rng
        if isinstance(value, (list, collections.deque)):
            return [self.write(args[0] if args else Any, each) for each in value]
        if isinstance(value, tuple):
            inner = [args[0]] * len(value) if len(args) == 2 and args[1] is Ellipsis else args
            if not args and value:
                return self.any(value)
            return [self.write(a, v) for a, v in zip(inner, value, strict=True)]
        if isinstance(value, (set, frozenset)):
            items = [self.write(args[0] if args else Any, each) for each in value]
            return items if plain and rng.random() < 0.5 else self.tag("set", items)
        if isinstance(value, dict):
            value_type = args[1] if len(args) > 1 else int if args else Any
            key_type = args[0] if args else str
            pairs = [[self.write(key_type, k), self.write(value_type, v)] for k, v in value.items()]
            if not pairs:
                return {}
            if split(key_type)[0] is str:
                if rng.random() < 0.7 and not any(key == TAG for key, _ in pairs):
                    return dict(pairs)
                return self.tag("object", pairs)
            return self.tag("map", pairs)
        raise NoForm(kind)

    def any(self, value: Any) -> Any:
        """Write a value without an annotation: tagged."""
        if type(value) in TAGGED:
            name, text = TAGGED[type(value)]
            return self.tag(name, text(value))
        if isinstance(value, (list, tuple)):
            return [self.any(each) for each in value]
        if isinstance(value, dict):
            return {key: self.any(each) for key, each in value.items()}
        return value


# JSON from a schema


class FromSchema:
    """Makes JSON that a schema describes; a schema with ``allOf`` may be missed."""

    def __init__(self, rng: Random, root: dict[str, Any]) -> None:
        self.rng, self.root = rng, root

    def make(self, schema: Any, depth: int = 5) -> Any:
        rng = self.rng
        if schema is True or schema == {}:
            return self.anything()
        if schema is False:
            return None
        if "$ref" in schema:
            found: Any = self.root
            for part in schema["$ref"].removeprefix("#").strip("/").split("/"):
                found = (
                    found[part.replace("~1", "/").replace("~0", "~").replace("%25", "%")]
                    if part
                    else found
                )
            rest = {k: v for k, v in schema.items() if k != "$ref"}
            schema = {**found, **rest} if isinstance(found, dict) else found
            if not isinstance(found, dict) or "$ref" in found:
                return self.make(schema, depth)
        for name in ("anyOf", "oneOf"):
            if name in schema:
                branches = schema[name]
                if depth <= 0:
                    branches = sorted(branches, key=lambda each: len(json.dumps(each)))[:1]
                rest = {k: v for k, v in schema.items() if k != name}
                chosen = rng.choice(branches)
                return self.make(self._merged(rest, chosen), depth)
        if "allOf" in schema:
            rest = {k: v for k, v in schema.items() if k != "allOf"}
            for each in schema["allOf"]:
                rest = self._merged(rest, each)
            return self.make(rest, depth)
        if "const" in schema:
            return copy.deepcopy(schema["const"])
        if "enum" in schema:
            return copy.deepcopy(rng.choice(schema["enum"])) if schema["enum"] else None
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = rng.choice(kind)
        if kind is None:
            kind = self._guess(schema)
        return getattr(self, f"_{kind}")(schema, depth)

    def _merged(self, one: Any, other: Any) -> Any:
        if one is True:
            return other
        if other is True or not isinstance(other, dict):
            return one
        if "$ref" in other and one:
            other = self._follow(other)
        merged = {**one, **other}
        if "properties" in one and "properties" in other:
            merged["properties"] = {**one["properties"], **other["properties"]}
        if "required" in one and "required" in other:
            merged["required"] = [*one["required"], *other["required"]]
        if "allOf" in one and "allOf" in other:
            merged["allOf"] = [*one["allOf"], *other["allOf"]]
        return merged

    def _follow(self, schema: dict[str, Any]) -> dict[str, Any]:
        found: Any = self.root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return {**found, **{k: v for k, v in schema.items() if k != "$ref"}}

    def _guess(self, schema: Any) -> str:
        for words, kind in (
            (("properties", "required", "additionalProperties", "propertyNames"), "object"),
            (("items", "prefixItems", "minItems", "maxItems", "uniqueItems"), "array"),
            (
                ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"),
                "number",
            ),
            (("pattern", "format", "minLength", "maxLength"), "string"),
        ):
            if any(word in schema for word in words):
                return kind
        return "anything"

    def _anything(self, schema: Any, depth: int) -> Any:
        return self.anything()

    def anything(self) -> Any:
        return self.rng.choice(
            [
                None,
                True,
                0,
                1.5,
                "a",
                [],
                {},
                [1, "x"],
                {"a": 1},
                {TAG: "date", "value": "2020-01-01"},
                2**60,
            ]
        )

    def _null(self, schema: Any, depth: int) -> None:
        return None

    def _boolean(self, schema: Any, depth: int) -> bool:
        return self.rng.random() < 0.5

    def _integer(self, schema: Any, depth: int) -> Any:
        rng = self.rng
        bounds = [
            schema[k]
            for k in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
            if k in schema
        ]
        if not bounds:
            return rng.choice(INTS)
        of = schema.get("multipleOf")
        bound = int(rng.choice(bounds)) + rng.choice([-1, 0, 0, 1, 2])
        if of and int(of):
            bound = int(of) * rng.choice(
                [bound // int(of), bound // int(of) + 1, rng.randint(-3, 30)]
            )
        return float(bound) if rng.random() < 0.1 and abs(bound) < 2**53 else bound

    def _number(self, schema: Any, depth: int) -> Any:
        rng = self.rng
        bounds = [
            schema[k]
            for k in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
            if k in schema
        ]
        if "multipleOf" in schema:
            return schema["multipleOf"] * rng.randint(-2, 50)
        if bounds:
            return rng.choice(bounds) + rng.choice([-1, 0, 0, 0.5, 1])
        return rng.choice([*FLOATS, 0, 1, -7, 2**60])

    def _string(self, schema: Any, depth: int) -> str:
        rng = self.rng
        formats = {
            "date": lambda: rng.choice(DATES).isoformat(),
            "time": lambda: rng.choice(TIMES).isoformat() + rng.choice(["Z", "+01:00"]),
            "date-time": lambda: rng.choice(
                ["2026-11-22T09:30:00Z", "2020-01-01T00:00:00.5+01:00", "2020-01-01t00:00:00z"]
            ),
            "uuid": lambda: str(uuid.UUID(int=rng.getrandbits(128))),
            "duration": lambda: rng.choice(["P1D", "PT5S", "P1W", "PT1.5S"]),
        }
        if schema.get("format") in formats and rng.random() < 0.9:
            return str(formats[schema["format"]]())
        if "pattern" in schema:
            return self._of_pattern(schema["pattern"], schema)
        if schema.get("contentEncoding") == "base64":
            return base64.b64encode(
                bytes(rng.randrange(256) for _ in range(rng.randrange(5)))
            ).decode()
        low, high = schema.get("minLength", 0), schema.get("maxLength", 5)
        text = rng.choice(TEXTS)
        return text if low <= len(text) <= high else (text + "aaaaaa")[: max(low, min(high, 3))]

    def _of_pattern(self, pattern: str, schema: Any) -> str:
        rng = self.rng
        fitting = [each for each in [*TEXTS, *_TYPICAL] if _fits(pattern, each)]
        size = [
            t
            for t in fitting
            if schema.get("minLength", 0) <= len(t) <= schema.get("maxLength", 10**6)
        ]
        return rng.choice(size or fitting or TEXTS)

    def _array(self, schema: Any, depth: int) -> list[Any]:
        rng = self.rng
        fixed = schema.get("prefixItems", [])
        low = schema.get("minItems", 0)
        high = schema.get("maxItems", max(low, len(fixed)) + (0 if depth <= 0 else 2))
        size = rng.randint(low, max(low, high if high < 20 else low + 2))
        made: list[Any] = []
        for at_ in range(size * (3 if schema.get("uniqueItems") else 1)):
            if len(made) >= size:
                break
            if at_ < len(fixed) and not schema.get("uniqueItems"):
                made.append(self.make(fixed[at_], depth - 1))
                continue
            if schema.get("items") is False:
                break
            item = self.make(schema.get("items", True), depth - 1)
            if not schema.get("uniqueItems") or json.dumps(item) not in map(json.dumps, made):
                made.append(item)
        return made

    def _object(self, schema: Any, depth: int) -> dict[str, Any]:
        rng = self.rng
        made = {}
        required = schema.get("required", [])
        for name, inner in schema.get("properties", {}).items():
            if inner is False:
                continue
            if name in required or (depth > 0 and rng.random() < 0.6):
                made[name] = self.make(inner, depth - 1)
        more = schema.get("additionalProperties", "properties" not in schema)
        low = schema.get("minProperties", 0)
        if more is not False:
            names = schema.get("propertyNames", True)
            for _ in range(rng.choice([0, 1, 2]) if depth > 0 and len(made) >= low else low):
                key = self.make(
                    self._merged({"type": "string"}, names if isinstance(names, dict) else True)
                )
                if isinstance(key, str) and key != TAG:
                    made[key] = self.make(more, depth - 1)
        return made


_TYPICAL = [
    "aGk=", "AA==", "AAEC", "1.10", "-5", "1E+3", "0.5", "3", "9007199254740993", "123456789012345678901234567890",
    "-12", "2026-11-22", "09:30:00", "09:30:00.123456", "2026-11-22T09:30:00Z", "2026-11-22T09:30:00.5+01:00",
    "2026-11-22T09:30:00", "P1DT2H", "-P1DT2H", "PT0S", "PT1.5S", "P3W", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32", "1/3", "-7/2", "NaN", "Infinity", "Europe/Berlin", "UTC", "a/b.txt",
]  # fmt: skip


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), text) is not None
    except re.error:
        return False


# JSON beside it


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _places(inner, (*path, index))
    return found


def _get(value: Any, path: tuple[Any, ...]) -> Any:
    for each in path:
        value = value[each]
    return value


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    _get(value, path[:-1])[path[-1]] = new
    return value


def beside(value: Any, rng: Random) -> Any:
    """Return JSON that is one step from another: changed in one place."""
    value = copy.deepcopy(value)
    path = rng.choice(_places(value))
    return put(value, path, _changed(_get(value, path), rng))


SMALL = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.0,
    "",
    "a",
    [],
    {},
    [[]],
    {"a": 1},
    2**53 + 1,
    1.5,
    "1",
    -0.0,
]
TAG_NAMES = [
    "datetime",
    "date",
    "time",
    "duration",
    "decimal",
    "uuid",
    "bytes",
    "bigint",
    "float",
    "set",
    "map",
    "object",
]


def _changed(value: Any, rng: Random) -> Any:
    if rng.random() < 0.15:
        return copy.deepcopy(rng.choice(SMALL))
    if value is None or isinstance(value, bool):
        return rng.choice([0, 1, "null", not value, None, 1.0, [value]])
    if isinstance(value, (int, float)):
        ways = [
            value + 1,
            value - 1,
            value + 0.5,
            -value,
            str(value),
            value in (0, 1),
            [value],
            2**64 + 1,
        ]
        if isinstance(value, int):
            ways += [
                {TAG: "bigint", "value": str(value)},
                {TAG: "bigint", "value": str(value + 1)},
                value * 2,
                value + 2,
            ]
            if abs(value) < 10**300:
                ways += [float(value)]
        elif value.is_integer():
            ways += [int(value)]
        return rng.choice(ways)
    if isinstance(value, str):
        return rng.choice(
            [value + "\n", value + "a", value[:-1], value[1:], value.upper(), "", value + " ", [value], value + "é",
             {TAG: rng.choice(TAG_NAMES), "value": value}, value * 3]
        )  # fmt: skip
    if isinstance(value, list):
        ways = [value + copy.deepcopy(value[:1]), value[:-1], value[1:], {TAG: "set", "value": value},
                [*value, copy.deepcopy(rng.choice(SMALL))], value[::-1], {str(i): v for i, v in enumerate(value)},
                {TAG: "set", "value": value + copy.deepcopy(value[-1:])}, value * 3]  # fmt: skip
        if all(isinstance(each, list) and len(each) == 2 for each in value):
            ways += [{TAG: "map", "value": value}, {TAG: "object", "value": value}]
            if all(isinstance(each[0], str) for each in value):
                ways += [dict(value)]
        if value and isinstance(value[0], bool):
            ways += [[*value, 1], [*value, 0]]
        return copy.deepcopy(rng.choice(ways))
    if TAG in value and "value" in value:
        inner = value["value"]
        ways = [
            inner,
            {**value, TAG: rng.choice(TAG_NAMES)},
            {**value, "more": 1},
            {TAG: value[TAG]},
        ]
        if isinstance(inner, list):
            ways += [{**value, "value": inner + copy.deepcopy(inner[:1])}] * 3
            ways += [{**value, "value": inner[:-1]}]
            if all(isinstance(each, list) and len(each) == 2 for each in inner):
                ways += [{**value, TAG: "map"}, {**value, TAG: "object"}]
                if all(isinstance(each[0], str) for each in inner):
                    ways += [dict(inner)]
        return copy.deepcopy(rng.choice(ways))
    pairs = list(value.items())
    ways = [{**value, "more": 1}, {**value, TAG: "date"}, {TAG: "object", "value": [list(p) for p in pairs]},
            {TAG: "map", "value": [list(p) for p in pairs]}, [list(p) for p in pairs], {}, dict(reversed(pairs))]  # fmt: skip
    if pairs:
        name, inner = rng.choice(pairs)
        rest = {k: v for k, v in pairs if k != name}
        ways += [
            rest,
            rest,
            {**rest, name + "_": inner},
            {**rest, name.upper(): inner},
            {**value, name: None},
        ]
    return copy.deepcopy(rng.choice(ways))


# Tags that are well formed, as docs/types.md says

_WELL_FORMED = {
    "set": lambda v: isinstance(v, list),
    "map": lambda v: isinstance(v, list) and all(isinstance(e, list) and len(e) == 2 for e in v),
    "object": lambda v: isinstance(v, list) and all(isinstance(e, list) and len(e) == 2 and isinstance(e[0], str) for e in v),
    "float": lambda v: v in ("NaN", "Infinity", "-Infinity"),
    "bigint": lambda v: isinstance(v, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)", v) is not None,
}  # fmt: skip


def has_repeated_keys(value: Any) -> bool:
    """Whether there is a tag ``map`` or ``object`` with one key twice."""
    if isinstance(value, dict):
        pairs = value.get("value")
        if value.get(TAG) in ("map", "object") and isinstance(pairs, list):
            keys = [json.dumps(each[0]) for each in pairs if isinstance(each, list) and each]
            if len(set(keys)) < len(keys):
                return True
        return any(map(has_repeated_keys, value.values()))
    return isinstance(value, list) and any(map(has_repeated_keys, value))


def has_tags(value: Any) -> bool:
    """Whether there is any object with a member ``__type__`` in some JSON."""
    if isinstance(value, dict):
        return TAG in value or any(map(has_tags, value.values()))
    return isinstance(value, list) and any(map(has_tags, value))


def is_exact_in_javascript(value: Any) -> bool:
    """Whether JavaScript reads all numbers as they are."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < 10**300 and int(float(value)) == value
    if isinstance(value, dict):
        return all(map(is_exact_in_javascript, value.values()))
    return not isinstance(value, list) or all(map(is_exact_in_javascript, value))
