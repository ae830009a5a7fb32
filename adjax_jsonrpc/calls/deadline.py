"""When a call has to be done: after its own timeout, or with the time of its body."""

from __future__ import annotations

import math
from time import monotonic
from typing import NamedTuple


class Deadline(NamedTuple):
    """A time of the monotonic clock, ``seconds`` after it was set."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """Return the deadline in so many seconds, one that never comes for ``None``."""
        return NEVER if seconds is None else cls(monotonic() + seconds, seconds)

    def is_over(self) -> bool:
        """Whether the time has come."""
        return monotonic() >= self.at


NEVER = Deadline(math.inf, math.inf)
