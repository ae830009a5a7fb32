"""Lists, tuples, sets and dicts → codec."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .._types import Decode, JsonSchema
from ..errors import RegistrationError, WireError
from ..protocol.tags import TAG
from . import sending
from .annotations import type_name
from .builder import Args, CodecBuilder, Handler
from .codec import Codec
from .container_tags import EscapedObjectType, MapType, SetType
from .fastpath import checks
from .fastpath.checks import positions
from .fastpath.conversions import bulk_decoded
from .hashing import MAX_UNSALTED, to_dict, to_set


def _item_annotation(args: Args) -> Any:
    if len(args) > 1:
        raise RegistrationError(f"it has {len(args)} types in brackets: write one")
    return args[0] if args else Any


def _item_codec(builder: CodecBuilder, args: Args) -> Codec:
    return builder.codec(_item_annotation(args))


def _items_decoder(item: Codec) -> Decode | None:
    """Return the function that decodes all items of a list in place, ``None`` if none is needed."""
    return None if item.decode is None else _decoder_of_all(item.decode)


def _decoder_of_all(decode: Decode) -> Decode:
    def decode_items(values: list[Any]) -> list[Any]:
        index = 0
        try:
            for index, value in enumerate(values):
                values[index] = decode(value)
        except WireError as error:
            rest = ((i, decode, values[i]) for i in range(index + 1, len(values)))
            raise error.inside(index).join(rest) from None
        return values

    return decode_items


def list_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of a list: an array of one type."""
    item = _item_codec(builder, args)
    check = checks.array(item.fast) if item.decode_all is None else bulk_decoded(item.decode_all)
    send = sending.items(item.send, builder.serializer.converted)
    return Codec(_array_schema(item.schema), _items_decoder(item), item.tags_only, check, send=send)


def _array_schema(items: JsonSchema) -> dict[str, Any]:
    return {"type": "array"} if items is True else {"type": "array", "items": items}


def tuple_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of a tuple: an array of one type and any length, or of fixed types."""
    if not args or args[-1] is Ellipsis:
        item = _item_codec(builder, args[:-1])
        decode_items = _items_decoder(item)
        check = checks.array(item.fast, tuple) if builder.for_results else None

        def decode(values: list[Any]) -> tuple[Any, ...]:
            return tuple(values if decode_items is None else decode_items(values))

        send = sending.items(item.send, builder.serializer.converted)
        return Codec(_array_schema(item.schema), decode, False, check, send=send)
    return fixed_array(builder, [] if args == ((),) else args, tuple)


def _hashable_codec(builder: CodecBuilder, annotation: Any) -> Codec:
    """Return the codec of the members of a set or the keys of a dict."""
    cls = typing.get_origin(annotation) or annotation
    made_hashable = (list, set)  # as tuple and frozenset
    if isinstance(cls, type) and cls.__hash__ is None and cls not in made_hashable:
        raise RegistrationError(
            f"{type_name(annotation)} is not hashable, so it can't be a member of a set or a key "
            "of a dict"
        )
    codec = builder.codec(annotation)
    if codec.schema is not True:
        return codec

    def build() -> Codec:
        itself = builder.define(
            _hashable_codec, "hashable", build
        )  # until it is built, a reference
        return Codec(_hashable_schema(itself.schema), codec.decode)

    return builder.define(_hashable_codec, "hashable", build)


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


def set_codec(convert: Callable[[set[Any]], Any]) -> Handler:
    """Return the handler of a set type. ``convert`` returns a value of that type for a set."""

    def handler(builder: CodecBuilder, args: Args) -> Codec:
        item = _hashable_codec(builder, _item_annotation(args))
        decode_items = _items_decoder(item)
        array = _array_schema(item.schema)
        if not (item.is_text or builder.for_results):
            array["maxItems"] = MAX_UNSALTED
        tagged = builder.tag(SetType, {"value": array})

        def decode(value: Any) -> Any:
            is_tagged = type(value) is dict
            values = value["value"] if is_tagged else value
            try:
                return convert(to_set(values if decode_items is None else decode_items(values)))
            except WireError as error:
                raise (error.inside("value") if is_tagged else error) from None
            except ValueError as error:
                raise WireError(f"set: {error}") from None

        if builder.strict or builder.for_results:
            return Codec(tagged.schema, decode, tags_only=False)
        return Codec({"anyOf": [tagged.schema, {**array, "uniqueItems": True}]}, decode, False)

    return handler


def dict_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of a dict: an object for keys that are strings, a ``map`` for others."""
    if len(args) not in (0, 2):
        raise RegistrationError("it needs two types in brackets: of its keys and of its values")
    key_annotation, item_annotation = args or (str, Any)
    key, item = _hashable_codec(builder, key_annotation), builder.codec(item_annotation)
    may_be_string = _may_be_string(builder, key_annotation)
    names = _string_part(key.schema, builder) if may_be_string else None
    if names is None:
        plain: JsonSchema = {"type": "object", "maxProperties": 0}
        schema = _any_of(_map_schema(builder, key, item), plain)
        return Codec(schema, _dict_decoder(key, item), False)
    escaped = builder.tag(EscapedObjectType, _pairs_members(names, item))
    forms = [_object_schema(names, item), escaped.schema]
    if key.schema != {"type": "string"}:
        forms.append(_map_schema(builder, key, item))
    return Codec(
        _any_of(*forms),
        _dict_decoder(key, item),
        tags_only=key.is_text and key.decode is None and item.tags_only,
        fast=checks.mapping(item.fast) if key.fast is checks.STRING else None,
        send=sending.values(item.send),
    )


def _any_of(*branches: JsonSchema) -> JsonSchema:
    return {"anyOf": [*branches]}


def _may_be_string(builder: CodecBuilder, annotation: Any) -> bool:
    """Return whether keys may be strings in Python.

    A key such as a date may be a string on the wire only.
    """
    strict = builder.variant(strict=True)
    return _string_part(_hashable_codec(strict, annotation).schema, strict) is not None


def _string_part(schema: JsonSchema, builder: CodecBuilder) -> dict[str, Any] | None:
    """Return the part of a key's schema that accepts strings, ``None`` if there is none."""
    if not isinstance(schema, dict):
        return {"type": "string"} if schema else None
    if "$ref" in schema:
        target = builder.defs[schema["$ref"].removeprefix("#/$defs/")]
        part = _string_part(target, builder)
        return schema if part == target else part
    if "allOf" in schema:
        base = _string_part(schema["allOf"][0], builder)
        return None if base is None else {**schema, "allOf": [base, *schema["allOf"][1:]]}
    if "anyOf" in schema:
        parts = [
            part for each in schema["anyOf"] if (part := _string_part(each, builder)) is not None
        ]
        return {"anyOf": parts} if len(parts) > 1 else next(iter(parts), None)
    if "enum" in schema:
        strings = [value for value in schema["enum"] if type(value) is str]
        return {**schema, "enum": strings} if strings else None
    if type(schema.get("const")) is str:
        return schema
    named = schema.get("type")
    if named == "string":
        return schema
    return {"type": "string"} if isinstance(named, list) and "string" in named else None


def _map_schema(builder: CodecBuilder, key: Codec, item: Codec) -> JsonSchema:
    pairs = _pairs_members(key.schema, item)
    if not (key.is_text or builder.for_results):
        pairs["value"]["maxItems"] = MAX_UNSALTED
    return builder.tag(MapType, pairs).schema


def _pairs_members(key: JsonSchema, item: Codec) -> dict[str, Any]:
    pair = {"type": "array", "prefixItems": [key, item.schema], "items": False, "minItems": 2}
    return {"value": {"type": "array", "items": pair}}


def _object_schema(names: JsonSchema, item: Codec) -> JsonSchema:
    plain: dict[str, Any] = {"type": "object", "properties": {TAG: False}}
    if item.schema is not True:
        plain["additionalProperties"] = item.schema
    if names != {"type": "string"}:
        plain["propertyNames"] = names
    return plain


def _dict_decoder(key: Codec, item: Codec) -> Decode:
    decode_key, decode_item = key.decode or _unchanged, item.decode or _unchanged

    def decode_pair(pair: Sequence[Any]) -> list[Any]:
        part = 0
        try:
            decoded_key = decode_key(pair[0])
            part = 1
            return [decoded_key, decode_item(pair[1])]
        except WireError as error:
            rest = [] if part else [(1, decode_item, pair[1])]
            raise error.inside(part).join(rest) from None

    decode_pairs = _decoder_of_all(decode_pair)

    def decode(value: dict[str, Any]) -> dict[Any, Any]:
        if TAG in value:
            try:
                return to_dict(decode_pairs(value["value"]))
            except WireError as error:
                raise error.inside("value") from None
            except ValueError as error:
                raise WireError(f"map: {error}") from None
        decoded = {}
        members = iter(value.items())
        name = ""
        try:
            for name, each in members:
                decoded[decode_key(name)] = decode_item(each)
        except WireError as error:
            rest = ((other, decode_item, each) for other, each in members)
            raise error.inside(name).join(rest) from None
        return decoded

    return decode


def _unchanged(value: Any) -> Any:
    return value


def fixed_array(
    builder: CodecBuilder, annotations: Iterable[Any], construct: Callable[[list[Any]], Any]
) -> Codec:
    """Return the codec of an array with these types in this order.

    ``construct`` returns the Python value for the list of decoded items.
    """
    codecs = [builder.codec(annotation) for annotation in annotations]
    schema: JsonSchema = {"type": "array", "maxItems": 0}
    if codecs:
        items = [codec.schema for codec in codecs]
        schema = {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}

    decoders = [(index, c.decode) for index, c in enumerate(codecs) if c.decode is not None]

    def decode(values: list[Any]) -> Any:
        index = 0
        try:
            for index, decode_item in decoders:
                values[index] = decode_item(values[index])
        except WireError as error:
            rest = ((i, d, values[i]) for i, d in decoders if i > index)
            raise error.inside(index).join(rest) from None
        return construct(values)

    check = None
    if builder.for_results and construct is tuple:
        check = positions([codec.fast for codec in codecs], len(codecs), tuple)
    send = sending.positions([codec.send for codec in codecs])
    return Codec(schema, decode, tags_only=False, fast=check, send=send)
