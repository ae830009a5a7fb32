"""What the explanation of one value finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .._types import Decode
from ..errors import MAX_ERRORS, excerpt, pointer
from .keyword_messages import Message, render

Path: TypeAlias = tuple[str | int, ...]
"""The member names and indexes from the whole value down to a part of it."""


class Found:
    """What one explanation has found: errors, and accepted parts that are still to be decoded."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate
        self.errors: list[dict[str, Any]] = []
        self.accepted: dict[Path, tuple[Decode, Any]] = {}

    def add(self, path: Path, message: Message, keyword: str) -> None:
        """Add an error, unless it is known."""
        self.add_text(pointer(path), render(message, self._translate), keyword)

    def add_text(self, path: str, message: str, keyword: str) -> None:
        """Add an error whose message is translated."""
        error = {"path": path, "message": excerpt(message, 400), "keyword": keyword}
        if error not in self.errors:
            self.errors.append(error)

    @property
    def is_full(self) -> bool:
        """Whether no further errors are sent."""
        return len(self.errors) >= MAX_ERRORS
