"""Calls with an idempotency key: the first call runs, repeated calls get its answer.

From the moment when the function of a call has begun, only its own outcome ends the reservation
of its key: an answer is stored, or the key is free again because everything was rolled back. If
nobody can know the outcome, the key stays reserved.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import Raw

from .._flow import Flow, Invoke
from .._jsonrpcserver import ERROR_INTERNAL_ERROR, NODATA
from ..errors import (
    AuthenticationRequiredError,
    CallInProgressError,
    CallTimeoutError,
    CsrfError,
    LimitExceededError,
    RateLimitedError,
    RolledBackError,
    RpcError,
)
from ..protocol.json import dump
from ..protocol.messages import ErrorResponse, Response
from .call import Call
from .context import Context
from .hooks import Reservation, StoredAnswer, Transaction, UnknownOutcomeError
from .steps import Steps, admit_off_loop, arguments_of

# With these errors a method says that it has done nothing yet: a repeated call runs.
_NOT_YET = frozenset(
    {
        AuthenticationRequiredError.code,
        CsrfError.code,
        RateLimitedError.code,
        CallInProgressError.code,
        RolledBackError.code,
    }
)
# After these errors a repeated call runs only if a transaction has undone all.
_FAULTS = frozenset({ERROR_INTERNAL_ERROR, LimitExceededError.code, CallTimeoutError.code})


class StoredError(RpcError):
    """The error of the first call, with its data in wire form."""

    has_plain_data = True

    def __init__(self, content: bytes) -> None:
        error = json.loads(content)
        super().__init__(error["code"], error["message"], error.get("data", NODATA))


class _RollBack(Exception):  # noqa: N818 - it is not an error
    """Ends the transaction of a call and of its key without a commit."""

    def __init__(self, response: ErrorResponse) -> None:
        self.response = response


def with_idempotency(
    respond: Steps,
    transaction: Transaction | None,
    joins_calls: bool,
    joins_batches: bool,
) -> Steps:
    """Return the steps that admit a caller, and answer a repeated call like the first one.

    ``respond`` answers the first call with a key, in its own ``transaction`` or in a savepoint of
    an atomic batch. With ``joins_calls`` and ``joins_batches`` the key is stored in that
    transaction, so that both are committed or neither is.
    """

    def steps(call: Call, context: Context) -> Flow[Any]:
        yield from admit_off_loop(call, context)
        if context.hooks.reserve is None:
            return (yield from respond(call, context))
        around = context.savepoint or transaction
        joins = joins_calls if context.savepoint is None else joins_batches
        if around is not None and joins:
            return (yield from _answer_inside(respond, call, context, around))
        return (yield from _answer(respond, call, context, is_undone=around is not None))

    return steps


def _answer(respond: Steps, call: Call, context: Context, *, is_undone: bool) -> Flow[Any]:
    """Reserve the key before the call, and store the answer after its end.

    ``is_undone``: a call that fails is rolled back.
    """
    made: list[Reservation | None] = []
    try:
        reservation = yield Invoke(_reserve, (call, context, made))
    except asyncio.CancelledError:  # the function has not begun
        yield Invoke(_release, (call, context, made))
        raise
    if reservation is None:
        call.fingerprint = None
        return (yield from respond(call, context))
    if reservation.answer is not None:
        return _repeat(call, context, reservation.answer)
    try:
        response = yield from respond(call, context)
    except (asyncio.CancelledError, UnknownOutcomeError):
        yield Invoke(_end, (call, context, reservation.keep))
        raise
    end = _end_of(reservation, response, is_undone)
    if context.savepoint is None:
        yield Invoke(_end, (call, context, end))
    else:
        context.unended.append((call, reservation, end))
    return response


def _answer_inside(
    respond: Steps, call: Call, context: Context, transaction: Transaction
) -> Flow[Any]:
    """Reserve the key and store the answer in the transaction of the call.

    The call itself runs in a savepoint. So an error that it raises on purpose is stored, too.
    """
    try:
        with transaction():
            reservation = _reserve(call, context)
            if reservation is None:
                return (yield from respond(call, context))
            if reservation.answer is not None:
                return _repeat(call, context, reservation.answer)
            response = yield from respond(call, context)
            answer = _answer_of(response, is_undone=True)
            if answer is None:
                raise _RollBack(response)
            reservation.store(answer)
            return response
    except _RollBack as rolled_back:
        return rolled_back.response


def _reserve(
    call: Call, context: Context, made: list[Reservation | None] | None = None
) -> Reservation | None:
    """Reserve the key; append the reservation to ``made``, for a flow that is cancelled."""
    reserve: Any = context.hooks.reserve
    arguments, is_single = arguments_of(call), not context.is_batch
    reservation: Reservation | None = reserve(
        context.request, call.method, call.fingerprint, arguments, is_single
    )
    if made is not None:
        made.append(reservation)
    return reservation


def _release(call: Call, context: Context, made: list[Reservation | None]) -> None:
    """Release what was reserved. This runs in the thread of ``_reserve``, so after its end."""
    for reservation in made:
        if reservation is not None:
            _end(call, context, reservation.release)


def _repeat(call: Call, context: Context, answer: StoredAnswer) -> Response:
    if answer.is_error:
        raise StoredError(answer.content)
    context.count_bytes(len(answer.content))
    return Response(Raw(answer.content), call.request.id)


def _end_of(
    reservation: Reservation, response: Response | ErrorResponse, is_undone: bool
) -> Callable[[], None]:
    answer = _answer_of(response, is_undone)
    return reservation.release if answer is None else partial(reservation.store, answer)


def _answer_of(response: Response | ErrorResponse, is_undone: bool) -> StoredAnswer | None:
    """Return what to store for a call; ``None`` if a repeated call must run."""
    if isinstance(response, ErrorResponse):
        content = bytes(response.error)
        code = json.loads(content)["code"]
        runs_again = code in _NOT_YET or (is_undone and code in _FAULTS)
        return None if runs_again else StoredAnswer(True, content)
    result = response.result
    return StoredAnswer(False, bytes(result) if isinstance(result, Raw) else dump(result))


def _end(call: Call, context: Context, end: Callable[[], None]) -> None:
    try:
        end()
    except Exception as exception:  # the call has run nevertheless
        context.error_of(f"storing the answer of {call.method.name}", exception)


def end_batch(context: Context, *, is_committed: bool | None) -> None:
    """End the reservations of an atomic batch; ``is_committed`` is ``None`` if nobody knows."""
    while context.unended:
        call, reservation, end = context.unended.pop(0)
        if is_committed is None:
            end = reservation.keep
        elif not is_committed:
            end = reservation.release
        _end(call, context, end)
