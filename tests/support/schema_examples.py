"""A value for a JSON Schema of this package: the smallest that its keywords allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TEXTS = [
    *(
        "UTC",
        "a",
        "a/b",
        "2026-11-22",
        "2026-11-22T09:30:00Z",
        "09:30:00",
        "P1D",
        "1",
        "1/2",
        "aGk=",
        "",
    ),
    *("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "192.0.2.1", "::1", "https://a.example/"),
    *("192.0.2.0/24", "2001:db8::/32", "a@b.example", "NaN"),
]


def example_of(schema: Any, defs: Mapping[str, Any], depth: int = 12) -> Any:
    """Return a value for a schema. Raises ``LookupError`` if none of a small depth is found."""
    if not isinstance(schema, dict):
        if schema is False:
            raise LookupError("no value")
        return None
    if depth < 0:
        raise LookupError("too deep")
    if "$ref" in schema:
        return example_of(defs[schema["$ref"].removeprefix("#/$defs/")], defs, depth - 1)
    for keyword in ("anyOf", "oneOf"):
        for branch in schema.get(keyword, ()):
            try:
                return example_of(branch, defs, depth - 1)
            except LookupError:
                continue
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    return _typed_example(schema, defs, depth)


def _typed_example(schema: dict[str, Any], defs: Mapping[str, Any], depth: int) -> Any:
    types = schema.get("type", "null")
    name = types if isinstance(types, str) else types[0]
    if name == "object":
        properties = schema.get("properties", {})
        return {
            each: example_of(properties.get(each, True), defs, depth - 1)
            for each in schema.get("required", ())
        }
    if name == "array":
        first = schema.get("prefixItems", [])[: schema.get("minItems", 0)]
        return [example_of(each, defs, depth - 1) for each in first]
    if name == "string":
        pattern = re.compile(schema.get("pattern", ""))
        return next(text for text in _TEXTS if pattern.search(text))
    return {"null": None, "boolean": True, "integer": 1, "number": 1.5}[name]
