"""Unions, ``Literal`` and ``Annotated`` → codec."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._types import JsonSchema
from ..errors import RegistrationError
from ..schema.json_types import ANY_TYPE, accepted_json_types, json_type_of, may_accept_object
from ..schema.validator import validator
from . import sending
from .builder import Args, CodecBuilder
from .codec import Codec
from .enums import member_value, names_of_integers
from .fastpath import checks
from .scalars import LARGE_AS_FLOAT
from .value_schemas import value_decoder, value_schema


def literal_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of ``Literal``: one of its values."""
    if not args:
        raise RegistrationError("Literal[()] can't be served: no value is one of none")
    values = [member_value(arg) for arg in args]
    for value in values:
        if value is not None and type(value) not in (str, int, bool):
            raise RegistrationError(f"Literal[{value!r}] can't be served: JSON has no such value")
    is_text = all(type(value) is str for value in values)
    schema = value_schema(values)
    if schema == {"enum": values[:1]}:
        schema = {"const": values[0]}
    if all(
        arg is value and type(value) is not int for arg, value in zip(args, values, strict=True)
    ):
        return Codec(schema, is_text=is_text)
    table = {(type(value) is bool, value): arg for arg, value in zip(args, values, strict=True)}
    decode = value_decoder(values, lambda v: table[(type(v) is bool, v)])
    names = names_of_integers(values, table)
    return Codec(schema, decode, tags_only=False, is_text=is_text, as_name=names)


def any_of(builder: CodecBuilder, codecs: list[Codec]) -> Codec:
    """Return the codec of a union. The first branch that accepts a value decodes it."""
    if len(codecs) == 1:
        return codecs[0]
    schema: JsonSchema = {"anyOf": [codec.schema for codec in codecs]}
    check = checks.either([codec.fast for codec in codecs])
    has_integers = any(_accepts_integers(codec.schema) for codec in codecs)
    send = sending.either(
        codec.send for codec in codecs if not (has_integers and codec.send is LARGE_AS_FLOAT)
    )
    if all(codec.decode is None for codec in codecs):
        return Codec(schema, fast=check, send=send)
    decode = _UnionDecoder(builder, codecs)
    names = [codec.as_name for codec in codecs if codec.as_name is not None]
    return Codec(
        schema,
        decode,
        tags_only=all(codec.tags_only for codec in codecs),
        fast=check,
        send=send,
        is_salted=all(codec.is_salted or codec.is_text for codec in codecs),
        as_name=any_of(builder, names) if names else None,
    )


class _UnionDecoder:
    """Decodes a value of a union by the first branch whose schema accepts the value.

    If only one branch may accept the value, the value is not validated: in a recursive type, each
    level would be validated once more for each level above.
    """

    def __init__(self, builder: CodecBuilder, codecs: list[Codec]) -> None:
        # float comes last: in int | float, a JSON integer is an int.
        self._codecs = sorted(codecs, key=_is_float)
        self._plain_types = {
            cls
            for cls, name in ((type(None), "null"), (bool, "boolean"), (float, "number"))
            if any(codec.schema == {"type": name} for codec in codecs)
        }
        self._builder = builder
        self._json_types: list[frozenset[str]] = []
        self._accepts: dict[int, Callable[[Any], bool]] = {}

    def __call__(self, value: Any) -> Any:
        if type(value) in self._plain_types:
            return value
        if not self._json_types:  # not before the first call: then the $defs are complete
            self._json_types = [
                accepted_json_types(c.schema, self._builder.defs) for c in self._codecs
            ]
        json_type = json_type_of(value)
        candidates = [
            codec
            for codec, accepted in zip(self._codecs, self._json_types, strict=True)
            if json_type in accepted or ANY_TYPE in accepted
        ]
        if len(candidates) > 1 and type(value) is dict:
            defs = self._builder.defs
            candidates = [
                codec for codec in candidates if may_accept_object(codec.schema, value, defs)
            ]
        for codec in candidates:
            if len(candidates) == 1 or self._accepts_value(codec, value):
                return value if codec.decode is None else codec.decode(value)
        return value

    def _accepts_value(self, codec: Codec, value: Any) -> bool:
        accepts = self._accepts.get(id(codec))
        if accepts is None:
            accepts = validator(self._builder.document(codec.schema))
            self._accepts[id(codec)] = accepts
        return accepts(value)


def _accepts_integers(schema: JsonSchema) -> bool:
    if not isinstance(schema, dict):
        return schema
    return schema.get("type") == "integer" or any(map(_accepts_integers, schema.get("anyOf", ())))


def _is_float(codec: Codec) -> bool:
    return isinstance(codec.schema, dict) and codec.schema.get("type") == "number"


def union_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of ``Union``, ``Optional`` and ``X | Y``."""
    return any_of(builder, [builder.codec(arg) for arg in args])
