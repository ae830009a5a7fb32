"""Which JSON types a schema can take, told without looking into a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._types import JsonSchema
from ..protocol.tags import TAG

ANY_TYPE = "any"
TAGGED = "tagged"
"""Any object with a tag; ``tagged set`` is one with the tag ``set``."""

JSON_TYPES: dict[type, str] = {
    dict: "object",
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
}
"""The JSON type of each Python type that parsing gives."""


def json_type_of(value: Any) -> str:
    """Give the kind of a JSON value; that of an object with a tag names it."""
    if type(value) is dict:
        tag = value.get(TAG)
        return "object" if tag is None else f"{TAGGED} {tag}"
    return JSON_TYPES[type(value)]


def json_types_of(
    schema: JsonSchema, defs: Mapping[str, JsonSchema], seen: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Give the kinds of the values that ``schema`` may accept; too many, never too few."""
    if not isinstance(schema, dict):
        return frozenset({ANY_TYPE}) if schema else frozenset()
    if "anyOf" in schema:
        return frozenset().union(*(json_types_of(each, defs, seen) for each in schema["anyOf"]))
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        if name in seen or name not in defs:  # an alias of itself takes nothing more
            return frozenset() if name in seen else frozenset({ANY_TYPE})
        return json_types_of(defs[name], defs, seen | {name})
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return frozenset(map(json_type_of, values))
    named = schema.get("type")
    if named != "object":
        names = [named] if isinstance(named, str) else named
        return frozenset({"integer": "number"}.get(n, n) for n in names or [ANY_TYPE])
    tag = schema.get("properties", {}).get(TAG)
    if isinstance(tag, dict) and "const" in tag:
        return frozenset({f"{TAGGED} {tag['const']}"})
    if tag is False or (tag is None and schema.get("additionalProperties") is False):
        return frozenset({"object"})
    return frozenset({ANY_TYPE})


def has_shape(schema: JsonSchema, value: dict[str, Any], defs: Mapping[str, JsonSchema]) -> bool:
    """Whether an object has the member names that ``schema`` asks for, and its constants.

    Says yes of too many, never of too few: the values of other members are not looked into.
    """
    while isinstance(schema, dict) and "$ref" in schema:
        schema = defs.get(schema["$ref"].removeprefix("#/$defs/"), True)
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema:
        return any(has_shape(each, value, defs) for each in schema["anyOf"])
    if any(name not in value for name in schema.get("required", ())):
        return False
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") is False and any(
        name not in properties for name in value
    ):
        return False
    return all(
        value[name] == part["const"]
        for name, part in properties.items()
        if name in value and isinstance(part, dict) and "const" in part
    )
