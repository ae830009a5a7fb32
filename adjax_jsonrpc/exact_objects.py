"""Exact values of results that have a form of their own when sent: tags, classes, Enums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from enum import Enum
from typing import Any

import msgspec

from .exact import Exact, Source
from .tags import MAX_SAFE_INTEGER, TAG, TextType

_encode = msgspec.json.Encoder().encode
_PLAIN_ZONES = frozenset({None, timezone.utc})


def tagged_text(object_type: type[TextType]) -> Exact | None:
    """Send exact values of a built-in type by its tag."""
    cls = object_type.cls
    if cls is None:
        return None

    def write(source: Source, v: str) -> str:
        source.unless(f"type({v}) is {source.type_name(cls)}")
        text = f"{source.constant(object_type.write)}({v})"
        return f"{{{TAG!r}: {object_type.name!r}, 'value': {text}}}"

    write_all = _list_writer(object_type) if object_type.is_native else None
    return Exact(frozenset({cls}), write, converts=True, write_all=write_all)


def _list_writer(object_type: type[TextType]) -> Callable[[list[Any]], msgspec.Raw | None]:
    """Give what writes a whole list of tags at once; it gives ``None`` where it can't."""
    cls = object_type.cls
    before = f'{{"{TAG}":"{object_type.name}","value":"'.encode()
    between = b'"},' + before

    def write_all(values: list[Any]) -> msgspec.Raw | None:
        if {*map(type, values)} != {cls}:
            return None
        if cls is datetime and not {value.tzinfo for value in values} <= _PLAIN_ZONES:
            return None
        texts = _encode(values)
        if cls is datetime:
            texts = texts.replace(b'Z"', b'+00:00"')
        # None of these texts holds a quote.
        return msgspec.Raw(b"[" + before + texts[2:-2].replace(b'","', between) + b'"}]')

    return write_all


def record(cls: Any, fields: Mapping[str, Exact | None]) -> Exact | None:
    """Send exact instances of a class by their fields, as an object."""
    known = {name: exact for name, exact in fields.items() if exact is not None}
    if len(known) < len(fields):
        return None

    def write(source: Source, v: str) -> str:
        source.unless(f"type({v}) is {source.type_name(cls)}")
        sent = []
        for name, exact in known.items():
            member = source.name()
            source.line(f"{member} = {v}.{name}")
            sent.append(f"{name!r}: {exact.write(source, member)}")
        return f"{{{', '.join(sent)}}}"

    return Exact(frozenset({cls}), write, converts=True)


def enumeration(cls: type[Enum]) -> Exact | None:
    """Send members of an Enum by their values, where these are plain."""
    if not all(_is_plain(member.value) for member in cls):
        return None

    def write(source: Source, v: str) -> str:
        source.unless(f"type({v}) is {source.type_name(cls)}")
        return f"{v}._value_"

    return Exact(frozenset({cls}), write, converts=True)


def _is_plain(value: Any) -> bool:
    if type(value) is int:
        return -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER
    return value is None or type(value) in (str, bool)
