"""What a test needs beside Python is said by a marker, and held against what it starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_running: list[pytest.Item] = []


def needs(marker: str) -> None:
    """Fail a test that starts what none of its markers says."""
    for item in _running:
        if item.get_closest_marker(marker) is None:
            pytest.fail(f"{item.nodeid} needs @pytest.mark.{marker}")


@contextmanager
def running(item: pytest.Item) -> Iterator[None]:
    """Hold whatever is started meanwhile against the markers of a test."""
    _running.append(item)
    try:
        yield
    finally:
        _running.remove(item)
