"""Which JSON types a schema may accept: a quick test before a value is validated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def object_test(
    schema: JsonSchema, defs: Mapping[str, JsonSchema]
) -> Callable[[dict[str, Any]], bool]:
    """Return a function that returns ``False`` only for objects that ``schema`` certainly rejects.

    It compares the names of the members, and the values of members that have a constant in the
    schema.
    """
    schema = _resolve(schema, defs)
    if not isinstance(schema, dict):
        return lambda value: bool(schema)
    if "anyOf" in schema:
        tests = [object_test(each, defs) for each in schema["anyOf"]]
        return lambda value: any(test(value) for test in tests)
    required, known = frozenset(schema.get("required", ())), member_names(schema, defs)
    constants = [
        (name, part["const"])
        for name, part in schema.get("properties", {}).items()
        if isinstance(part, dict) and "const" in part
    ]

    def test(value: dict[str, Any]) -> bool:
        if not required <= value.keys() or not (known is None or value.keys() <= known):
            return False
        return all(value[name] == const for name, const in constants if name in value)

    return test


def member_names(schema: JsonSchema, defs: Mapping[str, JsonSchema]) -> frozenset[str] | None:
    """Return the names that an object may have; ``None`` if it may have others."""
    schema = _resolve(schema, defs)
    if not isinstance(schema, dict) or "patternProperties" in schema:
        return None
    is_closed = schema.get("additionalProperties") is False
    return frozenset(schema.get("properties", ())) if is_closed else None


def _resolve(schema: JsonSchema, defs: Mapping[str, JsonSchema]) -> JsonSchema:
    while isinstance(schema, dict) and "$ref" in schema:
        schema = defs.get(schema["$ref"].removeprefix("#/$defs/"), True)
    return schema
