"""What to say of a value that breaks a keyword of a schema, in jsonschema's words.

jsonschema itself would take most of a refusal's time for the commonest keywords.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .._types import JsonSchema
from ..errors import MAX_ERRORS, excerpt, pointer

Path: TypeAlias = tuple[str | int, ...]

Reason: TypeAlias = Callable[[Any], list[str]]
"""Says what is wrong with a value, an empty list where nothing is."""

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "null": (type(None),),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int,),
    "string": (str,),
    "array": (list,),
}


def listed(names: str | list[str]) -> list[str]:
    """Give the value of ``type`` as a list."""
    return [names] if isinstance(names, str) else names


def type_check(wanted: str | list[str]) -> Callable[[Any], bool]:
    """Give the check of the keyword ``type``."""
    names = listed(wanted)
    types = frozenset(each for name in names for each in _PYTHON_TYPES[name])
    if "integer" in names and float not in types:
        return lambda value: type(value) in types or (type(value) is float and value.is_integer())
    return lambda value: type(value) in types


def _wrong_type(wanted: str | list[str], schema: dict[str, Any]) -> Reason:
    has_type = type_check(wanted)
    names = ", ".join(map(repr, listed(wanted)))
    return lambda value: [] if has_type(value) else [f"{value!r} is not of type {names}"]


def _missing(required: list[str], schema: dict[str, Any]) -> Reason:
    def reason(value: Any) -> list[str]:
        if type(value) is not dict:
            return []
        return [f"{name!r} is a required property" for name in required if name not in value]

    return reason


def _unexpected(allowed: JsonSchema, schema: dict[str, Any]) -> Reason | None:
    if allowed is not False:
        return None
    known = frozenset(schema.get("properties", ()))

    def reason(value: Any) -> list[str]:
        if type(value) is not dict or value.keys() <= known:
            return []
        extra = [name for name in value if name not in known]
        verb = "was" if len(extra) == 1 else "were"
        names = ", ".join(map(repr, sorted(extra)[:MAX_ERRORS]))
        return [f"Additional properties are not allowed ({names} {verb} unexpected)"]

    return reason


_REASONS: dict[str, Callable[[Any, dict[str, Any]], Reason | None]] = {
    "type": _wrong_type,
    "required": _missing,
    "additionalProperties": _unexpected,
}
KNOWN = frozenset(_REASONS)
"""The keywords of which ``reasons`` speaks."""


def reasons(schema: dict[str, Any]) -> list[tuple[str, Reason]]:
    """Give the keywords of a schema that are ``KNOWN``, with what to say of each."""
    found = []
    for keyword, make in _REASONS.items():
        if keyword in schema:
            reason = make(schema[keyword], schema)
            if reason is not None:
                found.append((keyword, reason))
    return found


def error(path: Path, message: str, keyword: str) -> dict[str, Any]:
    """Make an entry of ``data.errors``."""
    place = pointer(path) if path else ""
    return {"path": place, "message": excerpt(message), "keyword": keyword}
