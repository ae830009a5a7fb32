"""The schemas that ``ObjectType.schema`` has for its members, as they are served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._types import JsonSchema, Members
from ..schema.subschemas import map_subschemas
from .builtin_tags import BigIntType
from .codec import tag_schema
from .constrained_forms import Collected, with_integer_check
from .number_bounds import are_safe
from .patterns import portable

_NUMBERS = frozenset(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"])
_POSITIVE = frozenset(
    ["items", "prefixItems", "properties", "additionalProperties", "patternProperties", "anyOf"]
)
"""Keywords whose schemas describe values that are sent."""


def served_members(members: Members) -> dict[str, JsonSchema]:
    """Return the schemas of members with patterns for every validator.

    An integer may also have the ``bigint`` tag. Raises ``RegistrationError`` for a pattern that is
    not the same for every validator.
    """
    return {name: _served(schema) for name, schema in members.items()}


def _served(schema: JsonSchema) -> JsonSchema:
    return _with_bigints(portable(schema)) if isinstance(schema, dict) else schema


def _with_bigints(schema: JsonSchema) -> JsonSchema:
    if not isinstance(schema, dict):
        return schema
    inside = {k: v for k, v in schema.items() if k in _POSITIVE}
    schema = {**schema, **map_subschemas(inside, _with_bigints)}
    return with_bigint(schema) if schema.get("type") == "integer" else schema


def with_bigint(schema: dict[str, Any]) -> JsonSchema:
    """Return the schema of integers that may have the ``bigint`` tag, if they may be large."""
    if are_safe(schema):
        return schema
    tagged = tag_schema(BigIntType, {"value": _digits(schema)})
    return {"anyOf": [schema, tagged]}


def _digits(schema: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {k: v for k, v in schema.items() if k in _NUMBERS}
    general = {k: v for k, v in schema.items() if k in ("enum", "const", "not", "anyOf", "allOf")}
    text = BigIntType.string_schema()
    if not numbers and not general:
        return text
    return with_integer_check(text, Collected({"number": numbers, "": general}), {"pattern"})
