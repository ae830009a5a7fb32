"""The fast path: code for values that already are, in exact types, what an annotation says.

Most params and results are: nothing is left to validate, decode or tag. A check never accepts
a wrong value. A value that it doesn't accept is left to the schema (``FALLBACK``). Types that
have another form on the wire are converted by the same code (``conversions``).
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

    ``types`` are the Python types that accepted values have. ``emit(writer, variable)`` writes
    the lines that check the variable, which may hold anything, and returns the expression of the
    output: the variable itself, unless the type ``converts``. ``encode_all`` converts a whole
    list of values at once, or returns ``None`` where it can't.
    """

    types: frozenset[type]
    emit: Callable[[CodeWriter, str], str]
    converts: bool = False
    encode_all: Callable[[list[Any]], Any] | None = None


def _scalar(cls: type, condition: str, for_results: str = "") -> Check:
    def emit(writer: CodeWriter, v: str) -> str:
        # Params were parsed from JSON, which has nothing else.
        also = for_results if writer.for_results else ""
        writer.guard((condition + also).format(v=v))
        return v

    return Check(frozenset({cls}), emit)


NULL = _scalar(type(None), "{v} is None")
BOOLEAN = _scalar(bool, "type({v}) is bool")
# Larger integers have another form for callers whose numbers hold 53 bits.
INTEGER = _scalar(
    int, "type({v}) is int", f" and {-MAX_SAFE_INTEGER} <= {{v}} <= {MAX_SAFE_INTEGER}"
)
FLOAT = _scalar(float, "type({v}) is float", " and -1e999 < {v} < 1e999")
STRING = _scalar(str, "type({v}) is str")

_SCALARS = UNTAGGED | {int, float}


def _emit_anything(writer: CodeWriter, v: str) -> str:
    if writer.for_results:  # a float may be NaN, which has a tag
        known = writer.constant(UNTAGGED)
        is_integer = f"type({v}) is int and {-MAX_SAFE_INTEGER} <= {v} <= {MAX_SAFE_INTEGER}"
        writer.guard(f"type({v}) in {known} or {is_integer}")
    else:
        writer.guard(f"type({v}) in {writer.constant(_SCALARS)}")
    return v


ANYTHING = Check(_SCALARS, _emit_anything)
"""The check for ``Any``: scalars only, since arrays and objects may hold tags."""


def array(item: Check | None, cls: type = list) -> Check | None:
    """Check a list, or an instance of ``cls``, whose items all pass ``item``."""
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
    """Check a dict whose keys are strings and whose values pass ``item``."""
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
    """Check a dict that has these members and no others."""
    known = {name: check for name, check in fields.items() if check is not None}
    if len(known) < len(fields):
        return None
    converts = any(check.converts for check in known.values())

    def emit(writer: CodeWriter, v: str) -> str:
        writer.guard(f"type({v}) is dict")
        output = writer.name() if converts else v
        if converts:
            writer.line(f"{output} = {v}.copy()")
        for name, check in known.items():
            emit_member = partial(_emit_part, writer, v, name, check, output)
            if name in required:
                emit_member()
            else:
                writer.block(f"if {name!r} in {v}:", emit_member)
        optional = [name for name in known if name not in required]
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
    """Check a value of a union whose branches have no type in common."""
    known = [branch for branch in branches if branch is not None and branch is not ANYTHING]
    types = frozenset[type]().union(*(branch.types for branch in known))
    overlap = len(types) < sum(len(branch.types) for branch in known)
    if not known or len(known) < len(branches) or overlap:
        return None
    converts = any(branch.converts for branch in known)

    def emit(writer: CodeWriter, v: str) -> str:
        kind = writer.name()
        output = writer.name() if converts else v

        def emit_branch(branch: Check) -> None:
            wire = branch.emit(writer, v)
            if converts:
                writer.line(f"{output} = {wire}")

        writer.line(f"{kind} = type({v})")
        word = "if"
        for branch in known:
            names = sorted(writer.type_name(cls) for cls in branch.types if cls is not type(None))
            tests = [f"{kind} is {name}" for name in names]
            tests += [f"{v} is None"] * (type(None) in branch.types)
            writer.block(f"{word} {' or '.join(tests)}:", partial(emit_branch, branch))
            word = "elif"
        writer.block("else:", writer.fall_back)
        return output

    return Check(types, emit, converts)


def positions(items: list[Check | None], required: int, cls: type = list) -> Check | None:
    """Check a list, or an instance of ``cls``, that holds these items.

    The first ``required`` of them must be there.
    """
    known = [item for item in items if item is not None]
    if len(known) < len(items):
        return None
    converts = any(item.converts for item in known)

    def emit(writer: CodeWriter, v: str) -> str:
        count = writer.name()
        output = writer.name() if converts else v
        writer.guard(f"type({v}) is {writer.type_name(cls)}")
        writer.line(f"{count} = len({v})")
        writer.guard(f"{required} <= {count} <= {len(known)}")
        if converts:
            writer.line(f"{output} = [*{v}]")
        for index, item in enumerate(known):
            emit_item = partial(_emit_part, writer, v, index, item, output)
            if index < required:
                emit_item()
            else:
                writer.block(f"if {count} > {index}:", emit_item)
        return output

    return Check(frozenset({cls}), emit, converts)


def compile_check(check: Check | None, *, for_results: bool = False) -> FastPath | None:
    """Compile a check to a function: value → output, or ``FALLBACK``.

    Returns ``None`` where there is no check, or where its code would be too large. With
    ``for_results`` numbers must also be in the range that every caller can read.
    """
    if check is None:
        return None
    writer = CodeWriter(for_results=for_results)
    return writer.compile(check.emit(writer, "value"))
