"""Lists, tuples, sets and dicts → codec."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .._types import Decode, JsonSchema
from ..errors import RegistrationError, WireError
from ..protocol.tags import TAG
from . import sending
from .builder import Args, CodecBuilder, Handler
from .codec import Codec
from .container_tags import EscapedObjectType, MapType, SetType
from .fastpath import checks
from .fastpath.checks import positions
from .fastpath.conversions import bulk_decoded
from .hashing import to_dict, to_set
from .keys import STRING, key_codec, limited, name_codec, string_keys


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


def set_codec(convert: Callable[[set[Any]], Any]) -> Handler:
    """Return the handler of a set type. ``convert`` returns a value of that type for a set."""

    def handler(builder: CodecBuilder, args: Args) -> Codec:
        item = key_codec(builder, _item_annotation(args))
        decode_items = _items_decoder(item)
        array = limited(_array_schema(item.schema), "maxItems", item, builder)
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
    key, item = key_codec(builder, key_annotation), builder.codec(item_annotation)
    strings = string_keys(builder, key_annotation, key)
    if strings is None:
        names = name_codec(builder, key)
        plain: JsonSchema = {"type": "object", "maxProperties": 0}
        if names is not None:
            plain = limited(_object_schema(names.schema, item), "maxProperties", names, builder)
        schema = _any_of(_map_schema(builder, key, item), plain)
        send = sending.values(item.send)
        return Codec(schema, _dict_decoder(key, names, item), False, send=send)
    escaped = builder.tag(EscapedObjectType, _pairs_members(strings, item))
    forms = [_object_schema(strings, item), escaped.schema]
    has_others = key.schema != STRING or key.decode is not None
    if has_others or not builder.for_results:  # such as a Map of JavaScript
        forms.append(_map_schema(builder, key, item))
    return Codec(
        _any_of(*forms),
        _dict_decoder(key, key, item),
        tags_only=key.is_text and key.decode is None and item.tags_only,
        fast=checks.mapping(item.fast) if key.fast is checks.STRING else None,
        send=sending.values(item.send),
    )


def _any_of(*branches: JsonSchema) -> JsonSchema:
    return {"anyOf": [*branches]}


def _map_schema(builder: CodecBuilder, key: Codec, item: Codec) -> JsonSchema:
    pairs = _pairs_members(key.schema, item)
    pairs["value"] = limited(pairs["value"], "maxItems", key, builder)
    return builder.tag(MapType, pairs).schema


def _pairs_members(key: JsonSchema, item: Codec) -> dict[str, Any]:
    pair = {"type": "array", "prefixItems": [key, item.schema], "items": False, "minItems": 2}
    return {"value": {"type": "array", "items": pair}}


def _object_schema(names: JsonSchema, item: Codec) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "object", "properties": {TAG: False}}
    if item.schema is not True:
        plain["additionalProperties"] = item.schema
    if names != STRING:
        plain["propertyNames"] = names
    return plain


def _dict_decoder(key: Codec, names: Codec | None, item: Codec) -> Decode:
    """Return the function that decodes a dict; ``names`` is the codec of names in plain objects."""
    decode_key, decode_item = key.decode or _unchanged, item.decode or _unchanged
    decode_name = names.decode or _unchanged if names else _unchanged
    are_salted = names is None or names.is_text or names.is_salted
    make_dict: Callable[[list[list[Any]]], dict[Any, Any]] = dict if are_salted else to_dict

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
        pairs = []
        members = iter(value.items())
        name = ""
        try:
            for name, each in members:
                pairs.append([decode_name(name), decode_item(each)])
        except WireError as error:
            rest = ((other, decode_item, each) for other, each in members)
            raise error.inside(name).join(rest) from None
        try:
            return make_dict(pairs)
        except ValueError as error:
            raise WireError(f"map: {error}") from None

    return decode


def _unchanged(value: Any) -> Any:
    return value


def fixed_array(
    builder: CodecBuilder,
    annotations: Iterable[Any],
    construct: Callable[[list[Any]], Any],
    required: int | None = None,
) -> Codec:
    """Return the codec of an array with these types in this order.

    ``construct`` returns the Python value for the list of decoded items. ``required`` is the number
    of items that must be there; all of them by default.
    """
    codecs = [builder.codec(annotation) for annotation in annotations]
    schema: JsonSchema = {"type": "array", "maxItems": 0}
    if codecs:
        items = [codec.schema for codec in codecs]
        schema = {"type": "array", "prefixItems": items, "items": False}
        least = len(items) if required is None else required
        schema = {**schema, "minItems": least} if least else schema

    decoders = [(index, c.decode) for index, c in enumerate(codecs) if c.decode is not None]

    def decode(values: list[Any]) -> Any:
        index = 0
        try:
            for index, decode_item in decoders:
                if index < len(values):
                    values[index] = decode_item(values[index])
        except WireError as error:
            rest = ((i, d, values[i]) for i, d in decoders if index < i < len(values))
            raise error.inside(index).join(rest) from None
        return construct(values)

    check = None
    if builder.for_results and construct is tuple:
        check = positions([codec.fast for codec in codecs], len(codecs), tuple)
    send = sending.positions([codec.send for codec in codecs])
    return Codec(schema, decode, tags_only=False, fast=check, send=send)
