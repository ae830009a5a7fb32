"""Signals of calls: when one starts, how it ends; for counters, logs of access, and traces."""

from __future__ import annotations

from django.dispatch import Signal

__all__ = ["batch_finished", "call_failed", "call_finished", "call_started"]

call_started = Signal()
"""A call begins. ``request``, ``method``, ``user``."""

call_finished = Signal()
"""A call has ended, whichever way. What ``call_started`` has, and ``duration`` in seconds,
``code`` of its error or ``None``, ``reference`` of an internal error or ``None``."""

call_failed = Signal()
"""A call has ended with an error; sent before ``call_finished``, with the same."""

batch_finished = Signal()
"""All of a batch has ended. ``request``, ``user``, ``count`` of its entries, ``failed`` ones,
``duration`` in seconds."""
