"""Scalars → codec: ``Any``, numbers, strings, and built-in types whose wire form is a string."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._messages import gettext
from .._types import JsonSchema
from ..errors import WireError, excerpt
from .builder import Args, CodecBuilder, Handler
from .builtin_tags import BigIntType
from .codec import Codec
from .fastpath import checks
from .fastpath.bulk import bulk_decoder
from .fastpath.conversions import tagged_text
from .hashing import SALTED
from .keys import any_hashable_codec
from .object_type import TextType
from .plain_texts import PLAIN_TEXTS
from .sending import CONVERTIBLE, Sender
from .value_schemas import integer_of, is_large_integer


def any_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of ``Any``: any JSON value. Its tagged objects are decoded."""
    if builder.is_for_keys:
        return any_hashable_codec(builder)
    return Codec(True, builder.serializer.from_wire, fast=checks.ANYTHING)


def plain_codec(name: str, check: checks.Check) -> Handler:
    """Return the handler of a Python type that is the same in JSON. ``name`` is the JSON type."""
    return lambda builder, args: Codec({"type": name}, fast=check, is_text=check is checks.STRING)


def int_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of ``int``: an integer or a ``bigint`` tag."""
    integer: JsonSchema = {"type": "integer"}
    schema: JsonSchema = {"anyOf": [integer, builder.tag(BigIntType).schema]}
    names = Codec(_DIGITS, int, tags_only=False)
    return Codec(schema, integer_of, tags_only=False, fast=checks.INTEGER, as_name=names)


_DIGITS: JsonSchema = {
    "type": "string",
    "pattern": "^(?:0|-?[1-9][0-9]*)$",
    "maxLength": 40,
    "not": {"pattern": "\\n"},
}
"""The names in a plain object that stand for integers: each integer has one."""


def _decode_float(value: Any) -> Any:
    try:
        return value if type(value) is float else float(value)
    except OverflowError:
        raise WireError(gettext("the number is out of a float's range")) from None


def float_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of ``float``: any number."""
    send = LARGE_AS_FLOAT if builder.for_results else None
    return Codec({"type": "number"}, _decode_float, tags_only=False, fast=checks.FLOAT, send=send)


LARGE_AS_FLOAT = Sender(lambda value: CONVERTIBLE if is_large_integer(value) else 0, _decode_float)
"""Sends a large integer as a float: as an integer it would have the ``bigint`` tag."""


def text_codec(object_type: type[TextType]) -> Handler:
    """Return the handler of a built-in type whose wire form is a string with or without a tag."""
    read = object_type.read_or_explain

    def decode(value: Any) -> Any:
        return read(value["value"] if type(value) is dict else value)

    def handler(builder: CodecBuilder, args: Args) -> Codec:
        tag = builder.tag(object_type)
        tagged = Codec(tag.schema, decode, tags_only=False, is_salted=object_type.cls in SALTED)
        if builder.for_results:
            return replace(tagged, fast=tagged_text(object_type))
        decode_all = bulk_decoder(object_type.cls, str(object_type.name), strict=builder.strict)
        if builder.strict:
            return replace(tagged, decode_all=decode_all)
        names = replace(tagged, schema=object_type.plain_schema())
        schema: JsonSchema = {"anyOf": [tag.schema, names.schema]}
        return replace(tagged, schema=schema, decode_all=decode_all, as_name=names)

    return handler


def plain_text_codec(cls: type) -> Handler:
    """Return the handler of a class whose wire form is a string without a tag."""
    text = PLAIN_TEXTS[cls]

    def decode(value: str) -> Any:
        try:
            return text.read(value)
        except ValueError as error:
            raise WireError(excerpt(str(error))) from None

    codec = Codec(text.schema, decode, tags_only=False, is_text=text.is_salted)
    return lambda builder, args: codec
