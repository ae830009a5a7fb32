"""The tag of tagged values, and what JSON carries without one."""

from __future__ import annotations

TAG = "__type__"
MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that a JavaScript number holds exactly."""

UNTAGGED: frozenset[type] = frozenset({str, bool, type(None)})
"""Types whose values are always sent as they are."""
