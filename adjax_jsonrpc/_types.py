"""The names that signatures in this package share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

Json: TypeAlias = "bool | int | float | str | list[Any] | dict[str, Any] | None"
"""A parsed JSON value (RFC 8259)."""

Params: TypeAlias = "list[Any] | dict[str, Any]"
"""The ``params`` member of a Request: by position or by name."""

JsonSchema: TypeAlias = "dict[str, Any] | bool"
"""A JSON Schema 2020-12: an object, or ``True`` for anything and ``False`` for nothing."""

Decode: TypeAlias = Callable[[Any], Any]
"""From an accepted wire form to the Python value."""

Encode: TypeAlias = Callable[[Any], Any]
"""From a Python value to its wire form."""

Members: TypeAlias = Mapping[str, JsonSchema]
"""The members of a tagged object beside its tag, each with its JSON Schema."""

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
"""A function that a decorator hands back as it was."""
