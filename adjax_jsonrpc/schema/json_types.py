"""Which JSON types a schema may accept: a quick test before a value is validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._types import JsonSchema
from ..protocol.tags import TAG

ANY_TYPE = "any"

JSON_TYPES: dict[type, str] = {
    dict: "object",
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
}
"""The JSON type of each Python type that parsing returns."""


def json_type_of(value: Any) -> str:
    """Return the JSON type of a parsed value. Each tag is a type of its own: ``tagged set``."""
    if type(value) is dict:
        tag = value.get(TAG)
        return "object" if tag is None else _tagged(tag)
    return JSON_TYPES[type(value)]


def _tagged(tag: Any) -> str:
    return f"tagged {tag}"


def accepted_json_types(
    schema: JsonSchema, defs: Mapping[str, JsonSchema], seen: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the JSON types, as of ``json_type_of``, of all values that ``schema`` may accept.

    The set may contain types that the schema rejects. It contains ``ANY_TYPE`` if the schema may
    accept every type. ``seen`` are the names in ``$defs`` that are being resolved.
    """
    if not isinstance(schema, dict):
        return frozenset({ANY_TYPE}) if schema else frozenset()
    if "anyOf" in schema:
        branches = (accepted_json_types(each, defs, seen) for each in schema["anyOf"])
        return frozenset().union(*branches)
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        if name in seen:  # a definition that refers to itself accepts nothing more by that
            return frozenset()
        if name not in defs:
            return frozenset({ANY_TYPE})
        return accepted_json_types(defs[name], defs, seen | {name})
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return frozenset(map(json_type_of, values))
    named = schema.get("type")
    if named != "object":
        names = [named] if isinstance(named, str) else named
        return frozenset({"integer": "number"}.get(n, n) for n in names or [ANY_TYPE])
    tag = schema.get("properties", {}).get(TAG)
    if isinstance(tag, dict) and "const" in tag:
        return frozenset({_tagged(tag["const"])})
    if tag is False or (tag is None and schema.get("additionalProperties") is False):
        return frozenset({"object"})
    return frozenset({ANY_TYPE})


def may_accept_object(
    schema: JsonSchema, value: dict[str, Any], defs: Mapping[str, JsonSchema]
) -> bool:
    """Return ``False`` only if ``schema`` certainly rejects an object.

    Compares the names of its members, and the values of members that have a constant in the schema.
    """
    while isinstance(schema, dict) and "$ref" in schema:
        schema = defs.get(schema["$ref"].removeprefix("#/$defs/"), True)
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema:
        return any(may_accept_object(each, value, defs) for each in schema["anyOf"])
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
