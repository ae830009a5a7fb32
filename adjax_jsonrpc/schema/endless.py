"""Find definitions that contain themselves without an end, so that no value is valid."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from .._types import JsonSchema
from .subschemas import ref_name


def endless_definition(document: JsonSchema) -> tuple[str, str] | None:
    """Return the name of a definition that accepts no value, and why; ``None`` if all have values.

    A definition may contain itself in an array that may be empty, in a member that may be missing,
    or beside another branch of a union.
    """
    defs = document.get("$defs", {}) if isinstance(document, dict) else {}
    graph = {name: {*_same_place(schema)} for name, schema in defs.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1][0], "is defined by itself: put it in a list, a dict or a field"
    finite: set[str] = set()
    while found := {n for n, s in defs.items() if n not in finite and _has_value(s, finite)}:
        finite |= found
    endless = next((name for name in defs if name not in finite), None)
    if endless is None:
        return None
    return endless, "contains itself without an end: let a field be optional, or have a default"


def _same_place(schema: JsonSchema) -> Iterator[str]:
    """Yield the names of the definitions that a value must be valid for, or may be, itself."""
    if not isinstance(schema, dict):
        return
    name = ref_name(schema)
    if name is not None:
        yield name
    for keyword in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(keyword, ()):
            yield from _same_place(branch)
    for keyword in ("not", "if", "then", "else"):
        yield from _same_place(schema.get(keyword, True))


def _has_value(schema: JsonSchema, finite: Collection[str]) -> bool:
    """Return whether a schema accepts a value, by what contains and not by what limits.

    ``finite`` are the names of the definitions that are known to accept one.
    """
    if not isinstance(schema, dict):
        return schema
    name = ref_name(schema)
    if name is not None and name not in finite:
        return False
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword)
        if branches is not None and not any(_has_value(each, finite) for each in branches):
            return False
    if not all(_has_value(each, finite) for each in schema.get("allOf", ())):
        return False
    return all(_has_value(part, finite) for part in _needed(schema))


def _needed(schema: Mapping[str, Any]) -> Iterator[JsonSchema]:
    """Yield the schemas of the parts that every value must have."""
    if schema.get("type") == "object":
        others = schema.get("additionalProperties", True)
        for name in schema.get("required", ()):
            yield schema.get("properties", {}).get(name, others)
    elif schema.get("type") == "array":
        first = schema.get("prefixItems", [])
        least = schema.get("minItems", 0)
        yield from first[:least]
        if least > len(first):
            yield schema.get("items", True)
