"""Lists, tuples, sets and dicts → codec."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from .._types import Decode, JsonSchema
from ..errors import RegistrationError, WireError
from ..protocol.tags import TAG
from .annotations import type_name
from .builder import Schemas
from .builtin_tags import EscapedObjectType, MapType, SetType
from .codec import Codec
from .fastpath import checks as exact
from .fastpath.checks import positions
from .fastpath.conversions import list_of
from .hashing import MAX_UNSALTED, to_dict, to_set

Args: TypeAlias = "tuple[Any, ...]"


def _items(schemas: Schemas, args: Args) -> Codec:
    return schemas.codec(args[0] if args else Any)


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


def list_codec(schemas: Schemas, args: Args) -> Codec:
    """An array of one type."""
    item = _items(schemas, args)
    check = exact.array(item.exact) if item.read_all is None else list_of(item.read_all)
    return Codec(_array_of(item.schema), _each(item), item.tags_only, check)


def _array_of(items: JsonSchema) -> dict[str, Any]:
    return {"type": "array"} if items is True else {"type": "array", "items": items}


def tuple_codec(schemas: Schemas, args: Args) -> Codec:
    """An array of one type and any length, or of just these types."""
    if not args or args[-1] is Ellipsis:
        item = _items(schemas, args)
        each = _each(item)
        check = exact.array(item.exact, tuple) if schemas.for_results else None
        return Codec(
            _array_of(item.schema), lambda v: tuple(v if each is None else each(v)), False, check
        )
    return fixed_array(schemas, [] if args == ((),) else args, tuple)


def _hashable(schemas: Schemas, annotation: Any) -> Codec:
    """Give the codec of what sets and keys are made of."""
    cls = typing.get_origin(annotation) or annotation
    frozen = (list, set)  # arrays become tuples, sets frozen ones
    if isinstance(cls, type) and cls.__hash__ is None and cls not in frozen:
        raise RegistrationError(
            f"{type_name(annotation)} is not hashable: no member of a set, no key of a dict"
        )
    codec = schemas.codec(annotation)
    if codec.schema is not True:
        return codec
    return schemas.share(_hashable, "hashable", lambda: Codec(_HASHABLE, codec.decode))


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
) -> Callable[[Schemas, Args], Codec]:
    """The entry of a set type, which ``make`` makes of a set."""

    def entry(schemas: Schemas, args: Args) -> Codec:
        item = _hashable(schemas, args[0] if args else Any)
        each = _each(item)
        array = _array_of(item.schema)
        if not (item.is_text or schemas.for_results):
            array["maxItems"] = MAX_UNSALTED
        tagged = schemas.tag(SetType, {"value": array})

        def decode(value: Any) -> Any:
            inside = type(value) is dict
            values = value["value"] if inside else value
            try:
                return make(to_set(values if each is None else each(values)))
            except WireError as error:
                raise (error.inside("value") if inside else error) from None
            except ValueError as error:
                raise WireError(f"set: {error}") from None

        if schemas.strict or schemas.for_results:
            return Codec(tagged.schema, decode, tags_only=False)
        return Codec({"anyOf": [tagged.schema, {**array, "uniqueItems": True}]}, decode, False)

    return entry


def dict_codec(schemas: Schemas, args: Args) -> Codec:
    """An object where the keys are strings, else a map."""
    key_annotation, item_annotation = args or (str, Any)
    key, item = _hashable(schemas, key_annotation), schemas.codec(item_annotation)
    names = _text_of(key.schema, schemas) if _may_be_text(schemas, key_annotation) else None
    if names is None:
        plain: JsonSchema = {"type": "object", "maxProperties": 0}
        return Codec(_any_of(_map(schemas, key, item), plain), _decode_dict(key, item), False)
    objects = [_object(names, item), schemas.tag(EscapedObjectType, _pairs_of(names, item)).schema]
    if key.schema != {"type": "string"}:
        objects.append(_map(schemas, key, item))
    return Codec(
        _any_of(*objects),
        _decode_dict(key, item),
        tags_only=key.is_text and key.decode is None and item.tags_only,
        exact=exact.mapping(item.exact) if key.exact is exact.STRING else None,
    )


def _any_of(*schemas: JsonSchema) -> JsonSchema:
    return {"anyOf": [*schemas]}


def _may_be_text(schemas: Schemas, annotation: Any) -> bool:
    """Whether values of a key's type are strings, not just sent as some."""
    tagged = schemas.variant(strict=True)
    return _text_of(_hashable(tagged, annotation).schema, tagged) is not None


def _text_of(schema: JsonSchema, schemas: Schemas) -> dict[str, Any] | None:
    """Give the part of a key's schema that allows strings, ``None`` where it has none."""
    if not isinstance(schema, dict):
        return {"type": "string"} if schema else None
    if "$ref" in schema:
        target = schemas.defs[schema["$ref"].removeprefix("#/$defs/")]
        part = _text_of(target, schemas)
        return schema if part == target else part
    if "allOf" in schema:
        base = _text_of(schema["allOf"][0], schemas)
        return None if base is None else {**schema, "allOf": [base, *schema["allOf"][1:]]}
    if "anyOf" in schema:
        parts = [part for each in schema["anyOf"] if (part := _text_of(each, schemas)) is not None]
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


def _map(schemas: Schemas, key: Codec, item: Codec) -> JsonSchema:
    pairs = _pairs_of(key.schema, item)
    if not (key.is_text or schemas.for_results):
        pairs["value"]["maxItems"] = MAX_UNSALTED
    return schemas.tag(MapType, pairs).schema


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
    schemas: Schemas, annotations: Iterable[Any], make: Callable[[list[Any]], Any]
) -> Codec:
    """Give the codec of an array of exactly these types, from which ``make`` makes the value."""
    codecs = [schemas.codec(annotation) for annotation in annotations]
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

    sendable = schemas.for_results and make is tuple
    check = positions([codec.exact for codec in codecs], len(codecs), tuple) if sendable else None
    return Codec(schema, decode, tags_only=False, exact=check)
