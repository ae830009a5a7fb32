"""Throttles: how many calls one caller may make in a time, and how callers are told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..errors import RegistrationError

ThrottleBy: TypeAlias = "Literal['user', 'address'] | Callable[[Any], str | None]"
"""How callers are told apart; see ``Throttle.by``."""

_SECONDS = {
    **dict.fromkeys(["s", "sec", "second"], 1),
    **dict.fromkeys(["min", "minute"], 60),
    **dict.fromkeys(["h", "hour"], 3600),
    **dict.fromkeys(["d", "day"], 86400),
}
_RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})?([a-z]+)", re.ASCII)


@dataclass(frozen=True)
class Throttle:
    """A maximum number of calls of one caller in a time, such as ``"100/min"`` or ``"5/10s"``.

    ``by`` tells callers apart:

    - ``"user"``: the logged-in user, or the address of callers who are not logged in
    - ``"address"``: the address
    - a function: takes the request and returns a text for each caller, ``None`` for a caller
      whose calls are not counted

    Raises ``RegistrationError`` for a wrong value.
    """

    rate: str
    by: ThrottleBy = "user"
    calls: int = field(init=False, repr=False)
    seconds: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = _RATE.fullmatch(self.rate) if isinstance(self.rate, str) else None
        if found is None or found[3] not in _SECONDS:
            raise RegistrationError(
                f"{self.rate!r} is not a rate: write calls/time such as '100/min' or '5/10s', with "
                f"one of {', '.join(_SECONDS)}"
            )
        if self.by not in ("user", "address") and not callable(self.by):
            raise RegistrationError(
                f"by={self.by!r}: write 'user', 'address' or a function of the request"
            )
        object.__setattr__(self, "calls", int(found[1]))
        object.__setattr__(self, "seconds", int(found[2] or 1) * _SECONDS[found[3]])


ThrottleOption: TypeAlias = "str | Throttle | Iterable[str | Throttle] | Literal[False] | None"
"""One throttle or several; ``False`` for none; ``None`` for those of ``ADJAX_THROTTLE``."""


def parse_throttles(given: ThrottleOption) -> tuple[Throttle, ...] | None:
    """Return the throttles of an option or a setting; ``None`` if it is ``None``.

    Raises ``RegistrationError`` for a value that is not a rate.
    """
    if given is None:
        return None
    if given is False:
        return ()
    if isinstance(given, (str, Throttle)):
        given = (given,)
    if not isinstance(given, Iterable):
        raise RegistrationError(f"{given!r} is not a rate: write '100/min', or a Throttle")
    return tuple(each if isinstance(each, Throttle) else Throttle(each) for each in given)
