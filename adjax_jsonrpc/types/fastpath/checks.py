"""The checks of the fast path: code for values that already have the exact types of an annotation.

Most params and results have them. So they need no validation, decoding or tags. A check never
accepts a value that the schema rejects. For any other value the code returns ``FALLBACK``, and the
schema decides. The same code converts types that have another form on the wire (``conversions``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...protocol.tags import MAX_SAFE_INTEGER, TAG, UNTAGGED
from .codegen import CodeWriter, FastPath


@dataclass(frozen=True)
class Check:
    """How the code for one type is generated.

    - ``types``: the exact Python types of accepted values.
    - ``emit(writer, variable)``: emits the lines that check the variable, whose value may be of
      any type. Returns the expression of the output.
    - ``converts``: whether the output differs from the variable.
    - ``encode_all``: converts a whole list of values at once. Returns ``None`` if it can't.
    """

    types: frozenset[type]
    emit: Callable[[CodeWriter, str], str]
    converts: bool = False
    encode_all: Callable[[list[Any]], Any] | None = None


def _scalar(cls: type, condition: str, for_results: str = "") -> Check:
    def emit(writer: CodeWriter, v: str) -> str:
        # Params need no further condition: they were parsed from JSON.
        further = for_results if writer.for_results else ""
        writer.guard((condition + further).format(v=v))
        return v

    return Check(frozenset({cls}), emit)


NULL = _scalar(type(None), "{v} is None")
BOOLEAN = _scalar(bool, "type({v}) is bool")
# Larger integers get a tag for callers whose numbers have only 53 bits.
INTEGER = _scalar(
    int, "type({v}) is int", f" and {-MAX_SAFE_INTEGER} <= {{v}} <= {MAX_SAFE_INTEGER}"
)
# 1e999 is infinity, and no comparison with NaN is true.
FLOAT = _scalar(float, "type({v}) is float", " and -1e999 < {v} < 1e999")
STRING = _scalar(str, "type({v}) is str")

_SCALARS = UNTAGGED | {int, float}


def _emit_anything(writer: CodeWriter, v: str) -> str:
    if writer.for_results:  # no floats: NaN has a tag
        untagged = writer.constant(UNTAGGED)
        is_integer = f"type({v}) is int and {-MAX_SAFE_INTEGER} <= {v} <= {MAX_SAFE_INTEGER}"
        writer.guard(f"type({v}) in {untagged} or {is_integer}")
    else:
        writer.guard(f"type({v}) in {writer.constant(_SCALARS)}")
    return v


ANYTHING = Check(_SCALARS, _emit_anything)
"""The check for ``Any``. It accepts scalars only: arrays and objects may contain tags."""


def array(item: Check | None, cls: type = list) -> Check | None:
    """Return the check of a list, or of a ``cls``, whose items all pass ``item``."""
    if item is None:
        return None

    def emit(writer: CodeWriter, v: str) -> str:
        writer.guard(f"type({v}) is {writer.type_name(cls)}")
        each = writer.name()
        if not item.converts:
            writer.block(f"for {each} in {v}:", lambda: item.emit(writer, each))
            return v
        output = writer.name()

        def emit_items() -> None:
            writer.line(f"{output} = []")
            writer.block(
                f"for {each} in {v}:",
                lambda: writer.line(f"{output}.append({item.emit(writer, each)})"),
            )

        if item.encode_all is None or cls is not list:
            emit_items()
        else:
            writer.line(f"{output} = {writer.constant(item.encode_all)}({v})")
            writer.block(f"if {output} is None:", emit_items)
        return output

    return Check(frozenset({cls}), emit, item.converts)


def mapping(item: Check | None) -> Check | None:
    """Return the check of a dict whose keys are strings and whose values all pass ``item``."""
    if item is None:
        return None

    def emit(writer: CodeWriter, v: str) -> str:
        writer.guard(f"type({v}) is dict and {TAG!r} not in {v}")
        key, each = writer.name(), writer.name()
        output = writer.name() if item.converts else v
        if item.converts:
            writer.line(f"{output} = {{}}")

        def emit_item() -> None:
            writer.guard(f"type({key}) is str")
            wire = item.emit(writer, each)
            if item.converts:
                writer.line(f"{output}[{key}] = {wire}")

        writer.block(f"for {key}, {each} in {v}.items():", emit_item)
        return output

    return Check(frozenset({dict}), emit, item.converts)


def members(fields: Mapping[str, Check | None], required: frozenset[str]) -> Check | None:
    """Return the check of a dict with these members and no others.

    ``required`` are the names of the members that must be present. ``None`` if a member has no
    check.
    """
    checks = {name: check for name, check in fields.items() if check is not None}
    if len(checks) < len(fields):
        return None
    converts = any(check.converts for check in checks.values())

    def emit(writer: CodeWriter, v: str) -> str:
        writer.guard(f"type({v}) is dict")
        output = writer.name() if converts else v
        if converts:
            writer.line(f"{output} = {v}.copy()")
        for name, check in checks.items():
            emit_member = partial(_emit_part, writer, v, name, check, output)
            if name in required:
                emit_member()
            else:
                writer.block(f"if {name!r} in {v}:", emit_member)
        optional = [name for name in checks if name not in required]
        present = "".join(f" + ({name!r} in {v})" for name in optional)
        writer.guard(f"len({v}) == {len(required)}{present}")
        return output

    return Check(frozenset({dict}), emit, converts)


def _emit_part(writer: CodeWriter, v: str, key: str | int, check: Check, output: str) -> None:
    part = writer.name()
    writer.line(f"{part} = {v}[{key!r}]")
    wire = check.emit(writer, part)
    if check.converts:
        writer.line(f"{output}[{key!r}] = {wire}")


def either(branches: list[Check | None]) -> Check | None:
    """Return the check of a union.

    ``None`` if a branch has no check, or if two branches have a Python type in common.
    """
    checks = [branch for branch in branches if branch is not None and branch is not ANYTHING]
    types = frozenset[type]().union(*(check.types for check in checks))
    overlap = len(types) < sum(len(check.types) for check in checks)
    if not checks or len(checks) < len(branches) or overlap:
        return None
    converts = any(check.converts for check in checks)

    def emit(writer: CodeWriter, v: str) -> str:
        cls_of_value = writer.name()
        output = writer.name() if converts else v

        def emit_branch(check: Check) -> None:
            wire = check.emit(writer, v)
            if converts:
                writer.line(f"{output} = {wire}")

        writer.line(f"{cls_of_value} = type({v})")
        keyword = "if"
        for check in checks:
            names = sorted(writer.type_name(cls) for cls in check.types if cls is not type(None))
            tests = [f"{cls_of_value} is {name}" for name in names]
            tests += [f"{v} is None"] * (type(None) in check.types)
            writer.block(f"{keyword} {' or '.join(tests)}:", partial(emit_branch, check))
            keyword = "elif"
        writer.block("else:", writer.fall_back)
        return output

    return Check(types, emit, converts)


def positions(items: list[Check | None], required: int, cls: type = list) -> Check | None:
    """Return the check of a list, or of a ``cls``, with these items in this order.

    ``required`` is the number of items that must be present. ``None`` if an item has no check.
    """
    checks = [item for item in items if item is not None]
    if len(checks) < len(items):
        return None
    converts = any(check.converts for check in checks)

    def emit(writer: CodeWriter, v: str) -> str:
        count = writer.name()
        output = writer.name() if converts else v
        writer.guard(f"type({v}) is {writer.type_name(cls)}")
        writer.line(f"{count} = len({v})")
        writer.guard(f"{required} <= {count} <= {len(checks)}")
        if converts:
            writer.line(f"{output} = [*{v}]")
        for index, check in enumerate(checks):
            emit_item = partial(_emit_part, writer, v, index, check, output)
            if index < required:
                emit_item()
            else:
                writer.block(f"if {count} > {index}:", emit_item)
        return output

    return Check(frozenset({cls}), emit, converts)


def compile_check(
    check: Check | None, *, for_results: bool = False, runs_user_code: bool = False
) -> FastPath | None:
    """Compile a check to a function: value → output, or ``FALLBACK``.

    Returns ``None`` if there is no check, or if its code would be too large. With ``for_results``
    numbers must also be in the range that every caller can read. Without ``runs_user_code`` also
    returns ``None`` if the function would call code of the project.
    """
    if check is None:
        return None
    writer = CodeWriter(for_results=for_results)
    output = check.emit(writer, "value")
    return None if writer.runs_user_code and not runs_user_code else writer.compile(output)
