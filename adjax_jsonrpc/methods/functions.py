"""Facts about a function: its name, its place, its package, whether it is a coroutine function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any


def is_coroutine_function(function: Callable[..., Any]) -> bool:
    """Return whether a call returns a coroutine; also for instances with ``__call__``."""
    call = getattr(function, "__call__", None)  # noqa: B004 - checked to be a coroutine function
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


def function_name(function: Callable[..., Any]) -> str:
    """Return the name of a function, also in a ``partial``, or the class name of a callable."""
    while isinstance(function, partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)


def place_of(function: Callable[..., Any]) -> str:
    """Return the file and line of a function, for messages."""
    code = getattr(function, "__code__", None)
    if code is None:
        return f"{function.__module__}.{function_name(function)}"
    return f"{code.co_filename}:{code.co_firstlineno}"


def package_name(module: str) -> str:
    """Return the name of a module's package, which is the app label outside of an app."""
    return module.rpartition(".")[0].rpartition(".")[2] or module
