"""The codec of a type: the JSON Schema of its wire form, and the functions that decode it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._types import Decode, JsonSchema, Members
from ..protocol.tags import TAG
from .fastpath.bulk import DecodeAll
from .fastpath.checks import Check
from .object_type import ObjectType
from .sending import Sender


@dataclass(frozen=True)
class Codec:
    """The wire form of a type, and how it is decoded.

    - ``schema``: the JSON Schema of the wire form.
    - ``decode``: an accepted wire form → the Python value. ``None`` if both are the same.
    - ``tags_only``: whether ``decode`` is needed only for bodies with tagged values.
    - ``fast``: the check for the fast path. ``None`` if the type has no fast path.
    - ``is_text``: whether every value is made of a string whose hash a caller can't choose.
    - ``is_salted``: whether a caller can't choose the hash of any value.
    - ``as_name``: the codec of names in a plain object that stand for the values as keys of a dict.
    - ``decode_all``: decodes a list of wire forms that were not validated. Returns ``None`` if that
      is not possible.
    - ``send``: what is done to a result before it is encoded by its value. ``None`` if nothing is.
    """

    schema: JsonSchema
    decode: Decode | None = None
    tags_only: bool = True
    fast: Check | None = None
    is_text: bool = False
    decode_all: DecodeAll | None = None
    send: Sender | None = None
    is_salted: bool = False
    as_name: Codec | None = None


def tag_schema(object_type: type[ObjectType], members: Members | None = None) -> JsonSchema:
    """Return the JSON Schema of a tagged type. ``members`` replace its own ``schema``."""
    members = members if members is not None else object_type.schema
    properties: dict[str, JsonSchema] = {TAG: {"const": object_type.name}, **(members or {})}
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": [*properties]}
    if members is not None:
        schema["additionalProperties"] = False
    return schema
