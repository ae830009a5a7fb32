"""JSON Schemas of other libraries inside of ours: their definitions get names of their own."""

from __future__ import annotations

from typing import Any

from ..._types import JsonSchema
from ...schema.subschemas import map_subschemas, ref_name
from ..annotations import type_name
from ..builder import CodecBuilder
from ..builtin_tags import BigIntType
from ..codec import Codec


def embedded(builder: CodecBuilder, key: Any, document: dict[str, Any]) -> JsonSchema:
    """Return a schema with its definitions in those of the builder.

    ``key`` is the class that the schema describes, or a tuple that begins with it. In results an
    integer may also be a ``bigint`` tag, as everywhere.
    """
    cls = key[0] if isinstance(key, tuple) else key
    definitions = document.get("$defs", {})
    references: dict[str, JsonSchema] = {}

    def rename(schema: JsonSchema) -> JsonSchema:
        if not isinstance(schema, dict):
            return schema
        name = ref_name(schema)
        if name is not None and name in definitions:
            return {**schema, **refer(name)}
        schema = map_subschemas(schema, rename)
        if builder.for_results and schema.get("type") == "integer":
            return {"anyOf": [schema, builder.tag(BigIntType).schema]}
        return schema

    def refer(name: str) -> Any:
        if name not in references:
            defined = builder.define(
                (cls, key, "library", name),
                f"{type_name(cls)}.{type_name_of(name)}",
                lambda: Codec(rename(definitions[name])),
            )
            references[name] = defined.schema
        return references[name]

    return rename({k: v for k, v in document.items() if k != "$defs"})


def type_name_of(name: str) -> str:
    """Return a name of a definition with the characters that are allowed in ours."""
    return "".join(c if c.isalnum() or c in "._-" else "_" for c in name)
