"""Write and compile the Python code of a fast path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

FastPath: TypeAlias = Callable[[Any], Any]
"""Params → arguments, or result → wire form. Returns ``FALLBACK`` for any other value."""

FALLBACK: Final = object()
"""Returned by a fast path for a value that the fast path does not accept."""


class CodeWriter:
    """Collects the lines of one generated function, whose parameter is ``value``.

    ``runs_user_code`` is set if the function calls code of the project, such as a validator.
    """

    def __init__(self, *, for_results: bool = False) -> None:
        self.for_results = for_results
        self.runs_user_code = False
        self.lines: list[str] = []
        self._indent = 2
        self._names = 0
        self._namespace: dict[str, Any] = {"FALLBACK": FALLBACK}

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append("    " * self._indent + text)

    def guard(self, condition: str) -> None:
        """Emit a guard: return ``FALLBACK`` unless ``condition``."""
        self.line(f"if not ({condition}): {_RETURN_FALLBACK}")

    def fall_back(self) -> None:
        """Emit ``return FALLBACK``."""
        self.line(_RETURN_FALLBACK)

    def name(self) -> str:
        """Return a new name for a local variable."""
        self._names += 1
        return f"v{self._names}"

    def constant(self, value: Any) -> str:
        """Return a name for an object in the generated code."""
        name = f"c{len(self._namespace)}"
        self._namespace[name] = value
        return name

    def type_name(self, cls: type) -> str:
        """Return the name of a class in the generated code."""
        return cls.__name__ if cls in _BUILTINS else self.constant(cls)

    def block(self, header: str, emit: Callable[[], object]) -> None:
        """Emit a header, and below it the lines that ``emit`` adds."""
        self.line(header)
        self._indent += 1
        before = len(self.lines)
        emit()
        if len(self.lines) == before:
            self.line("pass")
        self._indent -= 1

    def compile(self, output: str) -> FastPath | None:
        """Compile a function that returns the expression ``output``.

        Returns ``None`` if the function would be too large.
        """
        if len(self.lines) > _MAX_LINES:
            return None
        # For a member that is missing, a field that was not set, a value that a library refuses.
        caught = "(KeyError, AttributeError, ValueError)"
        lines = ["def fast_path(value):", "    try:", *self.lines, f"        return {output}"]
        text = "\n".join([*lines, f"    except {caught}: {_RETURN_FALLBACK}"])
        try:
            # The text contains only lines of this package, and names that repr() has quoted.
            exec(compile(text, "<fast path>", "exec"), self._namespace)  # noqa: S102
        except SyntaxError:  # more nested blocks than Python allows
            return None
        fast_path: FastPath = self._namespace["fast_path"]
        return fast_path


_RETURN_FALLBACK = "return FALLBACK"
_MAX_LINES = 2000
_BUILTINS = frozenset({bool, int, float, str, list, dict, tuple})
