"""Encoders: how a value of each Python class becomes plain JSON or a tagged object."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, Flag
from functools import reduce
from math import isfinite
from operator import or_
from pathlib import PurePath
from types import GeneratorType, MappingProxyType
from typing import Any, TypeAlias

from .._types import Encode
from ..errors import WireError, excerpt
from ..protocol.tags import MAX_SAFE_INTEGER, TAG, UNTAGGED
from .builtin_tags import BytesType, FloatType
from .container_tags import EscapedObjectType, MapType, SetType
from .models.lookup import form_of
from .object_type import ObjectType, TextType
from .plain_texts import PLAIN_TEXTS

Encoder: TypeAlias = Callable[[Any, Encode], Any]
"""A value of one class → its wire form. The second argument encodes the parts of the value."""


def is_plain(value: Any) -> bool:
    """Return whether a value consists of exact JSON types, with numbers that every caller can read.

    Valid only if no custom type or conversion is registered for dicts, lists or floats. No function
    is called for the scalars inside, so this is several times as fast as encoding the value.
    """
    cls = type(value)
    if cls is dict:
        if TAG in value:
            return False
        for key in value:
            if type(key) is not str:
                return False
        parts = value.values()
    elif cls is list:
        parts = value
    else:
        parts = (value,)
    for part in parts:
        cls = type(part)
        if cls in UNTAGGED:
            continue
        if cls is int:
            if not -MAX_SAFE_INTEGER <= part <= MAX_SAFE_INTEGER:
                return False
        elif cls is float:
            if not isfinite(part):
                return False
        elif (cls is not dict and cls is not list) or not is_plain(part):
            return False
    return True


def encode_tagged(object_type: type[ObjectType], value: Any, encode: Encode) -> dict[str, Any]:
    """Return the tagged object for a value. Raises ``WireError``."""
    try:
        members = object_type.encode(value)
    except ValueError as error:
        raise WireError(f"{object_type.name}: {error}") from error
    if type(members) is not dict:
        raise TypeError(
            f"{object_type.__qualname__}.encode must return a dict, not {type(members).__name__}"
        )
    return {TAG: object_type.name, **_encode_members(members, encode)}


def tag_encoder(object_type: type[ObjectType]) -> Encoder:
    """Return the encoder of a tagged type."""
    if issubclass(object_type, TextType):
        return _text_encoder(object_type)
    return lambda value, encode: encode_tagged(object_type, value, encode)


def _text_encoder(object_type: type[TextType]) -> Encoder:
    write = object_type.write

    def encode_text(value: Any, encode: Encode) -> Any:
        try:
            text = write(value)
            # The text of a subclass may differ, such as that of pandas' NaT.
            if type(value) is not object_type.cls and not object_type.matches(text):
                raise ValueError(f"{excerpt(text)} is not a valid {object_type.name}")
            return {TAG: object_type.name, "value": text}
        except ValueError as error:
            raise WireError(f"{object_type.name}: {error}") from error

    return encode_text


def conversion_encoder(conversion: Callable[[Any], Any]) -> Encoder:
    """Return the encoder that sends ``conversion(value)`` instead of a value."""
    return lambda value, encode: encode(conversion(value))


def _encode_items(value: Iterable[Any], encode: Encode) -> list[Any]:
    items: list[Any] = []
    try:
        for item in value:
            items.append(encode(item))
    except WireError as error:
        raise error.inside(len(items)) from None
    return items


def _encode_members(value: Mapping[str, Any], encode: Encode) -> dict[str, Any]:
    members: dict[str, Any] = {}
    key: Any = ""
    try:
        for key, item in value.items():
            members[key if type(key) is str else str.__str__(key)] = encode(item)
    except WireError as error:
        raise error.inside(key) from None
    return members


def _encode_mapping(value: Mapping[Any, Any], encode: Encode) -> dict[str, Any]:
    for key in value:
        if not isinstance(key, str):
            return encode_tagged(MapType, value, encode)
    if TAG in value:
        return encode_tagged(EscapedObjectType, value, encode)
    return _encode_members(value, encode)


def _encode_member(value: Enum, encode: Encode) -> Any:
    plain = value.value
    if isinstance(value, Flag) and type(plain) is int and plain < 0:
        # An inverted IntFlag of Python 3.10. The combination of its members is the same.
        plain &= reduce(or_, (member.value for member in type(value).__members__.values()))
    return encode(plain)


def _plain_text_encoder(write: Callable[[Any], str]) -> Encoder:
    def encode_text(value: Any, encode: Encode) -> Any:
        try:
            return write(value)
        except ValueError as error:
            raise WireError(str(error)) from error

    return encode_text


def _encode_float(value: float, encode: Encode) -> Any:
    plain = float.__float__(value)
    return plain if isfinite(plain) else encode_tagged(FloatType, plain, encode)


def model_encoder(cls: type) -> Encoder | None:
    """Return the encoder of a model: its fields. ``None`` if the class is no model."""
    form = form_of(cls)
    return None if form is None else conversion_encoder(form)


def refuse_unsupported(value: Any, encode: Encode) -> Any:
    """Raise ``WireError``: the encoder of every class that has no other."""
    raise WireError(
        f"a {type(value).__module__}.{type(value).__qualname__} can't be sent: "
        "return plain data, or register an ObjectType for it"
    )


def _refuse_generator(value: Any, encode: Encode) -> Any:
    raise WireError("a generator can't be sent: return a list of its values")


CLASS_ENCODERS: dict[type, Encoder] = {
    str: lambda value, encode: str.__str__(value),
    int: lambda value, encode: encode(int(value)),
    float: _encode_float,
    list: _encode_items,
    tuple: _encode_items,
    dict: _encode_mapping,
    Mapping: _encode_mapping,
    MappingProxyType: _encode_mapping,
    frozenset: lambda value, encode: encode_tagged(SetType, value, encode),
    bytearray: lambda value, encode: encode_tagged(BytesType, value, encode),
    memoryview: lambda value, encode: encode_tagged(BytesType, value, encode),
    **{
        cls: _plain_text_encoder(text.write)
        for cls, text in PLAIN_TEXTS.items()
        if not issubclass(cls, PurePath)  # else a registered type for Path would come later
    },
    PurePath: _plain_text_encoder(str),
    complex: lambda value, encode: [encode(value.real), encode(value.imag)],
    deque: _encode_items,
    Enum: _encode_member,
    GeneratorType: _refuse_generator,
}
"""Encoders of built-in classes. A value is encoded by the first class of its MRO that has one."""
