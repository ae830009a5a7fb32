"""Resets the throttles between tests."""

from __future__ import annotations

from uuid import uuid4

from ..integration import throttling


def reset_throttles() -> None:
    """Begin new counters for all throttles of this process. The cache is not cleared."""
    throttling.reset(uuid4().hex)
