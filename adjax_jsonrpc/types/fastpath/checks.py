"""Generates what passes on a value that is already, in exact types, what an annotation says.

Most calls bring and give just that: then nothing is left to validate, decode or tag. It never
passes a value wrongly; one that it does not is left to the schema. The few types that have a
form of their own on the wire (``exact_objects``) are given it by the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...protocol.tags import MAX_SAFE_INTEGER, TAG, UNTAGGED
from .codegen import Pass, Source


@dataclass(frozen=True)
class Exact:
    """How to check one type: the Python types that its values can have, and the lines for it.

    ``write(source, variable)`` may assume nothing of the variable's value, and gives the
    expression of what is sent. That is the variable again unless the type ``converts``.
    ``write_all`` makes what is sent of a whole list of the type, or ``None``.
    """

    types: frozenset[type]
    write: Callable[[Source, str], str]
    converts: bool = False
    write_all: Callable[[list[Any]], Any] | None = None


def _scalar(cls: type, condition: str, for_results: str = "") -> Exact:
    def write(source: Source, v: str) -> str:
        # Params were parsed from JSON, which has nothing else.
        also = for_results if source.for_results else ""
        source.unless((condition + also).format(v=v))
        return v

    return Exact(frozenset({cls}), write)


NULL = _scalar(type(None), "{v} is None")
BOOLEAN = _scalar(bool, "type({v}) is bool")
# Larger integers have another form for callers whose numbers hold 53 bits.
INTEGER = _scalar(
    int, "type({v}) is int", f" and {-MAX_SAFE_INTEGER} <= {{v}} <= {MAX_SAFE_INTEGER}"
)
FLOAT = _scalar(float, "type({v}) is float", " and -1e999 < {v} < 1e999")
STRING = _scalar(str, "type({v}) is str")

_SCALARS = UNTAGGED | {int, float}


def _write_anything(source: Source, v: str) -> str:
    if source.for_results:  # a float may be NaN, which has a tag
        known = source.constant(UNTAGGED)
        is_integer = f"type({v}) is int and {-MAX_SAFE_INTEGER} <= {v} <= {MAX_SAFE_INTEGER}"
        source.unless(f"type({v}) in {known} or {is_integer}")
    else:
        source.unless(f"type({v}) in {source.constant(_SCALARS)}")
    return v


ANYTHING = Exact(_SCALARS, _write_anything)
"""Where nothing is annotated; arrays and objects may hold tags, and are left to the walk."""


def array(item: Exact | None, cls: type = list) -> Exact | None:
    """Check a list, or what ``cls`` says, whose items are all ``item``."""
    if item is None:
        return None

    def write(source: Source, v: str) -> str:
        source.unless(f"type({v}) is {source.type_name(cls)}")
        each = source.name()
        if not item.converts:
            source.block(f"for {each} in {v}:", lambda: item.write(source, each))
            return v
        sent = source.name()

        def write_items() -> None:
            source.line(f"{sent} = []")
            source.block(
                f"for {each} in {v}:",
                lambda: source.line(f"{sent}.append({item.write(source, each)})"),
            )

        if item.write_all is None or cls is not list:
            write_items()
        else:
            source.line(f"{sent} = {source.constant(item.write_all)}({v})")
            source.block(f"if {sent} is None:", write_items)
        return sent

    return Exact(frozenset({cls}), write, item.converts)


def mapping(item: Exact | None) -> Exact | None:
    """Check a dict with strings for keys and ``item`` for values."""
    if item is None:
        return None

    def write(source: Source, v: str) -> str:
        source.unless(f"type({v}) is dict and {TAG!r} not in {v}")
        key, each = source.name(), source.name()
        sent = source.name() if item.converts else v
        if item.converts:
            source.line(f"{sent} = {{}}")

        def write_item() -> None:
            source.unless(f"type({key}) is str")
            wire = item.write(source, each)
            if item.converts:
                source.line(f"{sent}[{key}] = {wire}")

        source.block(f"for {key}, {each} in {v}.items():", write_item)
        return sent

    return Exact(frozenset({dict}), write, item.converts)


def members(fields: Mapping[str, Exact | None], required: frozenset[str]) -> Exact | None:
    """Check a dict of just these members."""
    known = {name: exact for name, exact in fields.items() if exact is not None}
    if len(known) < len(fields):
        return None
    converts = any(exact.converts for exact in known.values())

    def write(source: Source, v: str) -> str:
        source.unless(f"type({v}) is dict")
        sent = source.name() if converts else v
        if converts:
            source.line(f"{sent} = {v}.copy()")
        for name, exact in known.items():
            write_member = partial(_write_part, source, v, name, exact, sent)
            if name in required:
                write_member()
            else:
                source.block(f"if {name!r} in {v}:", write_member)
        optional = [name for name in known if name not in required]
        present = "".join(f" + ({name!r} in {v})" for name in optional)
        source.unless(f"len({v}) == {len(required)}{present}")
        return sent

    return Exact(frozenset({dict}), write, converts)


def _write_part(source: Source, v: str, key: str | int, exact: Exact, sent: str) -> None:
    part = source.name()
    source.line(f"{part} = {v}[{key!r}]")
    wire = exact.write(source, part)
    if exact.converts:
        source.line(f"{sent}[{key!r}] = {wire}")


def either(branches: list[Exact | None]) -> Exact | None:
    """Check a value of a union whose branches have no type in common."""
    known = [branch for branch in branches if branch is not None and branch is not ANYTHING]
    types = frozenset[type]().union(*(branch.types for branch in known))
    overlap = len(types) < sum(len(branch.types) for branch in known)
    if not known or len(known) < len(branches) or overlap:
        return None
    converts = any(branch.converts for branch in known)

    def write(source: Source, v: str) -> str:
        kind = source.name()
        sent = source.name() if converts else v

        def write_branch(branch: Exact) -> None:
            wire = branch.write(source, v)
            if converts:
                source.line(f"{sent} = {wire}")

        source.line(f"{kind} = type({v})")
        word = "if"
        for branch in known:
            names = sorted(source.type_name(cls) for cls in branch.types if cls is not type(None))
            tests = [f"{kind} is {name}" for name in names]
            tests += [f"{v} is None"] * (type(None) in branch.types)
            source.block(f"{word} {' or '.join(tests)}:", partial(write_branch, branch))
            word = "elif"
        source.block("else:", source.refuse)
        return sent

    return Exact(types, write, converts)


def positions(items: list[Exact | None], required: int, cls: type = list) -> Exact | None:
    """Check a list, or what ``cls`` says, of at least the required ones of these items."""
    known = [item for item in items if item is not None]
    if len(known) < len(items):
        return None
    converts = any(item.converts for item in known)

    def write(source: Source, v: str) -> str:
        count = source.name()
        sent = source.name() if converts else v
        source.unless(f"type({v}) is {source.type_name(cls)}")
        source.line(f"{count} = len({v})")
        source.unless(f"{required} <= {count} <= {len(known)}")
        if converts:
            source.line(f"{sent} = [*{v}]")
        for index, item in enumerate(known):
            write_item = partial(_write_part, source, v, index, item, sent)
            if index < required:
                write_item()
            else:
                source.block(f"if {count} > {index}:", write_item)
        return sent

    return Exact(frozenset({cls}), write, converts)


def compiled(exact: Exact | None, *, for_results: bool = False) -> Pass | None:
    """Make the function that passes exact values on, ``None`` where there is none to make.

    One for results also holds numbers to what every caller can be sent as they are.
    """
    if exact is None:
        return None
    source = Source(for_results=for_results)
    return source.compile(exact.write(source, "value"))
