"""What Django's ``sensitive_variables`` says of a function, before it has ever been called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.views.decorators import debug

from .._compat import variable_of_closure

HIDDEN = "********"


def hide(function: Callable[..., Any], params: list[Any] | dict[str, Any]) -> Any:
    """Copy the params of a call, with ``HIDDEN`` in the place of each sensitive argument.

    ``function`` takes the request before them.
    """
    names = sensitive_names(function)
    if not names:
        return params.copy()
    if isinstance(params, list):
        slots = _positions(function, len(params))
        return [HIDDEN if _is_in(s, names) else v for s, v in zip(slots, params, strict=True)]
    declared = inspect.signature(function).parameters
    others = next((p.name for p in declared.values() if p.kind is p.VAR_KEYWORD), None)
    return {
        name: HIDDEN if _is_in(name if name in declared else others, names) else value
        for name, value in params.items()
    }


def sensitive_names(function: Callable[..., Any]) -> frozenset[str]:
    """Give the variables that are sensitive in a function; ``"*"`` stands for all of them."""
    found: set[str] = set()
    for each in _layers(function):
        variables = _declared(each)
        found.update(variables if isinstance(variables, tuple) else ("*",) if variables else ())
    return frozenset(found)


def _declared(function: Callable[..., Any]) -> Any:
    code = getattr(function, "__code__", None)
    if code is None:
        return ()
    if code.co_name == "sensitive_variables_wrapper":
        # The wrapper notes them on itself only when it is called, and keeps them from the start.
        return variable_of_closure(function, "variables", ()) or "__ALL__"
    # A coroutine function is not wrapped: Django has a table of the places of such functions.
    table = getattr(debug, "coroutine_functions_to_sensitive_variables", {})
    return table.get(hash(f"{code.co_filename}:{code.co_firstlineno}"), ())


def _layers(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    while function is not None:
        yield function
        function = getattr(function, "__wrapped__", None)  # type: ignore[assignment]


def _positions(function: Callable[..., Any], count: int) -> list[str | None]:
    """Name the parameter that each positional argument behind the request goes to."""
    declared = list(inspect.signature(function).parameters.values())
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = [each.name for each in declared if each.kind in kinds][1:]
    rest = next((each.name for each in declared if each.kind is each.VAR_POSITIONAL), None)
    return [*named[:count], *([rest] * (count - len(named)))]


def _is_in(name: str | None, names: frozenset[str]) -> bool:
    # What no parameter takes is refused, and may be a sensitive one's misspelled name.
    return name is None or name in names or "*" in names
