"""What a type is on the wire: its JSON Schema, how it is accepted and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._types import Decode, JsonSchema, Members
from ..protocol.tags import TAG
from .fastpath.bulk import DecodeAll
from .fastpath.checks import Check
from .object_type import ObjectType


@dataclass(frozen=True)
class Codec:
    """What a type is on the wire, and how it is read.

    ``schema`` is the JSON Schema of the wire form. ``decode`` makes the Python value of a form
    that ``schema`` accepts; ``None`` where the form is the value. With ``tags_only`` it has
    something to do only where the body holds tags. ``fast`` is the check of the fast path, ``None``
    where a type has none. With ``is_text``
    every form is a string, as the keys of an object are. ``decode_all`` reads a list of the
    forms at once, unvalidated, or gives ``None``.
    """

    schema: JsonSchema
    decode: Decode | None = None
    tags_only: bool = True
    fast: Check | None = None
    is_text: bool = False
    decode_all: DecodeAll | None = None


def tag_schema(object_type: type[ObjectType], members: Members | None = None) -> JsonSchema:
    """Give the JSON Schema of a tagged type; ``members`` take the place of its own."""
    members = members if members is not None else object_type.schema
    properties: dict[str, JsonSchema] = {TAG: {"const": object_type.name}, **(members or {})}
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": [*properties]}
    if members is not None:
        schema["additionalProperties"] = False
    return schema
