"""Private names of Python and asyncio, each with the reason why a public one does not do."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Callable
from typing import Any

# The type of inspect.Parameter.kind has no public name.
ParameterKind = inspect._ParameterKind

# get_running_loop() raises where no loop runs, which the endpoint would catch at each request.
running_loop: Callable[[], asyncio.AbstractEventLoop | None] = asyncio._get_running_loop


def forget_task(task: asyncio.Task[Any]) -> None:
    """Hide a task from its loop, which waits for all the tasks that it knows when it ends."""
    asyncio._unregister_task(task)


def is_being_cancelled() -> bool:
    """Whether the current task itself is cancelled, not only something that it awaits.

    Always true before Python 3.11, where a task does not know it.
    """
    task = asyncio.current_task()
    return sys.version_info < (3, 11) or task is None or task.cancelling() > 0


def variable_of_closure(function: Callable[..., Any], name: str, default: Any) -> Any:
    """Return a variable that a function has from the function around it.

    Django's ``sensitive_variables`` keeps its arguments there until its first call.
    """
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    return cells[name].cell_contents if name in cells else default
