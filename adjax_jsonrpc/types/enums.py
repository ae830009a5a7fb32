"""Enums and Flags → codec."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, Flag, IntFlag
from math import isfinite
from typing import Any

from .._types import JsonSchema
from ..errors import RegistrationError, WireError, excerpt
from ..protocol.tags import MAX_SAFE_INTEGER
from .annotations import type_name
from .builder import Args, CodecBuilder
from .builtin_tags import BigIntType
from .codec import Codec, tag_schema
from .fastpath.conversions import flags, members
from .value_schemas import integer_of, value_decoder, value_schema

_MAX_LISTED = 64
"""The most combinations of a Flag that its schema lists. It has a range for others."""


def enum_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of an Enum: what the serializer sends for its members."""
    if not cls.__members__:
        raise RegistrationError(f"{type_name(cls)} has no members: no value can be sent")
    build = _flag if issubclass(cls, Flag) else _enum
    return builder.define((cls, args), cls.__name__, lambda: build(builder, cls))


def _enum(builder: CodecBuilder, cls: Any) -> Codec:
    sent = [(member, _sent_for(builder, cls, member)) for member in cls]
    table: dict[Any, Any] = {}
    for member, value in sent:
        # In JSON, true is not 1, but 1.0 is 1.
        other = table.setdefault((type(value) is bool, value), member)
        if other is not member and not builder.for_results:
            raise RegistrationError(
                f"{other} and {member} are both sent as {value!r}, so that value can't be "
                "decoded: give them different values"
            )
    values = [value for _, value in table]
    as_they_are = all(_is_plain(value) and value is member._value_ for member, value in sent)
    has_own_form = builder.serializer.has_own_form(cls)
    return Codec(
        value_schema(values),
        value_decoder(values, lambda value: table[type(value) is bool, value]),
        tags_only=False,
        fast=members(cls) if builder.for_results and as_they_are and not has_own_form else None,
        is_text=all(type(value) is str for value in values),
        is_salted=True,
        as_name=names_of_integers(values, table),
    )


def names_of_integers(values: list[Any], table: dict[Any, Any]) -> Codec | None:
    """Return the codec of the names in a plain object that stand for integers, or for members."""
    if not all(type(value) is int for value in values):
        return None
    members = {str(value): table[False, value] for value in values}
    return Codec({"enum": [*members]}, members.__getitem__, tags_only=False, is_salted=True)


def _sent_for(builder: CodecBuilder, cls: Any, member: Any) -> Any:
    try:
        value = builder.serializer.to_wire(member)
    except WireError:
        value = member
    # A larger float is a whole number, which is read as an integer with other digits.
    is_float = type(value) is float and isfinite(value) and abs(value) <= MAX_SAFE_INTEGER
    is_number = type(value) is int or is_float
    if is_number or value is None or type(value) in (str, bool):
        return value
    raise RegistrationError(
        f"{type_name(cls)} has the value {excerpt(repr(member.value), 60)}: the values of an Enum "
        "must be strings, integers, booleans, None or floats below 2**53"
    )


def _is_plain(value: Any) -> bool:
    """Return whether a value is the same in JSON for every caller."""
    if type(value) is int:
        return -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER
    return value is None or type(value) in (str, bool)


def _flag(builder: CodecBuilder, cls: Any) -> Codec:
    named = [member._value_ for member in cls.__members__.values()]
    every = 0
    for member, value in zip(cls.__members__.values(), named, strict=True):
        if type(value) is not int or value < 0 or builder.serializer.to_wire(member) != value:
            raise RegistrationError(
                f"{member} is not sent as a positive integer, so its combinations can't be "
                "served: register an ObjectType for the class"
            )
        every |= value
    combinations = _combinations(cls, named, every)

    def decode(value: Any) -> Any:
        try:
            return cls(integer_of(value))
        except WireError:
            raise
        except ValueError as error:  # a range may contain others, too
            raise WireError(str(error).partition("\n")[0]) from None

    has_fast_path = builder.for_results and not builder.serializer.has_own_form(cls)
    check = flags(cls, combinations) if has_fast_path and every <= MAX_SAFE_INTEGER else None
    schema = _combinations_schema(combinations)
    return Codec(schema, decode, tags_only=False, fast=check, is_salted=True)


def _combinations_schema(combinations: range | list[int]) -> JsonSchema:
    if isinstance(combinations, list):
        return value_schema(combinations)
    integer: dict[str, Any] = {"type": "integer", "minimum": 0}
    if combinations:
        integer["maximum"] = combinations[-1]
    if combinations and combinations[-1] <= MAX_SAFE_INTEGER:
        return integer
    digits: JsonSchema = {**BigIntType.string_schema(), "pattern": "^[0-9]+$"}
    return {"anyOf": [integer, tag_schema(BigIntType, {"value": digits})]}


def _combinations(cls: Any, named: Iterable[int], every: int) -> range | list[int]:
    """Return the integers that are combinations of members, or a range that contains them.

    The empty range stands for all integers from 0 on.
    """
    boundary = getattr(cls, "_boundary_", None)  # Python 3.10 has none
    keeps_others = issubclass(cls, IntFlag) if boundary is None else boundary.name == "KEEP"
    if keeps_others:
        return range(MAX_SAFE_INTEGER + 1) if every <= MAX_SAFE_INTEGER else range(0)
    combinations = {0}
    for value in named:
        combinations |= {value | other for other in combinations}
        if len(combinations) > _MAX_LISTED:
            return range(every + 1)
    is_range = len(combinations) == every + 1
    return range(every + 1) if is_range else sorted(combinations)


def member_value(member: Any) -> Any:
    """Return the value of an Enum's member, as a plain str, int or float. Other values stay."""
    if not isinstance(member, Enum):
        return member
    value = member.value
    for plain in (str, int, float):
        if isinstance(value, plain) and type(value) not in (plain, bool):
            return plain(value)
    return value
