"""Calls with an idempotency key: the first is made, a repeated one gets the first answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from msgspec import Raw

from .._flow import Flow, Invoke
from .._jsonrpcserver import NODATA
from ..errors import RpcError
from ..protocol.json import dump
from ..protocol.messages import ErrorResponse, Response
from .call import Call
from .context import Context
from .hooks import Answer, Reservation
from .steps import arguments_of

# Errors that the server, a limit or the caller's login is to blame for are no answers.
_NO_ANSWERS = frozenset({-32603, *range(-32009, -32004), -32001, -32003})


class KeptError(RpcError):
    """The error that the first call was answered with, its data as it was sent."""

    has_plain_data = True

    def __init__(self, content: bytes) -> None:
        error = json.loads(content)
        super().__init__(error["code"], error["message"], error.get("data", NODATA))


def once(respond: Callable[[Call, Context], Flow[Any]]) -> Callable[[Call, Context], Flow[Any]]:
    """Answer an admitted call as the first one with its key was answered.

    ``respond`` answers a call that is the first with its key.
    """

    def steps(call: Call, context: Context) -> Flow[Any]:
        reservation: Reservation | None = None
        if context.hooks.reserve is not None:
            arguments, is_alone = arguments_of(call), not context.is_batch
            asked = (context.request, call.method, call.fingerprint, arguments, is_alone)
            reservation = yield Invoke(context.hooks.reserve, asked)
        if reservation is None:
            return (yield from respond(call, context))
        if reservation.answer is not None:
            return _repeat(call, context, reservation.answer)
        try:
            response = yield from respond(call, context)
        except asyncio.CancelledError:
            yield Invoke(_keep, (call, context, reservation, None))
            raise
        yield Invoke(_keep, (call, context, reservation, response))
        return response

    return steps


def _repeat(call: Call, context: Context, answer: Answer) -> Response:
    if answer.is_error:
        raise KeptError(answer.content)
    context.count(len(answer.content))
    return Response(Raw(answer.content), call.request.id)


def _keep(
    call: Call,
    context: Context,
    reservation: Reservation,
    response: Response | ErrorResponse | None,
) -> None:
    answer = _answer_of(response, call.code)
    context.unkept.append((call, call.code, reservation, answer))
    if context.savepoint is None:
        keep_answers(context)


def _answer_of(response: Response | ErrorResponse | None, code: int | None) -> Answer | None:
    """Return what is stored of a call, ``None`` where a repeated call is made anew."""
    if isinstance(response, ErrorResponse):
        return None if code is None or code in _NO_ANSWERS else Answer(True, bytes(response.error))
    if response is None:  # the error of a Notification, which nobody has seen
        return None
    result = response.result
    return Answer(False, bytes(result) if isinstance(result, Raw) else dump(result))


def keep_answers(context: Context) -> None:
    """Store the answers of calls that nothing can undo any more."""
    while context.unkept:
        call, own_code, reservation, answer = context.unkept.pop(0)
        try:
            if answer is None or call.code != own_code:  # rolled back with its batch
                reservation.release()
            else:
                reservation.keep(answer)
        except Exception as exception:  # the call has been made all the same
            context.error_of(f"keeping the answer of {call.method.name}", exception)
