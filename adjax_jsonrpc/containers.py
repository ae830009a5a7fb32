"""Lists, tuples, sets and dicts → codec."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from . import exact
from .builtin import EscapedObjectType, MapType, SetType
from .codec import Codec
from .errors import RegistrationError, WireError
from .hints import type_name
from .structures import fixed_array
from .tags import MAX_UNSALTED, TAG, ObjectType, to_dict, to_set
from .typing import Decode, JsonSchema

if TYPE_CHECKING:
    from .schema import Schemas

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


def list_entry(schemas: Schemas, args: Args) -> Codec:
    """An array of one type."""
    item = _items(schemas, args)
    check = exact.array(item.exact)
    return Codec(_array_of(item.schema), _each(item), item.tags_only, check)


def _array_of(items: JsonSchema) -> dict[str, Any]:
    return {"type": "array"} if items is True else {"type": "array", "items": items}


def tuple_entry(schemas: Schemas, args: Args) -> Codec:
    """An array of one type and any length, or of just these types."""
    if not args or args[-1] is Ellipsis:
        item = _items(schemas, args)
        each = _each(item)
        return Codec(_array_of(item.schema), lambda v: tuple(v if each is None else each(v)), False)
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


def set_entry(
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


def dict_entry(schemas: Schemas, args: Args) -> Codec:
    """An object where the keys are strings, else a map."""
    key_annotation, item_annotation = args or (str, Any)
    key, item = _hashable(schemas, key_annotation), schemas.codec(item_annotation)
    if key.schema == {"type": "string"}:
        return _object(schemas, key, item, EscapedObjectType)
    if key.is_text:
        return _object(schemas, key, item, MapType)
    array = _pairs_of(key, item)
    if not schemas.for_results:
        array["maxItems"] = MAX_UNSALTED
    pairs = schemas.tag(MapType, {"value": array})
    empty: JsonSchema = {"type": "object", "maxProperties": 0}
    return Codec({"anyOf": [pairs.schema, empty]}, _decode_dict(key, item), tags_only=False)


def _pairs_of(key: Codec, item: Codec) -> dict[str, Any]:
    pair = {"type": "array", "prefixItems": [key.schema, item.schema]}
    return {"type": "array", "items": {**pair, "items": False, "minItems": 2}}


def _object(schemas: Schemas, key: Codec, item: Codec, escape: type[ObjectType]) -> Codec:
    plain: dict[str, Any] = {"type": "object", "properties": {TAG: False}}
    if item.schema is not True:
        plain["additionalProperties"] = item.schema
    if key.schema != {"type": "string"}:
        plain["propertyNames"] = key.schema
    tagged = schemas.tag(escape, {"value": _pairs_of(key, item)})
    return Codec(
        {"anyOf": [plain, tagged.schema]},
        _decode_dict(key, item),
        tags_only=key.decode is None and item.tags_only,
        exact=exact.mapping(item.exact) if key.exact is exact.STRING else None,
    )


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
