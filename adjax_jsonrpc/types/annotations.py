"""Annotations: resolve names in strings, and replace type variables."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ..errors import RegistrationError


def class_hints(cls: Any) -> dict[str, Any]:
    """Return the annotations of a class and its bases, with the names in strings resolved.

    The names of each class are looked up in the module of that class. Raises ``NameError``.
    """
    parameters = {each.__name__: each for each in getattr(cls, "__type_params__", ())}
    found = _type_hints(cls, localns=parameters or None)
    names = vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}
    return _resolve_all(found, dict(names))


def resolved_hints(annotations: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """Return annotations with the names in strings resolved. Raises ``NameError``."""
    # The function itself is not passed: Python 3.10 turns "x: int = None" into Optional[int].
    holder = types.SimpleNamespace(__annotations__=dict(annotations))
    found = _type_hints(holder, globalns=dict(names))
    return _resolve_all(found, dict(names))


def _type_hints(holder: Any, **namespaces: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(holder, include_extras=True, **namespaces)
    except (NameError, RecursionError):
        raise
    except Exception as error:  # of the code in a string, such as "list[int"
        raise NameError(f"{type(error).__name__}: {error}") from error


def _resolve_all(found: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        return found
    # Python 3.10 does not resolve the string in list["Item"].
    return {name: _resolve(annotation, names) for name, annotation in found.items()}


def _resolve(annotation: Any, names: dict[str, Any]) -> Any:
    if isinstance(annotation, str):
        return resolved_hints({"value": annotation}, names)["value"]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is None or origin is typing.Literal:  # strings in Literal are values
        return annotation
    if origin is typing.Annotated:
        return typing.Annotated[(_resolve(args[0], names), *args[1:])]
    resolved = tuple(_resolve(arg, names) for arg in args)
    return annotation if resolved == args else with_arguments(annotation, resolved)


def with_arguments(annotation: Any, args: tuple[Any, ...]) -> Any:
    """Return an annotation with other arguments in its brackets."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return typing.Annotated[args]
    if origin in (typing.Union, types.UnionType):
        return typing.Union[args]  # noqa: UP007
    if isinstance(annotation, types.GenericAlias):
        return annotation.__origin__[args]  # type: ignore[index]
    return annotation.copy_with(args)


def member_hints(cls: Any, args: tuple[Any, ...]) -> dict[str, Any]:
    """Return the annotations of a class with its type variables replaced, as by ``cls[args]``.

    The variables of its bases are replaced, too: in ``class IntBox(Box[int])``, those of ``Box``.
    Raises ``NameError``.
    """
    hints = class_hints(cls)
    given: dict[Any, Mapping[Any, Any]] = {}
    _collect_arguments(cls, args, given)
    if not any(given.values()):
        return hints
    owners: dict[str, Any] = {}
    for owner in given:  # the nearest class comes first
        for name in vars(owner).get("__annotations__", ()):
            # A TypedDict repeats the annotations of its bases.
            if name not in owners or is_typed_dict(owner):
                owners[name] = owner
    return {
        name: substitute(hint, given[owners[name]]) if name in owners else hint
        for name, hint in hints.items()
    }


def _collect_arguments(
    cls: Any, args: tuple[Any, ...], given: dict[Any, Mapping[Any, Any]]
) -> None:
    """Add the arguments of a class and of its bases, by type variable, to ``given``."""
    variables = arguments_of(getattr(cls, "__parameters__", ()), args)
    given.setdefault(cls, variables)
    bases = vars(cls).get("__orig_bases__") or getattr(cls, "__bases__", ())
    for base in bases:
        origin = typing.get_origin(base) or base
        if hasattr(origin, "__annotations__") and origin is not cls:
            base_args = tuple(substitute(each, variables) for each in typing.get_args(base))
            _collect_arguments(origin, base_args, given)


def is_typed_dict(cls: Any) -> bool:
    """Return whether ``cls`` is a TypedDict."""
    # typing_extensions has a metaclass of its own, which typing.is_typeddict does not know.
    return typing.is_typeddict(cls) or type(cls).__name__ == "_TypedDictMeta"


def arguments_of(parameters: Iterable[Any], args: Iterable[Any]) -> dict[Any, Any]:
    """Return type variables with their arguments, or with their defaults (PEP 696)."""
    arguments: dict[Any, Any] = {}
    given = iter(args)
    for each in parameters:
        has_default = getattr(each, "has_default", bool)()
        default = each.__default__ if has_default else each
        arg = next(given, default)
        # Some versions of typing put the default itself into the brackets.
        arguments[each] = substitute(arg, arguments) if has_default and arg is default else arg
    return {each: arg for each, arg in arguments.items() if arg is not each}


def substitute(annotation: Any, variables: Mapping[Any, Any]) -> Any:
    """Return an annotation with its type variables replaced by types."""
    if isinstance(annotation, TypeVar):
        return variables.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if not parameters or typing.get_origin(annotation) is None:
        return annotation
    return annotation[tuple(variables.get(each, each) for each in parameters)]


def is_alias(annotation: Any) -> bool:
    """Return whether an annotation is a type alias: ``type X = …`` or a ``TypeAliasType``."""
    return type(annotation).__name__ == "TypeAliasType"


def alias_value(alias: Any) -> Any:
    """Return the value of an alias. The names in strings are looked up in its module.

    Raises ``RegistrationError``.
    """
    names = vars(sys.modules[alias.__module__]) if alias.__module__ in sys.modules else {}
    try:
        return resolved_hints({"value": alias.__value__}, names)["value"]
    except Exception as error:  # __value__ runs the code of the alias
        raise RegistrationError(f"{alias.__name__}: {error}") from error


def type_name(annotation: Any) -> str:
    """Return a short name for an annotation, which can be a part of a name in ``$defs``."""
    args = typing.get_args(annotation)
    name = getattr(annotation, "__name__", None) or str(annotation).replace("typing.", "")
    if args and getattr(annotation, "__name__", None):
        name = "_".join([name, *map(type_name, args)])
    return "".join(c if c.isalnum() or c in "._-" else "_" for c in name)
