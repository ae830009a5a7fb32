"""What takes long leaves the event loop: reading large bodies, and writing large results.

Otherwise one body of some megabytes would let all other requests of the process wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

LARGE_BODY = 2**14
"""Bytes. A smaller body takes 1 ms, at most 10 ms. A thread takes 0.15 ms more."""

_LARGE_RESULT = 2000
"""Parts. Writing a smaller result takes at most 5 ms."""

_TEXT = 100
"""Characters that count as one part."""

_SMALL = frozenset({int, float, bool, type(None)})
_ARRAYS = (list, tuple, set, frozenset)
_FIELDS = (
    "__dataclass_fields__",
    "__struct_fields__",  # msgspec
    "__pydantic_fields__",
)


def is_large_result(value: Any) -> bool:
    """Return whether writing a result may take long: counts its parts, up to a limit."""
    count, waiting = 0, [value]
    while waiting:
        value = waiting.pop()
        cls = type(value)
        if cls is str or cls is bytes:
            count += len(value) // _TEXT
        else:
            inside = _parts(value)
            count += len(inside)
            if count <= _LARGE_RESULT:
                waiting.extend([each for each in inside if type(each) not in _SMALL])
        if count > _LARGE_RESULT:
            return True
    return False


def _parts(value: Any) -> Any:
    """Return what is directly inside a value, as a sized iterable."""
    if isinstance(value, dict):
        return value.values()
    if isinstance(value, _ARRAYS):
        return value
    for attribute in _FIELDS:
        names: Iterable[str] = getattr(type(value), attribute, ())
        if names:
            return [getattr(value, name, None) for name in names]
    return ()
