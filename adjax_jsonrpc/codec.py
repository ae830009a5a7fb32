"""What a type is on the wire: its JSON Schema, how it is accepted and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from .errors import RegistrationError
from .exact import Exact
from .native import ReadAll
from .tags import TAG, ObjectType
from .typing import Decode, JsonSchema, Members


@dataclass(frozen=True)
class Codec:
    """What a type is on the wire, and how it is read.

    ``schema`` is the JSON Schema of the wire form. ``decode`` makes the Python value of a form
    that ``schema`` accepts; ``None`` where the form is the value. With ``tags_only`` it has
    something to do only where the body holds tags. ``exact`` checks for plain values that need
    neither validating nor decoding, ``None`` where a type has no such values. With ``is_text``
    every form is a string, as the keys of an object are. ``read_all`` reads a list of the
    forms at once, unvalidated, or gives ``None``.
    """

    schema: JsonSchema
    decode: Decode | None = None
    tags_only: bool = True
    exact: Exact | None = None
    is_text: bool = False
    read_all: ReadAll | None = None


def validator(schema: JsonSchema) -> Callable[[Any], bool]:
    """Compile a schema to the function that accepts values, formats asserted.

    Regular expressions run in linear time: one that can't is refused, as is a schema that is
    none. Raises ``RegistrationError``.
    """
    try:
        return jsonschema_rs.Draft202012Validator(
            schema, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
        ).is_valid
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        message = getattr(error, "message", None) or str(error)
        raise RegistrationError(f"no valid JSON Schema: {message}") from None


def tag_schema(object_type: type[ObjectType], members: Members | None = None) -> JsonSchema:
    """Give the JSON Schema of a tagged type; ``members`` take the place of its own."""
    members = members if members is not None else object_type.schema
    properties: dict[str, JsonSchema] = {TAG: {"const": object_type.name}, **(members or {})}
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": [*properties]}
    if members is not None:
        schema["additionalProperties"] = False
    return schema
