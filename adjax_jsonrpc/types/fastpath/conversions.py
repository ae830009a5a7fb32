"""Exact values that have a form of their own on the wire: tags, classes, Enums."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from ...protocol.tags import MAX_SAFE_INTEGER, TAG
from ..object_type import TextType
from .bulk import ReadAll, list_writer
from .checks import Exact
from .codegen import Source


def tagged_text(object_type: type[TextType]) -> Exact | None:
    """Send exact values of a built-in type by its tag."""
    cls = object_type.cls
    if cls is None:
        return None

    def write(source: Source, v: str) -> str:
        source.unless(f"type({v}) is {source.type_name(cls)}")
        text = f"{source.constant(object_type.write)}({v})"
        return f"{{{TAG!r}: {object_type.name!r}, 'value': {text}}}"

    write_all = list_writer(cls, str(object_type.name))
    return Exact(frozenset({cls}), write, converts=True, write_all=write_all)


def list_of(read_all: ReadAll) -> Exact:
    """Take a list of texts for the values that they stand for."""

    def write(source: Source, v: str) -> str:
        taken = source.name()
        source.unless(f"type({v}) is list")
        source.line(f"{taken} = {source.constant(read_all)}({v})")
        source.unless(f"{taken} is not None")
        return taken

    return Exact(frozenset({list}), write, converts=True)


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
