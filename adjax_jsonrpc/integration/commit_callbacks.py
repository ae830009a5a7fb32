"""Callbacks of ``transaction.on_commit``: one that fails is reported, and fails no call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from ..calls.hooks import Hooks
from ..calls.internal_errors import internal_error
from ..methods.functions import function_name
from .exceptions import report

_HOOKS = Hooks(report=report)

_guarded: set[BaseDatabaseWrapper] = set()
"""Connections with a transaction that was begun here. Each thread has its own connections."""


@contextmanager
def guard_callbacks(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Guard the callbacks that are registered inside: when they run, their call is committed.

    After the first that raises, the others that were registered inside do not run, as in Django.
    In a transaction that something else has begun, such as a ``TestCase``, nothing is changed.
    """
    begins_here = len(connection.atomic_blocks) == 1
    if begins_here:
        _guarded.add(connection)
    registered_before = len(connection.run_on_commit)
    try:
        yield
        if connection in _guarded:
            callbacks: Any = connection.run_on_commit
            guard = _Guard()
            callbacks[registered_before:] = [
                (savepoints, partial(guard.run, callback), is_robust)
                for savepoints, callback, is_robust in callbacks[registered_before:]
            ]
    finally:
        if begins_here:
            _guarded.discard(connection)


class _Guard:
    """Runs the callbacks of one call until one fails."""

    def __init__(self) -> None:
        self._has_failed = False

    def run(self, callback: Callable[[], Any]) -> None:
        if self._has_failed:
            return
        try:
            callback()
        except (Exception, SystemExit) as exception:
            self._has_failed = True
            name = function_name(callback)
            internal_error(f"the on_commit callback {name}", exception, None, _HOOKS)
