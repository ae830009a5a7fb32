"""A call and its plan, and the entries of one body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct

from ..methods.method import Method
from ..protocol.messages import ErrorResponse, Request, Response
from ..types.fastpath.codegen import FastPath


class Plan(Struct, frozen=True, gc=False):
    """How calls of one method are answered, compiled by ``plan.compile_plan``.

    ``accept`` is the fast path of the params. ``respond(call, context)`` returns the Response,
    or ``None`` for a Notification; it is a coroutine function where ``is_async``.
    ``is_plain`` methods are synchronous, and nothing but their params decides about a call.
    Calls of ``is_gated`` methods may be refused before any call of the body is made.
    """

    method: Method
    accept: FastPath
    respond: Callable[..., Any]
    is_async: bool
    is_plain: bool
    is_gated: bool


class Call(Struct, gc=False, eq=False):
    """A Request, with the plan of its method.

    ``arguments`` are what the fast path returned, a list or a dict, or ``FALLBACK`` until the
    params are bound to ``(args, kwargs)``. ``code`` and ``reference`` are those of the error
    that the call ended with. ``fingerprint`` stands for the params of a call with an idempotency
    key. ``started`` (a clock's time) and ``seconds`` are measured for an
    observer only.
    """

    plan: Plan
    request: Request
    arguments: Any
    code: int | None = None
    reference: str | None = None
    fingerprint: str | None = None
    started: float | None = None
    seconds: float | None = None

    def __repr__(self) -> str:
        return f"<Call {self.method.name}>"  # without params, as in reports

    @property
    def method(self) -> Method:
        """The method that the Request names."""
        return self.plan.method


Entry: TypeAlias = Call | Response | ErrorResponse | None
"""An entry of a body: a call, then its Response; ``None`` where nothing is answered."""


class Batch(Struct, gc=False):
    """The entries of one body in request order.

    A single Request is a batch of one without ``is_array``. ``failed`` has the index and the
    error's code of each entry that no call is made for.
    """

    entries: list[Entry]
    is_array: bool = False
    failed: list[tuple[int, int]] = []
