"""Hides the params that Django's ``sensitive_variables`` marks.

Django stores the marks only when the function is called. Here they are read before any call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.views.decorators import debug

from .._compat import variable_of_closure

HIDDEN = "********"
"""Sent instead of a sensitive argument."""


def hide_sensitive_params(
    function: Callable[..., Any], params: list[Any] | dict[str, Any]
) -> list[Any] | dict[str, Any]:
    """Return a copy of the params of a call with ``HIDDEN`` for each sensitive argument.

    ``function`` takes the request as its first argument, before the params.
    """
    sensitive = sensitive_variables_of(function)
    if not sensitive:
        return params.copy()
    if isinstance(params, list):
        names = _names_by_position(function, len(params))
        return [
            HIDDEN if _is_sensitive(name, sensitive) else value
            for name, value in zip(names, params, strict=True)
        ]
    declared = inspect.signature(function).parameters
    others = next((p.name for p in declared.values() if p.kind is p.VAR_KEYWORD), None)
    return {
        name: HIDDEN if _is_sensitive(name if name in declared else others, sensitive) else value
        for name, value in params.items()
    }


def sensitive_variables_of(function: Callable[..., Any]) -> frozenset[str]:
    """Return the names of a function's sensitive variables; ``"*"`` stands for all of them."""
    found: set[str] = set()
    for each in _with_wrapped(function):
        variables = _marked_variables(each)
        found.update(variables if isinstance(variables, tuple) else ("*",) if variables else ())
    return frozenset(found)


def _marked_variables(function: Callable[..., Any]) -> Any:
    """Return the variables marked on one function: a tuple, or ``"__ALL__"``."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ()
    if code.co_name == "sensitive_variables_wrapper":
        return variable_of_closure(function, "variables", ()) or "__ALL__"
    # Coroutine functions are not wrapped: Django has a table with a hash of their file and line.
    table = getattr(debug, "coroutine_functions_to_sensitive_variables", {})
    return table.get(hash(f"{code.co_filename}:{code.co_firstlineno}"), ())


def _with_wrapped(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield a decorated function and all functions that it wraps."""
    while function is not None:
        yield function
        function = getattr(function, "__wrapped__", None)  # type: ignore[assignment]


def _names_by_position(function: Callable[..., Any], count: int) -> list[str | None]:
    """Return the parameter name of each of ``count`` positional arguments after the request."""
    declared = list(inspect.signature(function).parameters.values())
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [each.name for each in declared if each.kind in kinds][1:]
    rest = next((each.name for each in declared if each.kind is each.VAR_POSITIONAL), None)
    return [*names[:count], *([rest] * (count - len(names)))]


def _is_sensitive(name: str | None, sensitive: frozenset[str]) -> bool:
    # No parameter takes the argument: its name may be that of a sensitive one, misspelled.
    return name is None or name in sensitive or "*" in sensitive
