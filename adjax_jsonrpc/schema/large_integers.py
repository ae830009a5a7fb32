"""Integers in scientific notation: parsed as floats, but judged as the number that was written."""

from __future__ import annotations

from decimal import Decimal
from operator import is_
from typing import Any

from .._types import Json, JsonSchema
from ..protocol.tags import MAX_SAFE_INTEGER
from .subschemas import map_subschemas

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const")


def exact_integer(number: float) -> int:
    """Return the integer that a whole float stands for: of ``1e23`` that is 10 to the power 23.

    The float itself is another integer, 99999999999999991611392.
    """
    return int(number) if abs(number) <= MAX_SAFE_INTEGER else int(Decimal(repr(number)))


def tells_large_integers_apart(schema: JsonSchema) -> bool:
    """Whether a schema may judge an integer beyond ±(2^53-1) otherwise than the nearest float."""
    if not isinstance(schema, dict):
        return False
    numbers = [*(schema.get(keyword) for keyword in _BOUNDS), *schema.get("enum", ())]
    if "multipleOf" in schema or any(map(_is_large, numbers)):
        return True
    found: list[bool] = []

    def look(part: JsonSchema) -> JsonSchema:
        found.append(tells_large_integers_apart(part))
        return part

    map_subschemas(schema, look)
    return any(found)


def _is_large(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) > MAX_SAFE_INTEGER


def with_exact_integers(value: Json) -> Json:
    """Return a value with each float beyond ±(2^53-1) as its exact integer.

    A value without such a float is returned as it is, any other as a copy.
    """
    if type(value) is float:
        return exact_integer(value) if abs(value) > MAX_SAFE_INTEGER else value
    if type(value) is list:
        items = [with_exact_integers(item) for item in value]
        return value if all(map(is_, items, value)) else items
    if type(value) is dict:
        members = {name: with_exact_integers(item) for name, item in value.items()}
        return value if all(map(is_, members.values(), value.values())) else members
    return value
