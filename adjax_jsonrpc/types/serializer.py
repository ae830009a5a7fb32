"""Tagged types: Python values ↔ plain JSON values in which everything else carries a tag."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .._types import Json
from ..errors import WireError, excerpt
from ..protocol.tags import MAX_SAFE_INTEGER, TAG
from .builtin_tags import BUILT_IN, BigIntType
from .encoders import (
    NATURAL,
    Handler,
    conversion_handler,
    dataclass_handler,
    is_plain,
    plain_data,
    refuse,
    tag_handler,
    tagged,
)
from .object_type import ObjectType

__all__ = ["ObjectType", "Serializer", "serializer"]

_Type = TypeVar("_Type", bound=type[ObjectType])


class Serializer:
    """A table of tagged types, and the walks that use it.

    The built-in types are always there; ``enable`` adds one or takes the place of one.
    """

    def __init__(self, object_types: Iterable[type[ObjectType]] | None = None) -> None:
        self.object_types: list[type[ObjectType]] = []
        self.object_types_by_cls: dict[type, type[ObjectType]] = {}
        self.object_types_by_name: dict[str, type[ObjectType]] = {}
        self._conversions: dict[type, Callable[[Any], Any]] = {}
        self._handlers: dict[type, Handler] = {}
        self.has_plain_forms = True
        """Whether nothing but their tags changes how containers and floats are sent."""
        for object_type in object_types or ():
            self.enable(object_type)

    def enable(self, object_type: _Type) -> _Type:
        """Serve the class ``object_type.cls`` by the tag ``object_type.name``.

        Usable as a decorator. ``ValueError`` where either is missing or the name is taken by
        another registered type.
        """
        cls, name = object_type.cls, object_type.name
        if cls is None:
            raise ValueError(f"{object_type.__qualname__}.cls must be set: the class to serve")
        if name is None:
            raise ValueError(f"{object_type.__qualname__}.name must be set: the tag to send")
        taken = self.object_types_by_name.get(name)
        if taken is not None and taken.cls is not cls:
            raise ValueError(f"the tag {name!r} is taken by {taken.__qualname__}")
        self.object_types.append(object_type)
        self.object_types_by_cls[cls] = object_type
        self.object_types_by_name[name] = object_type
        self._forget()
        return object_type

    def disable(self, object_type: _Type) -> _Type:
        """Undo ``enable``; a built-in type whose place was taken comes back."""
        self.object_types.remove(object_type)
        if object_type.cls is not None:
            self.object_types_by_cls.pop(object_type.cls, None)
        if object_type.name is not None:
            self.object_types_by_name.pop(object_type.name, None)
        self._forget()
        return object_type

    def convert(self, cls: type, conversion: Callable[[Any], Any]) -> None:
        """Send ``conversion(value)`` in the place of every instance of ``cls``."""
        self._conversions[cls] = conversion
        self._forget()

    def _forget(self) -> None:
        self._handlers.clear()
        self.has_plain_forms = not any(map(self.has_own_form, (dict, list, tuple, float)))

    def type_named(self, name: Any) -> type[ObjectType] | None:
        """Give the type with the tag ``name``: an exact look-up, nothing is imported."""
        if type(name) is not str:
            return None
        return self.object_types_by_name.get(name) or _BUILT_IN_BY_NAME.get(name)

    def type_for(self, cls: type) -> type[ObjectType] | None:
        """Give the type that serves exactly ``cls``."""
        return self.object_types_by_cls.get(cls) or _BUILT_IN_BY_CLS.get(cls)

    def has_own_form(self, cls: Any) -> bool:
        """Whether a registered type or a conversion says how instances of a class are sent."""
        return any(
            self.type_for(base) is not None or base in self._conversions for base in cls.__mro__
        )

    # ── Python → wire ──

    def to_wire(self, value: Any, *, bigint_tags: bool = False) -> Json:
        """Give the JSON value that stands for ``value``; nothing of ``value`` is changed.

        ``bigint_tags`` sends integers beyond ±(2^53-1) as the ``bigint`` tag. Raises
        ``WireError`` with the path of what can't be sent.
        """
        handlers = self._handlers

        def walk(value: Any) -> Any:
            kind = type(value)
            if kind is str or kind is bool or value is None:
                return value
            if kind is int:
                if bigint_tags and not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
                    return tagged(BigIntType, value, walk)
                return value
            handler = handlers.get(kind)
            if handler is None:
                handler = handlers[kind] = self._handler_for(kind)
            return handler(value, walk)

        try:
            wire: Json = walk(value)
        except RecursionError:
            raise WireError("the value is nested too deep or contains itself") from None
        return wire

    def sends_as_it_is(self, value: Any) -> bool:
        """Whether ``value`` is its own wire form; it may be though the answer is no."""
        try:
            return self.has_plain_forms and is_plain(value)
        except RecursionError:  # which to_wire says in words
            return False

    def _handler_for(self, kind: type) -> Handler:
        for cls in kind.__mro__:
            object_type = self.type_for(cls)
            if object_type is not None:
                return tag_handler(object_type)
            if cls in self._conversions:
                return conversion_handler(self._conversions[cls])
            if cls in NATURAL:
                return NATURAL[cls]
        if dataclasses.is_dataclass(kind):
            return dataclass_handler(kind)
        conversion = plain_data(kind)
        if conversion is not None:
            return conversion_handler(conversion)
        return refuse

    # ── wire → Python ──

    def from_wire(self, value: Json) -> Any:
        """Give the Python value: every tagged object inside ``value`` is decoded.

        ``value`` is used up: its arrays and objects become part of the answer. Raises
        ``WireError`` with the path of an unknown tag or of one with a bad value.
        """
        if type(value) is dict:
            member: str | int = ""
            try:
                for member, item in value.items():
                    if type(item) is dict or type(item) is list:
                        value[member] = self.from_wire(item)
            except WireError as error:
                raise error.inside(member) from None
            return self._decode_tag(value) if TAG in value else value
        if type(value) is list:
            index = 0
            try:
                for index, item in enumerate(value):
                    if type(item) is dict or type(item) is list:
                        value[index] = self.from_wire(item)
            except WireError as error:
                raise error.inside(index) from None
        return value

    def _decode_tag(self, members: dict[str, Any]) -> Any:
        object_type = self.type_named(members[TAG])
        if object_type is None:
            raise WireError(f"unknown tag {excerpt(repr(members[TAG]), 60)}")
        return decode_members(object_type, members)

    # ── text, as in django-adjax 1.2 ──

    def encode(self, data: Any) -> str:
        """Write ``data`` as JSON text with tags. Raises ``WireError`` (a ``ValueError``)."""
        return json.dumps(self.to_wire(data), allow_nan=False)

    def decode(self, data: str) -> Any:
        """Read JSON text with tags. Raises ``ValueError``."""
        return self.from_wire(json.loads(data))


_BUILT_IN_BY_NAME = {t.name: t for t in BUILT_IN if t.name is not None}
_BUILT_IN_BY_CLS = {t.cls: t for t in BUILT_IN if t.cls is not None}


def decode_members(object_type: type[ObjectType], members: dict[str, Any]) -> Any:
    """Make the value of a tagged object whose members are decoded.

    Raises ``WireError`` whatever ``object_type.decode`` raises: what it is given comes from
    outside, so the fault is the caller's.
    """
    try:
        return object_type.decode(members)
    except WireError:
        raise
    except KeyError as error:
        raise WireError(f"{object_type.name}: the member {error} is missing") from None
    except ValueError as error:
        raise WireError(f"{object_type.name}: {excerpt(str(error))}") from None
    except Exception:
        raise WireError(f"{object_type.name}: the value can't be decoded") from None


serializer = Serializer()
"""The project's table of types."""
