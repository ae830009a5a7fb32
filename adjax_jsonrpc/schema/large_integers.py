"""Integers in scientific notation: parsed as floats, but validated as the number in the text."""

from __future__ import annotations

from functools import lru_cache
from operator import is_
from typing import Any

from .._types import Json, JsonSchema
from ..protocol.tags import MAX_SAFE_INTEGER
from .subschemas import map_subschemas

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const")


_POWERS: list[int] = [10**exponent for exponent in range(309)]
"""All powers of ten that a double can reach: computing one takes as long as ten multiplications."""


# Equal numbers share one integer: it takes 160 bytes, and its text may have five.
@lru_cache(maxsize=4096)
def exact_integer(number: float) -> int:
    """Return the integer that the JSON text of a whole float stands for: 10 to the 23 for ``1e23``.

    The float itself is another integer, 99999999999999991611392.
    """
    if abs(number) <= MAX_SAFE_INTEGER:
        return int(number)
    digits, _, exponent = repr(number).partition("e")
    whole, _, fraction = digits.partition(".")
    if not exponent:
        return int(whole)
    return int(whole + fraction) * _POWERS[int(exponent) - len(fraction)]


def needs_exact_integers(schema: JsonSchema) -> bool:
    """Return whether a schema may treat a large integer differently from the nearest float.

    Large integers are those beyond ±(2^53-1). Values for such a schema have to be converted by
    ``with_exact_integers`` before they are validated.
    """
    if not isinstance(schema, dict):
        return False
    numbers = [*(schema.get(keyword) for keyword in _BOUNDS), *schema.get("enum", ())]
    if "multipleOf" in schema or any(map(_is_large, numbers)):
        return True
    found: list[bool] = []

    def visit(part: JsonSchema) -> JsonSchema:
        found.append(needs_exact_integers(part))
        return part

    map_subschemas(schema, visit)
    return any(found)


def _is_large(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) > MAX_SAFE_INTEGER


def with_exact_integers(value: Json) -> Json:
    """Replace each float beyond ±(2^53-1) inside a value by its ``exact_integer``.

    Returns a copy, or ``value`` itself if it contains no such float.
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
