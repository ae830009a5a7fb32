"""How many calls a caller may make in how long: rates, and by what callers are told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..errors import RegistrationError

Caller: TypeAlias = "Literal['user', 'address'] | Callable[[Any], str | None]"

_SECONDS = {
    **dict.fromkeys(["s", "sec", "second"], 1),
    **dict.fromkeys(["min", "minute"], 60),
    **dict.fromkeys(["h", "hour"], 3600),
    **dict.fromkeys(["d", "day"], 86400),
}
_RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})?([a-z]+)", re.ASCII)


@dataclass(frozen=True)
class Throttle:
    """At most so many calls of one caller in so long, such as ``"100/min"`` or ``"5/10s"``.

    ``by`` tells callers apart: ``"user"`` by the user who is logged in, else by the address;
    ``"address"`` by that alone; a function of the request by the text that it gives, ``None``
    for a caller whose calls are not counted.
    """

    rate: str
    by: Caller = "user"
    calls: int = field(init=False, repr=False)
    seconds: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = _RATE.fullmatch(self.rate) if isinstance(self.rate, str) else None
        if found is None or found[3] not in _SECONDS:
            raise RegistrationError(
                f"{self.rate!r} is no rate: write calls/time such as '100/min' or '5/10s', with "
                f"one of {', '.join(_SECONDS)}"
            )
        if self.by not in ("user", "address") and not callable(self.by):
            raise RegistrationError(
                f"{self.by!r} tells no callers apart: give 'user', 'address' or a function"
            )
        object.__setattr__(self, "calls", int(found[1]))
        object.__setattr__(self, "seconds", int(found[2] or 1) * _SECONDS[found[3]])


Throttling: TypeAlias = "str | Throttle | Iterable[str | Throttle] | Literal[False] | None"
"""What a method or a project says of its rates: one or several; none at all; nothing."""


def throttles(given: Throttling) -> tuple[Throttle, ...] | None:
    """Give the throttles that something says, ``None`` where it says nothing.

    Raises ``RegistrationError`` for what is no rate.
    """
    if given is None:
        return None
    if given is False:
        return ()
    if isinstance(given, (str, Throttle)):
        given = (given,)
    if not isinstance(given, Iterable):
        raise RegistrationError(f"{given!r} is no rate: write '100/min', or a Throttle")
    return tuple(each if isinstance(each, Throttle) else Throttle(each) for each in given)
