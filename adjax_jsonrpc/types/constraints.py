"""Constraints: what the metadata of ``Annotated`` adds to a type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import lcm
from typing import Any, TypeAlias

from ..errors import RegistrationError
from ..schema.subschemas import ANNOTATION_KEYWORDS, TOGETHER, with_keywords

_ANNOTATIONS = ANNOTATION_KEYWORDS | {"$comment"}
_GENERAL = frozenset(
    ["enum", "const", "not", "allOf", "anyOf", "oneOf", "if", "then", "else", "format"]
)
_BY_TYPE = {
    "number": frozenset(
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
    ),
    "string": frozenset(
        ["minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType"]
    ),
    "array": frozenset(
        ["minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains"]
    ),
    "object": frozenset(["minProperties", "maxProperties", "propertyNames"]),
}
_SUPPORTED = _ANNOTATIONS.union(_GENERAL, *_BY_TYPE.values())
_RESERVED = "x-adjax-"
_FORMATS = frozenset(
    [
        *("date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri"),
        *("uuid", "uri-reference", "uri-template", "json-pointer", "relative-json-pointer"),
        "regex",
    ]
)
"""The formats of JSON Schema that validators of every language know."""


class Schema:
    """Adds JSON Schema keywords to a type: ``Annotated[int, Schema(minimum=1)]``.

    The names are those of JSON Schema 2020-12. Keywords are exported and enforced. Names that
    start with ``x-`` are allowed, too. Raises ``RegistrationError`` for any other name, and at
    start-up for a keyword that can't apply to the type.
    """

    def __init__(self, **keywords: Any) -> None:
        unknown = [name for name in keywords if not _is_supported(name)]
        if unknown:
            raise RegistrationError(
                f"Schema doesn't support {', '.join(unknown)}: use keywords of JSON Schema 2020-12 "
                "that constrain or describe one value, or names that start with x-"
            )
        if keywords.get("format", "date") not in _FORMATS:
            raise RegistrationError(
                f"Schema doesn't support the format {keywords['format']!r}: use a pattern, or "
                f"one of {', '.join(sorted(_FORMATS))}"
            )
        self.keywords = keywords

    def __repr__(self) -> str:
        return f"Schema({', '.join(f'{k}={v!r}' for k, v in self.keywords.items())})"


def _is_supported(name: str) -> bool:
    return name in _SUPPORTED or (name.startswith("x-") and not name.startswith(_RESERVED))


@dataclass(frozen=True)
class Bound:
    """A limit that values are compared with; ``keyword`` is that of a number."""

    keyword: str
    limit: Any


@dataclass(frozen=True)
class Length:
    """A limit of the length; ``keyword`` is ``min_length`` or ``max_length``."""

    keyword: str
    limit: int


@dataclass(frozen=True)
class Test:
    """A function that accepts or rejects the decoded value.

    ``text`` says what is required, for errors and for the exported schema. ``applies_to`` are the
    classes of the values that the function can test; ``None`` for any class.
    """

    __test__ = False  # not a class of tests

    keyword: str
    text: str
    accepts: Callable[[Any], bool]
    applies_to: tuple[type, ...] | None = None


@dataclass(frozen=True)
class Conversion:
    """A function that converts the decoded value, or raises ``ValueError``; only for params."""

    text: str
    convert: Callable[[Any], Any]


Constraint: TypeAlias = Schema | Bound | Length | Test | Conversion


def split_schema(keywords: Mapping[str, Any]) -> Iterator[Schema]:
    """Yield a ``Schema`` for each keyword that constrains on its own.

    Keywords that have a meaning only together stay together.
    """
    remaining = {k: v for k, v in keywords.items() if not is_annotation(k)}
    for group in TOGETHER:
        together = {k: remaining.pop(k) for k in group if k in remaining}
        if together:
            yield Schema(**together)
    for name, value in remaining.items():
        yield Schema(**{name: value})


def is_annotation(keyword: str) -> bool:
    """Return whether a keyword describes a value, and does not constrain it."""
    return keyword in _ANNOTATIONS or keyword.startswith("x-")


def json_types_of(keyword: str) -> frozenset[str]:
    """Return the JSON types that a keyword constrains; none if it constrains every type."""
    return frozenset(name for name, keywords in _BY_TYPE.items() if keyword in keywords)


_STRONGER: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum"), max),
    **dict.fromkeys(("minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum"), min),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), min),
    "uniqueItems": lambda one, other: one or other,
}


def combined(keywords: dict[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    """Return keywords that hold if both hold: the stronger limit, else ``allOf``."""
    others = dict(further)
    stronger = dict(keywords)
    for name in keywords.keys() & further.keys():
        one, other = keywords[name], further[name]
        if name in _STRONGER:
            stronger[name] = _STRONGER[name](one, other)
        elif name == "multipleOf" and type(one) is int and type(other) is int:
            stronger[name] = lcm(one, other)
        else:
            continue
        del others[name]
    return with_keywords(stronger, others)
