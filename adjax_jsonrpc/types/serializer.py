"""The serializer: Python values ↔ JSON values, with tagged objects for what JSON has no type."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, TypeVar

from .._messages import gettext, shown
from .._types import Json
from ..errors import WireError, excerpt
from ..protocol.tags import MAX_SAFE_INTEGER, TAG
from .builtin_tags import BUILT_IN, BigIntType
from .encoders import (
    CLASS_ENCODERS,
    Encoder,
    conversion_encoder,
    encode_tagged,
    is_plain,
    model_encoder,
    refuse_unsupported,
    tag_encoder,
)
from .object_type import ObjectType

_Type = TypeVar("_Type", bound=type[ObjectType])


class Serializer:
    """Converts Python values to JSON values and back, by a table of tagged types.

    The table always contains the built-in types. ``enable`` adds a type, or replaces a built-in
    type.
    """

    def __init__(self, object_types: Iterable[type[ObjectType]] | None = None) -> None:
        self.object_types: list[type[ObjectType]] = []
        self.object_types_by_cls: dict[type, type[ObjectType]] = {}
        self.object_types_by_name: dict[str, type[ObjectType]] = {}
        self._conversions: dict[type, Callable[[Any], Any]] = {}
        self._encoders: dict[type, Encoder] = {}
        self.has_plain_forms = True
        """Whether no type or conversion is registered for dicts, lists, tuples or floats."""
        for object_type in object_types or ():
            self.enable(object_type)

    def enable(self, object_type: _Type) -> _Type:
        """Register a type: instances of ``object_type.cls`` get the tag ``object_type.name``.

        Usable as a decorator: returns ``object_type``. Raises ``ValueError`` if ``cls`` or ``name``
        is missing, or if another registered type has the same name.
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
        self._update_caches()
        return object_type

    def disable(self, object_type: _Type) -> _Type:
        """Remove a registered type. The type that it replaced is used again."""
        self.object_types.remove(object_type)
        self._update_caches()
        return object_type

    def convert(self, cls: type, conversion: Callable[[Any], Any]) -> None:
        """Send ``conversion(value)`` instead of each instance of ``cls``."""
        self._conversions[cls] = conversion
        self._update_caches()

    def _update_caches(self) -> None:
        self.object_types_by_cls = {each.cls: each for each in self.object_types if each.cls}
        self.object_types_by_name = {each.name: each for each in self.object_types if each.name}
        self._encoders.clear()
        self.has_plain_forms = not any(map(self.has_own_form, (dict, list, tuple, float)))

    def type_named(self, name: Any) -> type[ObjectType] | None:
        """Return the type with the tag ``name``, ``None`` if there is none.

        ``name`` may come from a caller. It is only compared with names. Nothing is imported.
        """
        if type(name) is not str:
            return None
        return self.object_types_by_name.get(name) or _BUILT_IN_BY_NAME.get(name)

    def type_for(self, cls: type) -> type[ObjectType] | None:
        """Return the type of the class ``cls`` itself, not of its bases; ``None`` without one."""
        return self.object_types_by_cls.get(cls) or _BUILT_IN_BY_CLS.get(cls)

    def has_own_form(self, cls: Any) -> bool:
        """Return whether a type or a conversion is registered for a class or one of its bases."""
        return any(
            self.type_for(base) is not None or base in self._conversions for base in cls.__mro__
        )

    def converted(self, value: Any) -> Any:
        """Return what is sent instead of a value whose class has a conversion."""
        for base in type(value).__mro__:
            if base in self._conversions:
                return self._conversions[base](value)
        return value

    # ── Python → wire ──

    def to_wire(self, value: Any, *, bigint_tags: bool = False) -> Json:
        """Return the wire form of ``value``: a JSON value. ``value`` is not changed.

        With ``bigint_tags`` integers beyond ±(2^53-1) get the ``bigint`` tag. Raises ``WireError``
        with the path of the part that can't be sent.
        """
        encoders = self._encoders

        def encode(value: Any) -> Any:
            cls = type(value)
            if cls is str or cls is bool or value is None:
                return value
            if cls is int:
                if bigint_tags and not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
                    return encode_tagged(BigIntType, value, encode)
                return value
            encoder = encoders.get(cls)
            if encoder is None:
                encoder = encoders[cls] = self._encoder_for(cls)
            return encoder(value, encode)

        try:
            wire: Json = encode(value)
        except RecursionError:
            raise WireError("the value is nested too deep or contains itself") from None
        return wire

    def sends_as_it_is(self, value: Any) -> bool:
        """Return ``True`` only if ``value`` certainly equals its wire form."""
        try:
            return self.has_plain_forms and is_plain(value)
        except RecursionError:  # to_wire raises a WireError for the same value
            return False

    def _encoder_for(self, cls: type) -> Encoder:
        for base in cls.__mro__:
            object_type = self.type_for(base)
            if object_type is not None:
                return tag_encoder(object_type)
            if base in self._conversions:
                return conversion_encoder(self._conversions[base])
            if base in CLASS_ENCODERS:
                # The value of a str-Enum need not be the member as a string.
                return CLASS_ENCODERS[Enum if issubclass(cls, Enum) else base]
        return model_encoder(cls) or refuse_unsupported

    # ── wire → Python ──

    def from_wire(self, value: Json) -> Any:
        """Return the Python value: every tagged object inside ``value`` is decoded.

        ``value`` is changed: its lists and dicts become part of the result. Raises ``WireError``
        with the path of an unknown tag, or of a tagged object that can't be decoded.
        """
        if type(value) is dict:
            member: str | int = ""
            members = iter(value.items())
            try:
                for member, item in members:
                    if type(item) is dict or type(item) is list:
                        value[member] = self.from_wire(item)
            except WireError as error:
                rest = ((name, self.from_wire, item) for name, item in members)
                raise error.inside(member).join(rest) from None
            return self._decode_tag(value) if TAG in value else value
        if type(value) is list:
            index = 0
            try:
                for index, item in enumerate(value):
                    if type(item) is dict or type(item) is list:
                        value[index] = self.from_wire(item)
            except WireError as error:
                after = ((i, self.from_wire, value[i]) for i in range(index + 1, len(value)))
                raise error.inside(index).join(after) from None
        return value

    def _decode_tag(self, members: dict[str, Any]) -> Any:
        object_type = self.type_named(members[TAG])
        if object_type is None:
            if type(members[TAG]) is not str:
                raise WireError(
                    gettext("the member %(name)s must be a string") % {"name": shown(TAG)}
                )
            tag = shown(members[TAG], 60)
            raise WireError(gettext("unknown tag %(tag)s") % {"tag": tag})
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
    """Return the Python value of a tagged object whose members are already decoded.

    Raises ``WireError`` for every exception of ``object_type.decode``: the members come from
    the caller, so each exception is the caller's error.
    """
    try:
        return object_type.decode(members)
    except WireError:
        raise
    except KeyError as error:
        text = gettext("the member %(name)s is missing") % {"name": shown(error.args[0])}
        raise WireError(f"{object_type.name}: {text}") from None
    except ValueError as error:
        raise WireError(f"{object_type.name}: {excerpt(str(error))}") from None
    except Exception:
        text = gettext("the value can't be decoded")
        raise WireError(f"{object_type.name}: {text}") from None


serializer = Serializer()
"""The serializer of the project."""
