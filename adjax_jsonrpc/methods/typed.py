"""``@typed``: says how strictly a function's annotations count, and checks direct calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])
_MARK = "__adjax_typed__"


@dataclass(frozen=True)
class Typing:
    """What ``@typed`` was given: ``annotations`` take the place of the function's own."""

    annotations: Mapping[str, Any] | None = None
    strict: bool = False


@overload
def typed(annotations: _Function, /) -> _Function: ...
@overload
def typed(
    annotations: Mapping[str, Any] | None = None, strict: bool = False
) -> Callable[[_Function], _Function]: ...
def typed(annotations: Any = None, strict: bool = False) -> Any:
    """Check a function's arguments and result by its annotations.

    ``@typed``, ``@typed(strict=True)`` or ``@typed({"a": int, "return": dict})`` with the types
    in the place of annotations. A registered function's annotations count without it; through
    the gateway ``strict`` takes tagged forms only. A direct call whose argument or result is no
    instance of a class in the annotations (with ``strict``, of just that class) raises
    ``TypeError``.
    """
    if callable(annotations) and not isinstance(annotations, Mapping):
        return _checked(annotations, Typing())
    return lambda function: _checked(function, Typing(annotations, strict))


def typing_of(function: Any) -> Typing:
    """Find what ``@typed`` said of a function, also below other decorators."""
    while function is not None:
        found = getattr(function, _MARK, None)
        if isinstance(found, Typing):
            return found
        function = getattr(function, "__wrapped__", None)
    return Typing()


def unchecked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the function without its own check, for callers that have checked already."""
    while _MARK in getattr(function, "__dict__", {}):
        function = function.__wrapped__  # type: ignore[attr-defined]
    return function


def _checked(function: _Function, typing: Typing) -> _Function:
    signature = inspect.signature(function)
    annotations = typing.annotations or getattr(function, "__annotations__", {})
    classes = {name: cls for name, cls in annotations.items() if isinstance(cls, type)}

    def check_arguments(args: Any, kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            kind = signature.parameters[name].kind
            if name in classes and kind not in (kind.VAR_POSITIONAL, kind.VAR_KEYWORD):
                _check(value, classes[name], typing.strict, f"argument {name!r}")

    def check_result(value: Any) -> Any:
        if "return" in classes:
            _check(value, classes["return"], typing.strict, "the result")
        return value

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            check_arguments(args, kwargs)
            return check_result(await function(*args, **kwargs))

    else:

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            check_arguments(args, kwargs)
            return check_result(function(*args, **kwargs))

    setattr(wrapper, _MARK, typing)
    return wrapper  # type: ignore[return-value]


def _check(value: Any, cls: type, strict: bool, what: str) -> None:
    try:
        fits = type(value) is cls if strict else isinstance(value, cls)
    except TypeError:  # no class that can be asked, such as a TypedDict
        return
    if not fits and not (cls is float and type(value) is int):
        raise TypeError(f"{what} is {type(value).__qualname__}, not {cls.__qualname__}")
