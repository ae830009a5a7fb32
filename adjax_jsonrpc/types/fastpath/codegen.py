"""The text of a generated function: it passes a value on, or says that the value is inexact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

Pass: TypeAlias = Callable[[Any], Any]
"""Gives the arguments for params, or the wire form of a result: ``INEXACT`` where it can't."""

INEXACT: Final = object()


class Source:
    """The body of a function of ``value`` in the making: each line may end it with a no."""

    def __init__(self, *, for_results: bool = False) -> None:
        self.for_results = for_results
        self.lines: list[str] = []
        self._indent = 2
        self._names = 0
        self._namespace: dict[str, Any] = {"INEXACT": INEXACT}

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append("    " * self._indent + text)

    def unless(self, condition: str) -> None:
        """Let the function say no unless ``condition``."""
        self.line(f"if not ({condition}): {_NO}")

    def refuse(self) -> None:
        """Let the function say no."""
        self.line(_NO)

    def name(self) -> str:
        """Give a new name for a local variable."""
        self._names += 1
        return f"v{self._names}"

    def constant(self, value: Any) -> str:
        """Give a name by which the function knows an object."""
        name = f"c{len(self._namespace)}"
        self._namespace[name] = value
        return name

    def type_name(self, cls: type) -> str:
        """Give a name by which the function knows a class."""
        return cls.__name__ if cls in _BUILTINS else self.constant(cls)

    def block(self, header: str, write: Callable[[], object]) -> None:
        """Add a header and what ``write`` adds below it."""
        self.line(header)
        self._indent += 1
        before = len(self.lines)
        write()
        if len(self.lines) == before:
            self.line("pass")
        self._indent -= 1

    def compile(self, answer: str) -> Pass | None:
        """Make the function that gives ``answer``; ``None`` where it would be too large."""
        if len(self.lines) > _MOST_LINES:
            return None
        # A member is missing, a field was never set, a value has no text.
        missing = "(KeyError, AttributeError, ValueError)" if self.for_results else "KeyError"
        lines = ["def exact(value):", "    try:", *self.lines, f"        return {answer}"]
        text = "\n".join([*lines, f"    except {missing}: {_NO}"])
        try:
            # The text holds nothing but the lines of this package and names written by repr().
            exec(compile(text, "<exact>", "exec"), self._namespace)  # noqa: S102
        except SyntaxError:  # nested deeper than Python's own blocks can be
            return None
        made: Pass = self._namespace["exact"]
        return made


_NO = "return INEXACT"
_MOST_LINES = 2000
_BUILTINS = frozenset({bool, int, float, str, list, dict, tuple})
