"""Annotation → codec, one entry a type: the tables at the end are where a type is added."""

from __future__ import annotations

import inspect
import types
from collections import abc
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from . import exact
from .codec import Codec, validator
from .errors import RegistrationError, WireError
from .keywords import constrained, keywords_of
from .serializer import decode_members
from .structures import fixed_array, member_value, type_name
from .tags import (
    BUILT_IN,
    TAG,
    BigIntType,
    EscapedObjectType,
    MapType,
    ObjectType,
    SetType,
    TextType,
    freeze,
    to_dict,
    to_set,
)
from .typing import Decode, JsonSchema

if TYPE_CHECKING:
    from .schema import Schemas

Args: TypeAlias = "tuple[Any, ...]"


def _anything(schemas: Schemas, args: Args) -> Codec:
    return Codec(True, schemas.serializer.from_wire)


def _plain(name: str, check: exact.Exact) -> Callable[[Schemas, Args], Codec]:
    return lambda schemas, args: Codec({"type": name}, exact=check)


def _decode_int(value: Any) -> Any:
    if type(value) is int:
        return value
    return int(value) if type(value) is float else decode_members(BigIntType, value)


def _int(schemas: Schemas, args: Args) -> Codec:
    integer: JsonSchema = {"type": "integer"}
    schema: JsonSchema = {"anyOf": [integer, schemas.tag(BigIntType).schema]}
    return Codec(schema, _decode_int, tags_only=False, exact=exact.INTEGER)


def _decode_float(value: Any) -> Any:
    try:
        return value if type(value) is float else float(value)
    except OverflowError:
        raise WireError("the number is out of a float's range") from None


def _float(schemas: Schemas, args: Args) -> Codec:
    return Codec({"type": "number"}, _decode_float, tags_only=False, exact=exact.FLOAT)


def _text(object_type: type[TextType]) -> Callable[[Schemas, Args], Codec]:
    read = object_type.read

    def decode(value: Any) -> Any:
        try:  # the schema has matched the pattern
            return read(value["value"] if type(value) is dict else value)
        except (ValueError, ArithmeticError) as error:
            raise WireError(f"{object_type.name}: {error}") from None

    def entry(schemas: Schemas, args: Args) -> Codec:
        tag = schemas.tag(object_type)
        if schemas.strict or schemas.for_results:
            return Codec(tag.schema, decode, tags_only=False)
        return Codec({"anyOf": [tag.schema, object_type.plain_schema()]}, decode, tags_only=False)

    return entry


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


def _list(schemas: Schemas, args: Args) -> Codec:
    item = _items(schemas, args)
    check = exact.array(item.exact)
    return Codec(_array_of(item.schema), _each(item), item.tags_only, check)


def _array_of(items: JsonSchema) -> dict[str, Any]:
    return {"type": "array"} if items is True else {"type": "array", "items": items}


def _tuple(schemas: Schemas, args: Args) -> Codec:
    if not args or args[-1] is Ellipsis:
        item = _items(schemas, args)
        each = _each(item)
        return Codec(_array_of(item.schema), lambda v: tuple(v if each is None else each(v)), False)
    return fixed_array(schemas, [] if args == ((),) else args, tuple)


def _set(
    make: Callable[[set[Any]], Any],
) -> Callable[[Schemas, Args], Codec]:
    def entry(schemas: Schemas, args: Args) -> Codec:
        item = _items(schemas, args)
        each = _each(item)
        array = _array_of(item.schema)
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


def _dict(schemas: Schemas, args: Args) -> Codec:
    key, item = (schemas.codec(arg) for arg in (args or (str, Any)))
    if key.schema == {"type": "string"}:
        return _object(schemas, key, item, EscapedObjectType)
    if key.is_text:
        return _object(schemas, key, item, MapType)
    pairs = schemas.tag(MapType, {"value": _pairs_of(key, item)})
    empty: JsonSchema = {"type": "object", "maxProperties": 0}
    return Codec({"anyOf": [pairs.schema, empty]}, _decode_dict(key, item), tags_only=False)


def _pairs_of(key: Codec, item: Codec) -> JsonSchema:
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


def _literal(schemas: Schemas, args: Args) -> Codec:
    values = [member_value(arg) for arg in args]
    for value in values:
        if value is not None and type(value) not in (str, int, bool):
            raise RegistrationError(f"Literal[{value!r}] can't be served: JSON has no such value")
    codec = Codec({"enum": values} if len(values) > 1 else {"const": values[0]})
    if all(
        arg is value and type(value) is not int for arg, value in zip(args, values, strict=True)
    ):
        return codec
    table = {(type(value) is bool, value): arg for arg, value in zip(args, values, strict=True)}
    return Codec(codec.schema, lambda v: table[(type(v) is bool, v)], tags_only=False)


def any_of(schemas: Schemas, codecs: list[Codec]) -> Codec:
    """Give the codec of a union; of several that accept a value the first one decodes it."""
    if len(codecs) == 1:
        return codecs[0]
    schema: JsonSchema = {"anyOf": [codec.schema for codec in codecs]}
    check = exact.either([codec.exact for codec in codecs])
    if all(codec.decode is None for codec in codecs):
        return Codec(schema, exact=check)
    decode = _FirstAccepting(schemas, codecs)
    return Codec(schema, decode, all(codec.tags_only for codec in codecs), check)


class _FirstAccepting:
    """Decodes a value of a union by the first branch whose schema accepts it."""

    def __init__(self, schemas: Schemas, codecs: list[Codec]) -> None:
        # Of a whole number in int | float the digits tell which it was.
        self._codecs = sorted(codecs, key=lambda codec: codec.schema == {"type": "number"})
        self._as_they_are = {
            kind
            for kind, name in ((type(None), "null"), (bool, "boolean"), (float, "number"))
            if any(codec.schema == {"type": name} for codec in codecs)
        }
        self._schemas = schemas
        self._accepts: list[Callable[[Any], bool]] | None = None

    def __call__(self, value: Any) -> Any:
        if type(value) in self._as_they_are:
            return value
        if self._accepts is None:  # the $defs are complete only once all is registered
            self._accepts = [validator(self._schemas.complete(c.schema)) for c in self._codecs]
        for accepts, codec in zip(self._accepts, self._codecs, strict=True):
            if accepts(value):
                return value if codec.decode is None else codec.decode(value)
        return value


def _union(schemas: Schemas, args: Args) -> Codec:
    return any_of(schemas, [schemas.codec(arg) for arg in args])


def _annotated(schemas: Schemas, args: Args) -> Codec:
    codec = schemas.codec(args[0])
    keywords = keywords_of(args[1:])
    if not keywords:
        return codec
    schema = constrained(
        codec.schema, keywords, type_name(args[0]), for_results=schemas.for_results
    )
    validator(schemas.complete(schema))
    return Codec(schema, codec.decode, codec.tags_only)


Entry: TypeAlias = "Callable[[Schemas, Args], Codec]"

CLASSES: dict[Any, Entry] = {
    Any: _anything,
    object: _anything,
    inspect.Parameter.empty: _anything,
    type(None): _plain("null", exact.NULL),
    bool: _plain("boolean", exact.BOOLEAN),
    str: _plain("string", exact.STRING),
    int: _int,
    float: _float,
    **{t.cls: _text(t) for t in BUILT_IN if issubclass(t, TextType) and t.cls},
    list: _list,
    abc.Sequence: _list,
    abc.MutableSequence: _list,
    abc.Collection: _list,
    abc.Iterable: _list,
    tuple: _tuple,
    set: _set(lambda values: values),
    abc.MutableSet: _set(lambda values: values),
    frozenset: _set(freeze),
    abc.Set: _set(freeze),
    dict: _dict,
    abc.Mapping: _dict,
    abc.MutableMapping: _dict,
}
"""One entry a class: the place where a type is added."""

FORMS: dict[Any, Entry] = {
    Union: _union,
    types.UnionType: _union,
    Literal: _literal,
    Annotated: _annotated,
}
"""One entry a form of the ``typing`` module."""

QUALIFIERS = frozenset({"Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})
"""Forms that say something of the member and nothing of its type."""
