"""Error messages of the keywords that fail most often, in jsonschema's wording.

Explaining an error takes a fraction of the time that jsonschema itself needs for these keywords.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .._types import JsonSchema
from ..errors import MAX_ERRORS, excerpt, pointer

Path: TypeAlias = tuple[str | int, ...]
"""The member names and indexes from the whole value down to a part of it."""

KeywordCheck: TypeAlias = Callable[[Any], list[str]]
"""Value → messages, one for each error. The list is empty if the value obeys the keyword."""

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "null": (type(None),),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int,),
    "string": (str,),
    "array": (list,),
}


def as_list(names: str | list[str]) -> list[str]:
    """Return the value of the keyword ``type``, a name or a list of names, as a list."""
    return [names] if isinstance(names, str) else names


def type_predicate(wanted: str | list[str]) -> Callable[[Any], bool]:
    """Return the function that tests whether a value obeys the keyword ``type``."""
    names = as_list(wanted)
    types = frozenset(each for name in names for each in _PYTHON_TYPES[name])
    if "integer" in names and float not in types:
        return lambda value: type(value) in types or (type(value) is float and value.is_integer())
    return lambda value: type(value) in types


def _type_check(wanted: str | list[str], schema: dict[str, Any]) -> KeywordCheck:
    has_type = type_predicate(wanted)
    names = ", ".join(map(repr, as_list(wanted)))
    return lambda value: [] if has_type(value) else [f"{value!r} is not of type {names}"]


def _required_check(required: list[str], schema: dict[str, Any]) -> KeywordCheck:
    def check(value: Any) -> list[str]:
        if type(value) is not dict:
            return []
        return [f"{name!r} is a required property" for name in required if name not in value]

    return check


def _additional_properties_check(
    allowed: JsonSchema, schema: dict[str, Any]
) -> KeywordCheck | None:
    if allowed is not False:
        return None
    known = frozenset(schema.get("properties", ()))

    def check(value: Any) -> list[str]:
        if type(value) is not dict or value.keys() <= known:
            return []
        extra = [name for name in value if name not in known]
        verb = "was" if len(extra) == 1 else "were"
        names = ", ".join(map(repr, sorted(extra)[:MAX_ERRORS]))
        return [f"Additional properties are not allowed ({names} {verb} unexpected)"]

    return check


_CHECKS: dict[str, Callable[[Any, dict[str, Any]], KeywordCheck | None]] = {
    "type": _type_check,
    "required": _required_check,
    "additionalProperties": _additional_properties_check,
}
CHECKED_KEYWORDS = frozenset(_CHECKS)
"""The keywords that ``keyword_checks`` covers."""


def keyword_checks(schema: dict[str, Any]) -> list[tuple[str, KeywordCheck]]:
    """Return the ``CHECKED_KEYWORDS`` of a schema, each with its check."""
    checks = []
    for keyword, make_check in _CHECKS.items():
        if keyword in schema:
            check = make_check(schema[keyword], schema)
            if check is not None:
                checks.append((keyword, check))
    return checks


def error_entry(path: Path, message: str, keyword: str) -> dict[str, Any]:
    """Return an entry of ``data.errors``: ``{"path", "message", "keyword"}``."""
    place = pointer(path) if path else ""
    return {"path": place, "message": excerpt(message), "keyword": keyword}
