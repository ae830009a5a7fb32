"""Type aliases that the whole package uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

Json: TypeAlias = "bool | int | float | str | list[Any] | dict[str, Any] | None"
"""A parsed JSON value (RFC 8259)."""

Params: TypeAlias = "list[Any] | dict[str, Any]"
"""The ``params`` member of a Request: by position or by name."""

JsonSchema: TypeAlias = "dict[str, Any] | bool"
"""A JSON Schema 2020-12: an object, ``True`` (accepts any value) or ``False`` (none)."""

Decode: TypeAlias = Callable[[Any], Any]
"""Wire form (already validated) → Python value."""

Encode: TypeAlias = Callable[[Any], Any]
"""Python value → wire form."""

Members: TypeAlias = Mapping[str, JsonSchema]
"""The JSON Schema of each member of a tagged object, without the tag."""

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
"""A function that a decorator returns unchanged."""
