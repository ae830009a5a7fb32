"""Checks of values that the fast path converts: tagged strings, dataclasses, Enums."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from enum import Enum, Flag
from typing import Any

from ...protocol.tags import TAG
from ..object_type import TextType
from .bulk import DecodeAll, bulk_encoder
from .checks import Check
from .codegen import CodeWriter


def tagged_text(object_type: type[TextType]) -> Check | None:
    """Return the check that converts values of a built-in type to tagged objects."""
    cls = object_type.cls
    if cls is None:
        return None

    def emit(writer: CodeWriter, v: str) -> str:
        writer.guard(f"type({v}) is {writer.type_name(cls)}")
        text = f"{writer.constant(object_type.write)}({v})"
        return f"{{{TAG!r}: {object_type.name!r}, 'value': {text}}}"

    encode_all = bulk_encoder(cls, str(object_type.name))
    return Check(frozenset({cls}), emit, converts=True, encode_all=encode_all)


def bulk_decoded(decode_all: DecodeAll) -> Check:
    """Return the check that decodes a whole list at once: of strings, or of tagged objects."""

    def emit(writer: CodeWriter, v: str) -> str:
        decoded = writer.name()
        writer.guard(f"type({v}) is list")
        writer.line(f"{decoded} = {writer.constant(decode_all)}({v})")
        writer.guard(f"{decoded} is not None")
        return decoded

    return Check(frozenset({list}), emit, converts=True)


def made_by(make: Callable[..., Any], options: Mapping[str, Any], *, runs_user_code: bool) -> Check:
    """Return the check of an object that is converted to an instance.

    ``make`` is called with the object and with ``options``, and may raise ``ValueError``.
    """
    further = "".join(f", {name}={value!r}" for name, value in options.items())

    def emit(writer: CodeWriter, v: str) -> str:
        output = writer.name()
        writer.runs_user_code |= runs_user_code
        writer.guard(f"type({v}) is dict")
        writer.line(f"{output} = {writer.constant(make)}({v}{further})")
        return output

    return Check(frozenset({dict}), emit, converts=True)


def record(
    cls: Any,
    fields: Mapping[str, Check | None],
    attributes: Mapping[str, str],
    constants: Mapping[str, Any],
) -> Check | None:
    """Return the check that converts instances of a class to an object of their fields.

    ``attributes`` are the names of the attributes by the names of the fields on the wire.
    ``constants`` are further members.
    """
    checks = {name: check for name, check in fields.items() if check is not None}
    if len(checks) < len(fields):
        return None

    def emit(writer: CodeWriter, v: str) -> str:
        writer.guard(f"type({v}) is {writer.type_name(cls)}")
        output = [f"{name!r}: {value!r}" for name, value in constants.items()]
        for name, check in checks.items():
            member = writer.name()
            writer.line(f"{member} = {v}.{attributes[name]}")
            output.append(f"{name!r}: {check.emit(writer, member)}")
        return f"{{{', '.join(output)}}}"

    return Check(frozenset({cls}), emit, converts=True)


def namespace(cls: Any, fields: Mapping[str, Check | None]) -> Check | None:
    """Return the check that converts instances to their ``__dict__``, which has just these fields.

    A copy is only made if a field is converted.
    """
    checks = {name: check for name, check in fields.items() if check is not None}
    if len(checks) < len(fields):
        return None

    def emit(writer: CodeWriter, v: str) -> str:
        writer.guard(f"type({v}) is {writer.type_name(cls)}")
        output = writer.name()
        writer.line(f"{output} = {v}.__dict__")
        writer.guard(f"len({output}) == {len(checks)}")
        converted = []
        for name, check in checks.items():
            member = writer.name()
            writer.line(f"{member} = {output}[{name!r}]")
            wire = check.emit(writer, member)
            if check.converts:
                converted.append(f"{name!r}: {wire}")
        return f"{{**{output}, {', '.join(converted)}}}" if converted else output

    return Check(frozenset({cls}), emit, converts=True)


def members(cls: type[Enum]) -> Check:
    """Return the check that converts members of an Enum to their values."""

    def emit(writer: CodeWriter, v: str) -> str:
        writer.guard(f"type({v}) is {writer.type_name(cls)}")
        return f"{v}._value_"

    return Check(frozenset({cls}), emit, converts=True)


def flags(cls: type[Flag], combinations: Container[int]) -> Check:
    """Return the check that converts combinations of a Flag to the integers in ``combinations``."""

    def emit(writer: CodeWriter, v: str) -> str:
        value = writer.name()
        writer.guard(f"type({v}) is {writer.type_name(cls)}")
        writer.line(f"{value} = {v}._value_")
        writer.guard(f"{value} in {writer.constant(combinations)}")
        return value

    return Check(frozenset({cls}), emit, converts=True)
