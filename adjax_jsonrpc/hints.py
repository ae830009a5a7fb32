"""Annotations as the typing module gives them: names resolved, type variables replaced."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar


def resolved_hints(holder: Any, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give the annotations of a class or another holder, names in strings resolved.

    Raises ``NameError`` for a name that neither its module nor ``names`` have.
    """
    known = None if names is None else dict(names)
    found = typing.get_type_hints(holder, globalns=known, include_extras=True)
    if sys.version_info < (3, 11):  # which leaves the string in list["Item"]
        return {name: _resolved(hint, known or {}) for name, hint in found.items()}
    return found


def _resolved(annotation: Any, names: dict[str, Any]) -> Any:
    if isinstance(annotation, str):
        holder = types.SimpleNamespace(__annotations__={"it": annotation})
        return resolved_hints(holder, names)["it"]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is None or origin is typing.Literal:  # whose strings are values
        return annotation
    if origin is typing.Annotated:
        return typing.Annotated[(_resolved(args[0], names), *args[1:])]
    resolved = tuple(_resolved(arg, names) for arg in args)
    if resolved == args:
        return annotation
    if origin in (typing.Union, types.UnionType):
        return typing.Union[resolved]  # noqa: UP007
    if isinstance(annotation, types.GenericAlias):
        return annotation.__origin__[resolved]  # type: ignore[index]
    return annotation.copy_with(resolved)


def substitute(annotation: Any, variables: Mapping[Any, Any]) -> Any:
    """Put types in the place of type variables."""
    if isinstance(annotation, TypeVar):
        return variables.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if not parameters or typing.get_origin(annotation) is None:
        return annotation
    return annotation[tuple(variables.get(each, each) for each in parameters)]


def type_name(annotation: Any) -> str:
    """Give a short name for an annotation, of characters that a key of ``$defs`` may have."""
    args = typing.get_args(annotation)
    name = getattr(annotation, "__name__", None) or str(annotation).replace("typing.", "")
    if args and getattr(annotation, "__name__", None):
        name = "_".join([name, *map(type_name, args)])
    return "".join(c if c.isalnum() or c in "._-" else "_" for c in name)
