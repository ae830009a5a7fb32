"""Calls with an idempotency key: the first call runs, repeated calls get its answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from msgspec import Raw

from .._flow import Flow, Invoke
from .._jsonrpcserver import NODATA
from ..errors import RpcError
from ..protocol.json import dump
from ..protocol.messages import ErrorResponse, Response
from .call import AnyResponse, Call
from .context import Context
from .hooks import Reservation, StoredAnswer
from .steps import Steps, admit, arguments_of

# Errors caused by the server, by a limit or by the caller's login: a repeated call runs again.
_NOT_STORED = frozenset(
    {
        -32603,  # Internal error
        -32001,  # Authentication required
        -32003,  # CSRF verification failed
        -32005,  # Limit exceeded
        -32006,  # Rate limited
        -32007,  # Call in progress
        -32008,  # Timeout
        -32009,  # Rolled back
    }
)


class StoredError(RpcError):
    """The error of the first call, with its data in wire form."""

    has_plain_data = True

    def __init__(self, content: bytes) -> None:
        error = json.loads(content)
        super().__init__(error["code"], error["message"], error.get("data", NODATA))


def with_idempotency(respond: Steps) -> Steps:
    """Return the steps that admit a caller, and answer a repeated call like the first one.

    ``respond`` answers the first call with a key.
    """

    def steps(call: Call, context: Context) -> Flow[Any]:
        yield from admit(call, context)
        reservation: Reservation | None = None
        if context.hooks.reserve is not None:
            arguments, is_single = arguments_of(call), not context.is_batch
            args = (context.request, call.method, call.fingerprint, arguments, is_single)
            reservation = yield Invoke(context.hooks.reserve, args)
        if reservation is None:
            return (yield from respond(call, context))
        if reservation.answer is not None:
            return _repeat(call, context, reservation.answer)
        try:
            response = yield from respond(call, context)
        except asyncio.CancelledError:
            yield Invoke(_store, (call, context, reservation, None))
            raise
        yield Invoke(_store, (call, context, reservation, response))
        return response

    return steps


def _repeat(call: Call, context: Context, answer: StoredAnswer) -> Response:
    if answer.is_error:
        raise StoredError(answer.content)
    context.count_bytes(len(answer.content))
    return Response(Raw(answer.content), call.request.id)


def _store(call: Call, context: Context, reservation: Reservation, response: AnyResponse) -> None:
    answer = _answer_of(response, call.code)
    context.unstored.append((call, call.code, reservation, answer))
    if context.savepoint is None:
        store_answers(context)


def _answer_of(response: AnyResponse, code: int | None) -> StoredAnswer | None:
    """Return what to store for a call; ``None`` if a repeated call must run again."""
    if isinstance(response, ErrorResponse):
        if code is None or code in _NOT_STORED:
            return None
        return StoredAnswer(True, bytes(response.error))
    if response is None:  # a Notification failed: no caller has seen its error
        return None
    result = response.result
    return StoredAnswer(False, bytes(result) if isinstance(result, Raw) else dump(result))


def store_answers(context: Context) -> None:
    """Store the answers of calls that nothing can roll back any more."""
    while context.unstored:
        call, own_code, reservation, answer = context.unstored.pop(0)
        try:
            if answer is None or call.code != own_code:  # rolled back with its batch
                reservation.release()
            else:
                reservation.store(answer)
        except Exception as exception:  # the call has run nevertheless
            context.error_of(f"storing the answer of {call.method.name}", exception)
