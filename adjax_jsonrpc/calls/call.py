"""What a call is, and the entries of one body."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from ..protocol.messages import ErrorResponse, Request, Response


class Call(msgspec.Struct, gc=False):
    """A Request, the method that it names, and its arguments or ``FALLBACK``.

    With ``is_accepted`` the schema is known to accept the params.
    """

    method: Any
    request: Request
    exact: Any
    is_accepted: bool = False


Slot: TypeAlias = Call | Response | ErrorResponse | None
"""An entry of a body: a call, its Response, or nothing to answer."""


class Exchange(msgspec.Struct, gc=False):
    """One body's entries in request order: each a call, its Response, or nothing to answer.

    ``refused`` has the place and the code of each entry that no call is made of.
    """

    slots: list[Slot]
    is_batch: bool = False
    count: int = 0
    refused: list[tuple[int, int]] = []
