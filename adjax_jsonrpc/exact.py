"""Generates the check that a value is already, in exact plain types, what an annotation says.

Most calls bring and give just that: then nothing is left to validate, decode or tag. The check
never says yes wrongly; where it says no, the schema decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from .tags import MAX_SAFE_INTEGER, TAG

Check: TypeAlias = Callable[[Any], bool]


class Source:
    """The body of a function ``check(value)`` in the making: each line may ``return False``."""

    def __init__(self, *, for_results: bool = False) -> None:
        self.for_results = for_results
        self.lines: list[str] = []
        self._indent = 2
        self._names = 0

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append("    " * self._indent + text)

    def unless(self, condition: str) -> None:
        """Let the check fail unless ``condition``."""
        self.line(f"if not ({condition}): return False")

    def name(self) -> str:
        """Give a new name for a local variable."""
        self._names += 1
        return f"v{self._names}"

    def block(self, header: str, write: Callable[[], None]) -> None:
        """Add a header and what ``write`` adds below it."""
        self.line(header)
        self._indent += 1
        before = len(self.lines)
        write()
        if len(self.lines) == before:
            self.line("pass")
        self._indent -= 1

    def compile(self) -> Check:
        """Make the function."""
        lines = ["def check(value):", "    try:", *self.lines, "        return True"]
        text = "\n".join([*lines, "    except KeyError: return False"])  # a member is missing
        namespace: dict[str, Any] = {}
        # The text holds nothing but the lines of this module and names written by repr().
        exec(compile(text, "<exact check>", "exec"), namespace)  # noqa: S102
        check: Check = namespace["check"]
        return check


@dataclass(frozen=True)
class Exact:
    """How to check one type: the Python types that its values can have, and the lines for it.

    ``write(source, variable)`` may assume nothing of the variable's value.
    """

    types: frozenset[str]
    write: Callable[[Source, str], None]


def _scalar(name: str, condition: str) -> Exact:
    return Exact(frozenset({name}), lambda source, v: source.unless(condition.format(v=v)))


def _number(name: str, sendable: str) -> Exact:
    def write(source: Source, v: str) -> None:
        # Params were parsed from JSON, which has nothing else.
        also = f" and {sendable.format(v=v)}" if source.for_results else ""
        source.unless(f"type({v}) is {name}{also}")

    return Exact(frozenset({name}), write)


NULL = _scalar("type(None)", "{v} is None")
BOOLEAN = _scalar("bool", "type({v}) is bool")
# Larger integers have another form for callers whose numbers hold 53 bits.
INTEGER = _number("int", f"{-MAX_SAFE_INTEGER} <= {{v}} <= {MAX_SAFE_INTEGER}")
FLOAT = _number("float", "-1e999 < {v} < 1e999")
STRING = _scalar("str", "type({v}) is str")


def array(item: Exact | None) -> Exact | None:
    """Check a list whose items are all ``item``."""
    if item is None:
        return None

    def write(source: Source, v: str) -> None:
        source.unless(f"type({v}) is list")
        each = source.name()
        source.block(f"for {each} in {v}:", lambda: item.write(source, each))

    return Exact(frozenset({"list"}), write)


def mapping(item: Exact | None) -> Exact | None:
    """Check a dict with strings for keys and ``item`` for values."""
    if item is None:
        return None

    def write(source: Source, v: str) -> None:
        source.unless(f"type({v}) is dict and {TAG!r} not in {v}")
        key, each = source.name(), source.name()

        def write_item() -> None:
            source.unless(f"type({key}) is str")
            item.write(source, each)

        source.block(f"for {key}, {each} in {v}.items():", write_item)

    return Exact(frozenset({"dict"}), write)


def members(fields: Mapping[str, Exact | None], required: frozenset[str]) -> Exact | None:
    """Check a dict of just these members."""
    known = {name: exact for name, exact in fields.items() if exact is not None}
    if len(known) < len(fields):
        return None

    def write(source: Source, v: str) -> None:
        source.unless(f"type({v}) is dict")
        for name, exact in known.items():
            _write_member(source, v, name, exact, name in required)
        optional = [name for name in known if name not in required]
        present = "".join(f" + ({name!r} in {v})" for name in optional)
        source.unless(f"len({v}) == {len(required)}{present}")

    return Exact(frozenset({"dict"}), write)


def _write_member(source: Source, v: str, name: str, exact: Exact, required: bool) -> None:
    member = source.name()

    def write() -> None:
        source.line(f"{member} = {v}[{name!r}]")
        exact.write(source, member)

    if required:
        write()
    else:
        source.block(f"if {name!r} in {v}:", write)


def either(branches: list[Exact | None]) -> Exact | None:
    """Check a value of a union whose branches have no type in common."""
    known = [branch for branch in branches if branch is not None]
    types = frozenset[str]().union(*(branch.types for branch in known))
    overlap = len(types) < sum(len(branch.types) for branch in known)
    if not known or len(known) < len(branches) or overlap:
        return None

    def write(source: Source, v: str) -> None:
        kind = source.name()
        source.line(f"{kind} = type({v})")
        word = "if"
        for branch in known:
            condition = " or ".join(f"{kind} is {name}" for name in sorted(branch.types))
            source.block(f"{word} {condition}:", partial(branch.write, source, v))
            word = "elif"
        source.block("else:", lambda: source.line("return False"))

    return Exact(types, write)


def positions(items: list[Exact | None], required: int) -> Exact | None:
    """Check a list of at least the required ones of these items, and no others."""
    known = [item for item in items if item is not None]
    if len(known) < len(items):
        return None

    def write(source: Source, v: str) -> None:
        count = source.name()
        source.line(f"{count} = len({v})")
        source.unless(f"type({v}) is list and {required} <= {count} <= {len(known)}")
        for index, item in enumerate(known):
            member = source.name()

            def write_item(index: int = index, item: Exact = item, member: str = member) -> None:
                source.line(f"{member} = {v}[{index}]")
                item.write(source, member)

            if index < required:
                write_item()
            else:
                source.block(f"if {count} > {index}:", write_item)

    return Exact(frozenset({"list"}), write)


def compiled(exact: Exact | None, *, for_results: bool = False) -> Check | None:
    """Make the check, ``None`` where there is none to make.

    A check for results also holds numbers to what every caller can be sent as they are.
    """
    if exact is None:
        return None
    source = Source(for_results=for_results)
    exact.write(source, "value")
    return source.compile() if len(source.lines) <= _MOST_LINES else None


_MOST_LINES = 2000
