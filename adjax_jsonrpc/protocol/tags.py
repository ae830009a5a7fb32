"""The tag of tagged values, and the values that need no tag."""

from __future__ import annotations

TAG = "__type__"
"""The member of a tagged object that names its type."""

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that a JavaScript number represents exactly."""

UNTAGGED: frozenset[type] = frozenset({str, bool, type(None)})
"""Types whose values are always sent without a tag."""
