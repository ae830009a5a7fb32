"""Enums → codec."""

from __future__ import annotations

from enum import Enum
from typing import Any

from .._types import JsonSchema
from ..errors import RegistrationError
from .annotations import type_name
from .builder import Args, CodecBuilder
from .codec import Codec
from .fastpath.conversions import enumeration


def enum_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of an Enum: the values of its members."""

    def build() -> Codec:
        members = {member_value(member): member for member in cls}
        for value in members:
            if value is not None and type(value) not in (str, int, bool, float):
                raise RegistrationError(
                    f"{type_name(cls)} has the value {value!r}: the values of an Enum must be "
                    "strings, numbers, booleans or None"
                )
        is_text = all(type(value) is str for value in members)
        schema: JsonSchema = {"enum": [*members]}
        has_own_form = builder.serializer.has_own_form(cls)
        check = enumeration(cls) if builder.for_results and not has_own_form else None
        return Codec(schema, members.__getitem__, tags_only=False, fast=check, is_text=is_text)

    if not len(cls):
        raise RegistrationError(f"{type_name(cls)} has no members")
    return builder.define((cls, args), cls.__name__, build)


def member_value(member: Any) -> Any:
    """Return the value of an Enum's member, as a plain str, int or float. Other values stay."""
    if not isinstance(member, Enum):
        return member
    value = member.value
    for plain in (str, int, float):
        if isinstance(value, plain) and type(value) not in (plain, bool):
            return plain(value)
    return value
