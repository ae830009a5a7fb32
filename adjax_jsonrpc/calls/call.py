"""A call with its plan and its deadline, and the entries of one body."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

from msgspec import UNSET, Struct

from ..errors import RpcError
from ..methods.method import Method
from ..protocol.messages import ErrorResponse, Request, Response, error_response
from ..types.fastpath.codegen import FastPath


class Plan(Struct, frozen=True):
    """How calls of one method are answered; ``plan.compile_plan`` compiles it.

    ``accept`` is the fast path of the params. ``respond(call, context)`` returns the Response,
    ``None`` for a Notification. It is a coroutine function if ``is_async``. ``is_plain``: the
    method is synchronous, and its calls need only valid params. ``is_gated``: its calls may be
    refused before any call of the body runs.
    """

    method: Method
    accept: FastPath
    respond: Callable[..., Any]
    is_async: bool
    is_plain: bool
    is_gated: bool


class Call(Struct, gc=False, eq=False):
    """A Request with the plan of its method.

    ``arguments`` is the list or dict that the fast path returned. Otherwise it is ``FALLBACK``
    until the params are bound to ``(args, kwargs)``. ``code`` and ``reference`` are those of the
    call's error. ``fingerprint`` identifies the params of a call with an idempotency key.
    ``response`` is set if the call failed or is observed. ``sent_params``, an observer's copy of
    the params, ``started`` (a ``perf_counter`` time) and ``seconds`` are set for an observer only.
    """

    plan: Plan
    request: Request
    arguments: Any
    code: int | None = None
    reference: str | None = None
    fingerprint: str | None = None
    response: AnyResponse = None
    sent_params: Any = None
    started: float | None = None
    seconds: float | None = None

    def __repr__(self) -> str:
        return f"<Call {self.method.name}>"  # reports of errors must not show params

    @property
    def method(self) -> Method:
        """The method that the Request names."""
        return self.plan.method


class Deadline(NamedTuple):
    """A time of the monotonic clock, and the ``seconds`` that were left when it was set."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """Return the deadline ``seconds`` from now, ``NEVER`` for ``None``."""
        return NEVER if seconds is None else cls(monotonic() + seconds, seconds)

    def is_over(self) -> bool:
        """Return whether the deadline has passed."""
        return monotonic() >= self.at


NEVER = Deadline(math.inf, math.inf)
"""The deadline of a body without a time limit."""

AnyResponse: TypeAlias = Response | ErrorResponse | None
"""What answers a Request: a result or an error, ``None`` for a Notification."""

Entry: TypeAlias = Call | AnyResponse
"""An entry of a body: a call, later its Response."""


class Batch(Struct, gc=False):
    """The entries of one body in request order.

    A single Request is a batch of one entry without ``is_array``. ``failed`` has the index and
    the error code of each entry that failed before any call ran. ``unknown`` has those that name
    an unknown method, or one that is hidden from the caller.
    """

    entries: list[Entry]
    is_array: bool = False
    failed: list[tuple[int, int]] = []
    unknown: list[tuple[int, Request]] = []


def refusal(request: Request, error: RpcError) -> ErrorResponse | None:
    """Return the Response to a Request that is not called; ``None`` for a Notification."""
    return None if request.id is UNSET else error_response(error, request.id)
