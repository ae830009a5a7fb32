"""How many examples a property is tried on."""

from __future__ import annotations

import os

from hypothesis import settings

# A slow machine is no mistake; what has to be bounded in time is measured by itself.
settings.register_profile("all", max_examples=100, deadline=None)
settings.register_profile("few", max_examples=5, deadline=None)


def examples(number: int) -> int:
    """Return the part of a number that the profile asks for: "all" of it, or a twentieth ("few")."""
    return max(5, number * settings.default.max_examples // 100)


def many_examples() -> int:
    """Return the examples of the properties of all annotations: ``ADJAX_EXAMPLES``, else 2,000."""
    return int(os.environ.get("ADJAX_EXAMPLES", examples(2000)))
