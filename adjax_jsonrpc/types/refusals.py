"""Why an annotation can't be served, and what to write instead."""

from __future__ import annotations

import array
import io
import numbers
import queue
import re
import types
import typing
from collections import UserDict, UserList, UserString, abc
from datetime import tzinfo
from os import PathLike
from typing import Any

from ..errors import RegistrationError, excerpt
from .annotations import type_name

_LIST = "write list[T] for an array"
_CONTAINER = "write the class of the container: list[T], set[T] or dict[K, T]"
_ASYNC = "write the type of the value; an asynchronous method is an 'async def' function"
_BYTES = "write bytes"
_NUMBER = "write int, float or Decimal"
_PATTERN = "write str and compile it in the method: a caller's pattern may take endless time"

_FORMS = {
    "Never": "no value has this type; write None for a method that returns nothing",
    "NoReturn": "no value has this type; write None for a method that returns nothing",
    "Self": "write the name of the class",
    "Unpack": "it is served for **kwargs only, and only with a TypedDict",
    "TypeGuard": "write bool",
    "TypeIs": "write bool",
    "TypeAlias": "write the type itself",
    "Concatenate": "a function can't be sent",
    "TypeForm": "a type can't be sent",
    "Generic": "write the class with its type in brackets",
    "Protocol": "write a class with fields, such as a dataclass",
    **dict.fromkeys(
        ("Annotated", "ClassVar", "Final", "Literal", "Optional", "Union"),
        "it needs a type in brackets",
    ),
    **dict.fromkeys(
        ("NotRequired", "ReadOnly", "Required"), "it needs a type in brackets, in a TypedDict"
    ),
    "NamedTuple": "write a class that inherits from it",
    "TypedDict": "write a class that inherits from it",
}
"""Forms of ``typing`` by their names: what is wrong with them."""

_CLASSES: list[tuple[tuple[Any, ...], str]] = [
    ((bytearray, memoryview, array.array, io.BytesIO, typing.IO), _BYTES),
    ((re.Pattern, re.Match), _PATTERN),
    ((numbers.Number,), _NUMBER),
    ((UserString,), "write str"),
    ((UserDict, types.MappingProxyType), "write dict[K, T] or Mapping[K, T]"),
    ((types.SimpleNamespace,), "write a TypedDict or a dataclass"),
    ((tzinfo,), "write ZoneInfo, or timedelta for an offset"),
    ((PathLike,), "write Path"),
    ((abc.Awaitable, abc.AsyncIterable), _ASYNC),
    ((range,), "write its bounds as two integers, or list[int] for its numbers"),
    ((UserList, queue.Queue, abc.Iterable, abc.Container, abc.Sized), _LIST),
    ((type,), "a class can't be sent"),
    ((types.FunctionType, types.BuiltinFunctionType, abc.Callable), "a function can't be sent"),
]
"""Classes, with their subclasses: what to write instead."""

_NAMES = {
    **dict.fromkeys(("ByteString", "Buffer", "SupportsBytes"), _BYTES),
    "Reversible": _LIST,
    **dict.fromkeys(("Container", "Sized"), _CONTAINER),
    "Hashable": "write the type of the value, such as str, int or UUID",
    **dict.fromkeys(
        (
            "SupportsComplex",
            "SupportsInt",
            "SupportsIndex",
            "SupportsFloat",
            "SupportsAbs",
            "SupportsRound",
        ),
        _NUMBER,
    ),
    "Generator": "a generator can't be sent: write list[T]",
    "AsyncGenerator": "a generator can't be sent: write list[T]",
}
"""Classes of ``typing`` and ``collections.abc`` by their names, before ``_CLASSES``."""

_ABSTRACT = frozenset({"typing", "typing_extensions", "collections.abc"})
_OTHERWISE = "use a type that JSON Schema can describe, or register an ObjectType for the class"


def refusal(annotation: Any) -> RegistrationError:
    """Return the error for an annotation that has no codec."""
    form = getattr(annotation, "_name", None) or getattr(annotation, "__name__", None)
    is_of_typing = getattr(annotation, "__module__", None) in _ABSTRACT
    origin = typing.get_origin(annotation) or annotation
    name = excerpt(type_name(annotation), 80)
    if is_of_typing and form in _FORMS:
        return RegistrationError(f"{name} can't be served: {_FORMS[form]}")
    if isinstance(origin, type):
        return RegistrationError(f"{name} can't be served: {_instead_of(origin)}")
    kind = type(annotation).__name__
    if kind in ("ParamSpec", "ParamSpecArgs", "ParamSpecKwargs", "TypeVarTuple"):
        return RegistrationError(f"{name} can't be served: write the types of the parameters")
    if kind == "InitVar":
        return RegistrationError(f"{name} can't be served: an InitVar is only for dataclasses")
    return RegistrationError(
        f"{excerpt(repr(annotation), 80)} is not a type that can be served: annotate with a class, "
        "or with a form of typing"
    )


def _instead_of(cls: type) -> str:
    if cls.__module__ in _ABSTRACT and cls.__name__ in _NAMES:
        return _NAMES[cls.__name__]
    for classes, instead in _CLASSES:
        if _is_subclass(cls, classes):
            return instead
    return _OTHERWISE


def _is_subclass(cls: type, classes: tuple[Any, ...]) -> bool:
    try:
        return issubclass(cls, classes)
    except TypeError:  # a Protocol with members that are no methods
        return False
