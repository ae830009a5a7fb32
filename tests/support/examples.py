"""How many examples a property is tried on."""

from __future__ import annotations

import os

from hypothesis import settings

# A slow machine is no mistake; what has to be bounded in time is measured by itself.
settings.register_profile("all", max_examples=100, deadline=None)
settings.register_profile("few", max_examples=5, deadline=None)


def examples(number: int) -> int:
    """Give the share of so many that the profile asks for: of "all" each, of "few" a twentieth."""
    return max(5, number * settings.default.max_examples // 100)


def many_examples() -> int:
    """Give the examples of the two properties of any annotation: ``ADJAX_EXAMPLES``, or 2,000."""
    return int(os.environ.get("ADJAX_EXAMPLES", examples(2000)))
