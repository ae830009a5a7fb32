"""Signals of calls and batches: for counters, access logs and traces."""

from __future__ import annotations

from django.dispatch import Signal

__all__ = ["batch_finished", "call_failed", "call_finished", "call_started"]

call_started = Signal()
"""A call starts. Arguments: ``request``, ``method`` (its name), ``user``."""

call_finished = Signal()
"""A call has ended, with a result or an error. Arguments: those of ``call_started``, ``duration``
in seconds, ``code`` of the error or ``None``, ``reference`` of an internal error or ``None``."""

call_failed = Signal()
"""A call has ended with an error; sent before ``call_finished``, with the same arguments."""

batch_finished = Signal()
"""A batch has ended. Arguments: ``request``, ``user``, ``count`` of all entries, ``failed``: the
number of entries with an error, ``duration`` in seconds."""
