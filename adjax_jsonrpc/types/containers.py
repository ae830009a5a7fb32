"""Lists, tuples, sets and dicts → codec."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from typing import Any

from .._types import Decode, JsonSchema
from ..errors import RegistrationError, WireError
from ..protocol.tags import TAG
from .annotations import type_name
from .builder import Args, CodecBuilder, Handler
from .builtin_tags import EscapedObjectType, MapType, SetType
from .codec import Codec
from .fastpath import checks
from .fastpath.checks import positions
from .fastpath.conversions import list_of
from .hashing import MAX_UNSALTED, to_dict, to_set


def _items(builder: CodecBuilder, args: Args) -> Codec:
    return builder.codec(args[0] if args else Any)


def _each(item: Codec) -> Decode | None:
    """Decode every item of an array, in place."""
    decode = item.decode
    if decode is None:
        return None

    def decode_items(values: list[Any]) -> list[Any]:
        index = 0
        try:
            for index, value in enumerate(values):
                values[index] = decode(value)
        except WireError as error:
            raise error.inside(index) from None
        return values

    return decode_items


def list_codec(builder: CodecBuilder, args: Args) -> Codec:
    """An array of one type."""
    item = _items(builder, args)
    check = checks.array(item.fast) if item.decode_all is None else list_of(item.decode_all)
    return Codec(_array_of(item.schema), _each(item), item.tags_only, check)


def _array_of(items: JsonSchema) -> dict[str, Any]:
    return {"type": "array"} if items is True else {"type": "array", "items": items}


def tuple_codec(builder: CodecBuilder, args: Args) -> Codec:
    """An array of one type and any length, or of just these types."""
    if not args or args[-1] is Ellipsis:
        item = _items(builder, args)
        each = _each(item)
        check = checks.array(item.fast, tuple) if builder.for_results else None
        return Codec(
            _array_of(item.schema), lambda v: tuple(v if each is None else each(v)), False, check
        )
    return fixed_array(builder, [] if args == ((),) else args, tuple)


def _hashable(builder: CodecBuilder, annotation: Any) -> Codec:
    """Give the codec of what sets and keys are made of."""
    cls = typing.get_origin(annotation) or annotation
    frozen = (list, set)  # arrays become tuples, sets frozen ones
    if isinstance(cls, type) and cls.__hash__ is None and cls not in frozen:
        raise RegistrationError(
            f"{type_name(annotation)} is not hashable: no member of a set, no key of a dict"
        )
    codec = builder.codec(annotation)
    if codec.schema is not True:
        return codec
    return builder.define(_hashable, "hashable", lambda: Codec(_HASHABLE, codec.decode))


_HASHABLE: JsonSchema = {
    "anyOf": [
        {"type": ["null", "boolean", "number", "string"]},
        {"type": "array", "items": {"$ref": "#/$defs/hashable"}},
        {
            "type": "object",
            "properties": {TAG: {"not": {"enum": [MapType.name, EscapedObjectType.name]}}},
            "required": [TAG],
        },
    ]
}
"""Any value that is no dict, nor a tuple with one in it."""


def set_codec(
    make: Callable[[set[Any]], Any],
) -> Handler:
    """The entry of a set type, which ``make`` makes of a set."""

    def handler(builder: CodecBuilder, args: Args) -> Codec:
        item = _hashable(builder, args[0] if args else Any)
        each = _each(item)
        array = _array_of(item.schema)
        if not (item.is_text or builder.for_results):
            array["maxItems"] = MAX_UNSALTED
        tagged = builder.tag(SetType, {"value": array})

        def decode(value: Any) -> Any:
            inside = type(value) is dict
            values = value["value"] if inside else value
            try:
                return make(to_set(values if each is None else each(values)))
            except WireError as error:
                raise (error.inside("value") if inside else error) from None
            except ValueError as error:
                raise WireError(f"set: {error}") from None

        if builder.strict or builder.for_results:
            return Codec(tagged.schema, decode, tags_only=False)
        return Codec({"anyOf": [tagged.schema, {**array, "uniqueItems": True}]}, decode, False)

    return handler


def dict_codec(builder: CodecBuilder, args: Args) -> Codec:
    """An object where the keys are strings, else a map."""
    key_annotation, item_annotation = args or (str, Any)
    key, item = _hashable(builder, key_annotation), builder.codec(item_annotation)
    names = _text_of(key.schema, builder) if _may_be_text(builder, key_annotation) else None
    if names is None:
        plain: JsonSchema = {"type": "object", "maxProperties": 0}
        return Codec(_any_of(_map(builder, key, item), plain), _decode_dict(key, item), False)
    objects = [_object(names, item), builder.tag(EscapedObjectType, _pairs_of(names, item)).schema]
    if key.schema != {"type": "string"}:
        objects.append(_map(builder, key, item))
    return Codec(
        _any_of(*objects),
        _decode_dict(key, item),
        tags_only=key.is_text and key.decode is None and item.tags_only,
        fast=checks.mapping(item.fast) if key.fast is checks.STRING else None,
    )


def _any_of(*builder: JsonSchema) -> JsonSchema:
    return {"anyOf": [*builder]}


def _may_be_text(builder: CodecBuilder, annotation: Any) -> bool:
    """Whether values of a key's type are strings, not just sent as some."""
    tagged = builder.variant(strict=True)
    return _text_of(_hashable(tagged, annotation).schema, tagged) is not None


def _text_of(schema: JsonSchema, builder: CodecBuilder) -> dict[str, Any] | None:
    """Give the part of a key's schema that allows strings, ``None`` where it has none."""
    if not isinstance(schema, dict):
        return {"type": "string"} if schema else None
    if "$ref" in schema:
        target = builder.defs[schema["$ref"].removeprefix("#/$defs/")]
        part = _text_of(target, builder)
        return schema if part == target else part
    if "allOf" in schema:
        base = _text_of(schema["allOf"][0], builder)
        return None if base is None else {**schema, "allOf": [base, *schema["allOf"][1:]]}
    if "anyOf" in schema:
        parts = [part for each in schema["anyOf"] if (part := _text_of(each, builder)) is not None]
        return {"anyOf": parts} if len(parts) > 1 else next(iter(parts), None)
    if "enum" in schema:
        texts = [value for value in schema["enum"] if type(value) is str]
        return {**schema, "enum": texts} if texts else None
    if type(schema.get("const")) is str:
        return schema
    named = schema.get("type")
    if named == "string":
        return schema
    return {"type": "string"} if isinstance(named, list) and "string" in named else None


def _map(builder: CodecBuilder, key: Codec, item: Codec) -> JsonSchema:
    pairs = _pairs_of(key.schema, item)
    if not (key.is_text or builder.for_results):
        pairs["value"]["maxItems"] = MAX_UNSALTED
    return builder.tag(MapType, pairs).schema


def _pairs_of(key: JsonSchema, item: Codec) -> dict[str, Any]:
    pair = {"type": "array", "prefixItems": [key, item.schema], "items": False, "minItems": 2}
    return {"value": {"type": "array", "items": pair}}


def _object(names: JsonSchema, item: Codec) -> JsonSchema:
    plain: dict[str, Any] = {"type": "object", "properties": {TAG: False}}
    if item.schema is not True:
        plain["additionalProperties"] = item.schema
    if names != {"type": "string"}:
        plain["propertyNames"] = names
    return plain


def _decode_dict(key: Codec, item: Codec) -> Decode:
    decode_key, decode_item = key.decode or _as_it_is, item.decode or _as_it_is

    def decode(value: dict[str, Any]) -> dict[Any, Any]:
        tagged = TAG in value
        pairs = value["value"] if tagged else value.items()
        decoded: list[list[Any]] = []
        try:
            for name, each in pairs:
                decoded.append([decode_key(name), decode_item(each)])
        except WireError as error:
            place = (
                error.inside(1).inside(len(decoded)).inside("value")
                if tagged
                else error.inside(name)
            )
            raise place from None
        try:
            return to_dict(decoded) if tagged else dict(decoded)
        except ValueError as error:
            raise WireError(f"map: {error}") from None

    return decode


def _as_it_is(value: Any) -> Any:
    return value


def fixed_array(
    builder: CodecBuilder, annotations: Iterable[Any], make: Callable[[list[Any]], Any]
) -> Codec:
    """Give the codec of an array of exactly these types, from which ``make`` makes the value."""
    codecs = [builder.codec(annotation) for annotation in annotations]
    schema: JsonSchema = {"type": "array", "maxItems": 0}
    if codecs:
        items = [codec.schema for codec in codecs]
        schema = {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}

    def decode(values: list[Any]) -> Any:
        for index, codec in enumerate(codecs):
            if codec.decode is not None:
                try:
                    values[index] = codec.decode(values[index])
                except WireError as error:
                    raise error.inside(index) from None
        return make(values)

    sendable = builder.for_results and make is tuple
    check = positions([codec.fast for codec in codecs], len(codecs), tuple) if sendable else None
    return Codec(schema, decode, tags_only=False, fast=check)
