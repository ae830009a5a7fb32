"""``@typed``: options of a function's annotations, and a check of direct calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])
_MARK = "__adjax_typed__"


@dataclass(frozen=True)
class TypedOptions:
    """The options of ``@typed``; ``annotations`` replace those of the function."""

    annotations: Mapping[str, Any] | None = None
    strict: bool = False


@overload
def typed(annotations: _Function, /) -> _Function: ...
@overload
def typed(
    annotations: Mapping[str, Any] | None = None, strict: bool = False
) -> Callable[[_Function], _Function]: ...
def typed(annotations: Any = None, strict: bool = False) -> Any:
    """Check the arguments and the result of a function against its annotations.

    A decorator: ``@typed``, ``@typed(strict=True)``, or ``@typed({"a": int, "return": dict})``
    with types that replace the annotations.

    - A direct call raises ``TypeError`` if an argument or the result is not an instance of its
      annotation. With ``strict``, instances of subclasses are errors, too. An integer is valid
      for ``float``. Annotations that are not classes are not checked.
    - A call by JSON-RPC is always checked, also without ``@typed``. With ``strict``, only tagged
      forms are accepted.
    """
    if callable(annotations) and not isinstance(annotations, Mapping):
        return _with_check(annotations, TypedOptions())
    return lambda function: _with_check(function, TypedOptions(annotations, strict))


def typed_options(function: Any) -> TypedOptions:
    """Return the options of ``@typed`` on a function, also below other decorators."""
    while function is not None:
        found = getattr(function, _MARK, None)
        if isinstance(found, TypedOptions):
            return found
        function = getattr(function, "__wrapped__", None)
    return TypedOptions()


def without_check(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function without the check of ``@typed``: the signature checks its calls."""
    while _MARK in getattr(function, "__dict__", {}):
        function = function.__wrapped__  # type: ignore[attr-defined]
    return function


def _with_check(function: _Function, options: TypedOptions) -> _Function:
    signature = inspect.signature(function)
    annotations = options.annotations or getattr(function, "__annotations__", {})
    classes = {name: cls for name, cls in annotations.items() if isinstance(cls, type)}

    def check_arguments(args: Any, kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            kind = signature.parameters[name].kind
            if name in classes and kind not in (kind.VAR_POSITIONAL, kind.VAR_KEYWORD):
                _check(value, classes[name], options.strict, f"argument {name!r}")

    def check_result(value: Any) -> Any:
        if "return" in classes:
            _check(value, classes["return"], options.strict, "the result")
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

    setattr(wrapper, _MARK, options)
    return wrapper  # type: ignore[return-value]


def _check(value: Any, cls: type, strict: bool, what: str) -> None:
    try:
        fits = type(value) is cls if strict else isinstance(value, cls)
    except TypeError:  # isinstance() refuses the class, such as a TypedDict
        return
    if not fits and not (cls is float and type(value) is int):
        raise TypeError(f"{what} is {type(value).__qualname__}, not {cls.__qualname__}")
