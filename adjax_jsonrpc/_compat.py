"""Private names of Python and asyncio, each with the reason for its use."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Callable
from typing import Any

# The type of inspect.Parameter.kind has no public name.
ParameterKind = inspect._ParameterKind

# Public get_running_loop() raises an exception if no loop runs, which is slow for each request.
running_loop: Callable[[], asyncio.AbstractEventLoop | None] = asyncio._get_running_loop


def forget_task(task: asyncio.Task[Any]) -> None:
    """Remove a task from its event loop, which would wait for the task when it closes."""
    asyncio._unregister_task(task)


def is_being_cancelled() -> bool:
    """Return whether the current task itself is cancelled, not only what it awaits.

    Always true before Python 3.11, which has no ``Task.cancelling()``.
    """
    task = asyncio.current_task()
    return sys.version_info < (3, 11) or task is None or task.cancelling() > 0


def variable_of_closure(function: Callable[..., Any], name: str, default: Any) -> Any:
    """Return a variable of the closure of a function, or ``default``.

    Django's ``sensitive_variables`` has its arguments only there until the first call.
    """
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    return cells[name].cell_contents if name in cells else default
