"""Members of sets and keys of dicts → codec, and the names in plain objects that stand for keys."""

from __future__ import annotations

from typing import Any

from .._types import JsonSchema
from ..errors import RegistrationError
from ..protocol.tags import TAG
from ..schema.subschemas import with_keywords
from .annotations import type_name
from .builder import CodecBuilder
from .codec import Codec
from .container_tags import EscapedObjectType, MapType
from .hashability import unhashable_part
from .hashing import MAX_UNSALTED

STRING: JsonSchema = {"type": "string"}


def key_codec(builder: CodecBuilder, annotation: Any) -> Codec:
    """Return the codec of the members of a set or of the keys of a dict.

    Raises ``RegistrationError`` if they are not hashable.
    """
    part = unhashable_part(annotation)
    if part is not None:
        raise RegistrationError(
            f"{type_name(part)} is not hashable, so it can't be a member of a set or a key of a "
            "dict, nor a part of one: write list[T], or a frozen class"
        )
    return builder.codec_of_key(annotation)


def any_hashable_codec(builder: CodecBuilder) -> Codec:
    """Return the codec of ``Any`` in a set or a key: any value that can be hashed."""

    def build() -> Codec:
        itself = builder.define(any_hashable_codec, "hashable", build)  # a reference to itself
        return Codec(_hashable_schema(itself.schema), builder.serializer.from_wire)

    return builder.define(any_hashable_codec, "hashable", build)


def _hashable_schema(itself: JsonSchema) -> JsonSchema:
    """Return the schema of any value that is neither a dict nor an array that contains a dict."""
    return {
        "anyOf": [
            {"type": ["null", "boolean", "number", "string"]},
            {"type": "array", "items": itself},
            {
                "type": "object",
                "properties": {TAG: {"not": {"enum": [MapType.name, EscapedObjectType.name]}}},
                "required": [TAG],
            },
        ]
    }


def string_keys(builder: CodecBuilder, annotation: Any, key: Codec) -> JsonSchema | None:
    """Return the schema of the keys that are strings in Python, ``None`` if no key is one.

    A key such as a date may be a string on the wire only.
    """
    strict = builder.variant(strict=True)
    if _string_part(key_codec(strict, annotation).schema, strict) is None:
        return None
    return _string_part(key.schema, builder)


def _string_part(schema: JsonSchema, builder: CodecBuilder) -> dict[str, Any] | None:
    """Return the part of a key's schema that accepts strings, ``None`` if there is none."""
    if not isinstance(schema, dict):
        return {"type": "string"} if schema else None
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        if builder.is_being_built(name):
            raise RegistrationError(f"{name} can't be a key inside of itself")
        target = builder.defs[name]
        part = _string_part(target, builder)
        if part is None or part == target:
            return None if part is None else schema
        return with_keywords(part, {k: v for k, v in schema.items() if k != "$ref"})
    if "anyOf" in schema and "type" not in schema:
        parts = [
            part for each in schema["anyOf"] if (part := _string_part(each, builder)) is not None
        ]
        others = {k: v for k, v in schema.items() if k != "anyOf"}
        if not parts:
            return None
        return with_keywords(parts[0] if len(parts) == 1 else {"anyOf": parts}, others)
    if "enum" in schema:
        strings = [value for value in schema["enum"] if type(value) is str]
        return {**schema, "enum": strings} if strings else None
    if type(schema.get("const")) is str:
        return schema
    named = schema.get("type")
    if named == "string":
        return schema
    return {"type": "string"} if isinstance(named, list) and "string" in named else None


def name_codec(builder: CodecBuilder, key: Codec) -> Codec | None:
    """Return the codec of the names in a plain object that stand for keys that are no strings.

    ``None`` if only a ``map`` can hold such keys.
    """
    if builder.strict or builder.for_results or key.as_name is None:
        return None
    return key.as_name


def limited(schema: dict[str, Any], keyword: str, key: Codec, builder: CodecBuilder) -> Any:
    """Return a schema that limits the number of members whose hash a caller can choose."""
    is_limited = not (key.is_text or key.is_salted or builder.for_results)
    return {**schema, keyword: MAX_UNSALTED} if is_limited else schema
