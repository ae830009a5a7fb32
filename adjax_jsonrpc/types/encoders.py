"""How each kind of Python value is sent: as plain JSON, or by the tag of its type."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from math import isfinite
from types import GeneratorType, MappingProxyType
from typing import Any, TypeAlias

import msgspec

from ..errors import WireError, excerpt
from ..protocol.tags import MAX_SAFE_INTEGER, TAG, UNTAGGED
from .builtin_tags import BytesType, EscapedObjectType, FloatType, MapType, SetType
from .object_type import ObjectType, TextType

Walk: TypeAlias = Callable[[Any], Any]
"""Sends a part of a value."""

Handler: TypeAlias = Callable[[Any, Walk], Any]
"""Gives the wire form of a value of one kind."""


def is_plain(value: Any) -> bool:
    """Whether a value is JSON already, in exact types, and every caller can read its numbers.

    Only where dicts, lists and floats have no form of their own. Nothing is called for a scalar
    inside, which makes it several times as fast as the walk.
    """
    kind = type(value)
    if kind is dict:
        if TAG in value:
            return False
        for key in value:
            if type(key) is not str:
                return False
        parts = value.values()
    elif kind is list:
        parts = value
    else:
        parts = (value,)
    for part in parts:
        kind = type(part)
        if kind in UNTAGGED:
            continue
        if kind is int:
            if not -MAX_SAFE_INTEGER <= part <= MAX_SAFE_INTEGER:
                return False
        elif kind is float:
            if not isfinite(part):
                return False
        elif (kind is not dict and kind is not list) or not is_plain(part):
            return False
    return True


def tagged(object_type: type[ObjectType], value: Any, walk: Walk) -> dict[str, Any]:
    """Send a value by the tag of a type. Raises ``WireError``."""
    try:
        members = object_type.encode(value)
    except ValueError as error:
        raise WireError(f"{object_type.name}: {error}") from error
    if type(members) is not dict:
        raise TypeError(
            f"{object_type.__qualname__}.encode must return a dict, not {type(members).__name__}"
        )
    return {TAG: object_type.name, **_object(members, walk)}


def tag_handler(object_type: type[ObjectType]) -> Handler:
    """Give what sends the values of a registered class."""
    if issubclass(object_type, TextType):
        return _text_handler(object_type)
    return lambda value, walk: tagged(object_type, value, walk)


def _text_handler(object_type: type[TextType]) -> Handler:
    write = object_type.write

    def handle(value: Any, walk: Walk) -> Any:
        try:
            text = write(value)
            # A subclass may write itself otherwise, as pandas' NaT does.
            if type(value) is not object_type.cls and not object_type.matches(text):
                raise ValueError(f"{excerpt(text)} is no {object_type.name}")
            return {TAG: object_type.name, "value": text}
        except ValueError as error:
            raise WireError(f"{object_type.name}: {error}") from error

    return handle


def conversion_handler(conversion: Callable[[Any], Any]) -> Handler:
    """Give what sends something else in the place of a value."""
    return lambda value, walk: walk(conversion(value))


def _array(value: Iterable[Any], walk: Walk) -> list[Any]:
    items: list[Any] = []
    try:
        for item in value:
            items.append(walk(item))
    except WireError as error:
        raise error.inside(len(items)) from None
    return items


def _object(value: Mapping[str, Any], walk: Walk) -> dict[str, Any]:
    members: dict[str, Any] = {}
    key: Any = ""
    try:
        for key, item in value.items():
            members[key if type(key) is str else str.__str__(key)] = walk(item)
    except WireError as error:
        raise error.inside(key) from None
    return members


def _mapping(value: Mapping[Any, Any], walk: Walk) -> dict[str, Any]:
    for key in value:
        if not isinstance(key, str):
            return tagged(MapType, value, walk)
    if TAG in value:
        return tagged(EscapedObjectType, value, walk)
    return _object(value, walk)


def _float(value: float, walk: Walk) -> Any:
    plain = float.__float__(value)
    return plain if isfinite(plain) else tagged(FloatType, plain, walk)


def dataclass_handler(kind: type) -> Handler:
    """Give what sends a dataclass: its fields as an object."""
    names = [field.name for field in dataclasses.fields(kind)]
    return lambda value, walk: _object({name: getattr(value, name) for name in names}, walk)


def refuse(value: Any, walk: Walk) -> Any:
    """Raise the ``WireError`` that says what to do instead."""
    raise WireError(
        f"a {type(value).__module__}.{type(value).__qualname__} can't be sent: "
        "return plain data, or register an ObjectType for it"
    )


def _refuse_generator(value: Any, walk: Walk) -> Any:
    raise WireError("a generator can't be sent: return a list of its values")


NATURAL: dict[type, Handler] = {
    str: lambda value, walk: str.__str__(value),
    int: lambda value, walk: walk(int(value)),
    float: _float,
    list: _array,
    tuple: _array,
    dict: _mapping,
    Mapping: _mapping,
    MappingProxyType: _mapping,
    frozenset: lambda value, walk: tagged(SetType, value, walk),
    bytearray: lambda value, walk: tagged(BytesType, value, walk),
    memoryview: lambda value, walk: tagged(BytesType, value, walk),
    Enum: lambda value, walk: walk(value.value),
    GeneratorType: _refuse_generator,
}
"""Classes that JSON, or one built-in tag, holds; an instance goes by the nearest in its MRO."""


def plain_data(cls: Any) -> Callable[[Any], Any] | None:
    """Give what makes plain data of an instance of such a class, ``None`` for any other."""
    if hasattr(cls, "model_dump"):
        return lambda model: model.model_dump(mode="json")
    if hasattr(cls, "__struct_fields__"):
        return msgspec.to_builtins
    if hasattr(cls, "__attrs_attrs__"):
        names = [field.name for field in cls.__attrs_attrs__]
        return lambda instance: {name: getattr(instance, name) for name in names}
    return None
