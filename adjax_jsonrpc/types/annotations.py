"""Annotations as the typing module gives them: names resolved, type variables replaced."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar


def class_hints(cls: Any) -> dict[str, Any]:
    """Give the annotations of a class and its bases, names in strings resolved.

    Each class's names are those of its own module. Raises ``NameError``.
    """
    parameters = {each.__name__: each for each in getattr(cls, "__type_params__", ())}
    found = typing.get_type_hints(cls, localns=parameters or None, include_extras=True)
    names = vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}
    return _all_resolved(found, dict(names))


def resolved_hints(annotations: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """Give annotations with the names in strings resolved. Raises ``NameError``."""
    # Not from the function itself: Python 3.10 would make "x: int = None" an Optional[int].
    holder = types.SimpleNamespace(__annotations__=dict(annotations))
    found = typing.get_type_hints(holder, globalns=dict(names), include_extras=True)
    return _all_resolved(found, dict(names))


def _all_resolved(found: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        return found
    # It leaves the string in list["Item"].
    return {name: _resolved(annotation, names) for name, annotation in found.items()}


def _resolved(annotation: Any, names: dict[str, Any]) -> Any:
    if isinstance(annotation, str):
        return resolved_hints({"it": annotation}, names)["it"]
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
