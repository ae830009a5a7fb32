"""Annotation → codec, one entry a type: the tables at the end are where a type is added."""

from __future__ import annotations

import inspect
import types
from collections import abc
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias, Union

from . import exact
from .builtin import BUILT_IN, BigIntType
from .codec import Codec, validator
from .containers import Args, dict_entry, list_entry, set_entry, tuple_entry
from .errors import RegistrationError, WireError
from .exact_objects import tagged_text
from .hints import type_name
from .keywords import constrained, keywords_of
from .kinds import ANY_KIND, has_shape, kind_of, kinds_of
from .native import list_reader
from .schema import Handlers, Schemas
from .serializer import decode_members
from .structures import member_value, structure_of
from .tags import MAX_SAFE_INTEGER, TextType, freeze
from .typing import JsonSchema


def _anything(schemas: Schemas, args: Args) -> Codec:
    return Codec(True, schemas.serializer.from_wire, exact=exact.ANYTHING)


def _plain(name: str, check: exact.Exact) -> Callable[[Schemas, Args], Codec]:
    return lambda schemas, args: Codec({"type": name}, exact=check, is_text=check is exact.STRING)


def _decode_int(value: Any) -> Any:
    if type(value) is int:
        return value
    if type(value) is float:
        # Of a large one the shortest text was sent: the float next to 1e23 is another integer.
        return int(value) if abs(value) <= MAX_SAFE_INTEGER else int(Decimal(repr(value)))
    return decode_members(BigIntType, value)


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
        if schemas.for_results:
            return Codec(tag.schema, decode, tags_only=False, exact=tagged_text(object_type))
        read_all = list_reader(object_type.cls, str(object_type.name), strict=schemas.strict)
        if schemas.strict:
            return Codec(tag.schema, decode, tags_only=False, read_all=read_all)
        schema: JsonSchema = {"anyOf": [tag.schema, object_type.plain_schema()]}
        return Codec(schema, decode, tags_only=False, read_all=read_all)

    return entry


def _literal(schemas: Schemas, args: Args) -> Codec:
    values = [member_value(arg) for arg in args]
    for value in values:
        if value is not None and type(value) not in (str, int, bool):
            raise RegistrationError(f"Literal[{value!r}] can't be served: JSON has no such value")
    is_text = all(type(value) is str for value in values)
    schema: JsonSchema = {"enum": values} if len(values) > 1 else {"const": values[0]}
    if all(
        arg is value and type(value) is not int for arg, value in zip(args, values, strict=True)
    ):
        return Codec(schema, is_text=is_text)
    table = {(type(value) is bool, value): arg for arg, value in zip(args, values, strict=True)}
    return Codec(schema, lambda v: table[(type(v) is bool, v)], tags_only=False, is_text=is_text)


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
    """Decodes a value of a union by the first branch whose schema accepts it.

    Where one branch alone takes values of that JSON type, nothing is asked: in a recursive type
    each level would be validated once more for all the levels above it.
    """

    def __init__(self, schemas: Schemas, codecs: list[Codec]) -> None:
        # Of a whole number in int | float the digits tell which it was.
        self._codecs = sorted(codecs, key=lambda codec: codec.schema == {"type": "number"})
        self._as_they_are = {
            kind
            for kind, name in ((type(None), "null"), (bool, "boolean"), (float, "number"))
            if any(codec.schema == {"type": name} for codec in codecs)
        }
        self._schemas = schemas
        self._kinds: list[frozenset[str]] = []
        self._accepts: dict[int, Callable[[Any], bool]] = {}

    def __call__(self, value: Any) -> Any:
        if type(value) in self._as_they_are:
            return value
        if not self._kinds:  # the $defs are complete only once all is registered
            self._kinds = [kinds_of(c.schema, self._schemas.defs) for c in self._codecs]
        kind = kind_of(value)
        taking = [
            codec
            for codec, kinds in zip(self._codecs, self._kinds, strict=True)
            if kind in kinds or ANY_KIND in kinds
        ]
        if len(taking) > 1 and type(value) is dict:
            defs = self._schemas.defs
            taking = [codec for codec in taking if has_shape(codec.schema, value, defs)]
        for codec in taking:
            if len(taking) == 1 or self._takes(codec, value):
                return value if codec.decode is None else codec.decode(value)
        return value

    def _takes(self, codec: Codec, value: Any) -> bool:
        accepts = self._accepts.get(id(codec))
        if accepts is None:
            accepts = validator(self._schemas.complete(codec.schema))
            self._accepts[id(codec)] = accepts
        return accepts(value)


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
    return Codec(schema, codec.decode, codec.tags_only, is_text=codec.is_text)


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
    list: list_entry,
    abc.Sequence: list_entry,
    abc.MutableSequence: list_entry,
    abc.Collection: list_entry,
    abc.Iterable: list_entry,
    tuple: tuple_entry,
    set: set_entry(lambda values: values),
    abc.MutableSet: set_entry(lambda values: values),
    frozenset: set_entry(freeze),
    abc.Set: set_entry(freeze),
    dict: dict_entry,
    abc.Mapping: dict_entry,
    abc.MutableMapping: dict_entry,
}
"""One entry a class: the place where a type is added."""

FORMS: dict[Any, Entry] = {
    Union: _union,
    types.UnionType: _union,
    Literal: _literal,
    Annotated: _annotated,
}
"""One entry a form of the ``typing`` module."""

HANDLERS = Handlers(CLASSES, FORMS, structure_of, any_of)
"""Everything that an annotation can be, for ``Schemas``."""
