"""Calls with an idempotency key: made once, and answered again by what was kept of them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from hashlib import blake2b
from typing import Any

from asgiref.sync import sync_to_async
from msgspec import UNSET, Raw

from .._jsonrpcserver import NODATA, JsonRpcError
from .._types import Params
from ..errors import RpcError
from ..methods.method import Method
from ..methods.signature import Arguments
from ..protocol.json import dump
from ..protocol.messages import ErrorResponse, Id, Response
from .call import Call
from .context import Answers
from .hooks import Answer, Hooks, Reservation, Transaction
from .steps import Admission


class KeyedCalls:
    """Makes the calls of one body whose methods have keys; ``is_alone`` where it is the only one.

    An answer is kept once nothing can undo its call: with ``is_one`` the batch still may.
    """

    def __init__(
        self,
        request: Any,
        hooks: Hooks,
        admission: Admission,
        answers: Answers,
        *,
        is_alone: bool,
        is_one: bool,
    ) -> None:
        self._request = request
        self._hooks = hooks
        self._admission = admission
        self._answers = answers
        self._is_alone = is_alone
        self._is_one = is_one
        self._unkept: list[tuple[Call, JsonRpcError | None, Reservation, Answer | None]] = []

    def perform(
        self, call: Call, transaction: Callable[[Method], Transaction]
    ) -> Response | ErrorResponse | None:
        """Answer a call as an earlier one with its key was answered; else make it."""
        method, sent = call.method, fingerprint(call.request.params)
        arguments = self._admission.admit(call)
        reservation = self._reserve(call, sent, arguments)
        if reservation is not None and reservation.answer is not None:
            return self._answer_again(call, reservation.answer)
        args, kwargs = arguments
        encode = self._answers.encode
        response: Response | ErrorResponse | None
        try:
            with transaction(method) or nullcontext():
                result = encode(method, method.function(self._request, *args, **kwargs))
        except KeyboardInterrupt:
            raise
        except BaseException as exception:
            response = self._answers.fail(call, exception)
        else:
            response = Response(result, _id_of(call))
        self._keep(call, reservation, response)
        return None if call.request.id is UNSET else response

    async def aperform(self, call: Call) -> Response | ErrorResponse | None:
        """Do what ``perform`` does for a coroutine function."""
        method, sent = call.method, fingerprint(call.request.params)
        arguments = await self._admission.aadmit(call)
        reservation = await sync_to_async(self._reserve)(call, sent, arguments)
        if reservation is not None and reservation.answer is not None:
            return self._answer_again(call, reservation.answer)
        args, kwargs = arguments
        encode = self._answers.encode
        response: Response | ErrorResponse | None
        try:
            result = encode(method, await method.function(self._request, *args, **kwargs))
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as exception:
            if isinstance(exception, asyncio.CancelledError) and is_being_cancelled():
                await sync_to_async(self._keep)(call, reservation, None)
                raise
            response = await sync_to_async(self._answers.fail)(call, exception)
        else:
            response = Response(result, _id_of(call))
        await sync_to_async(self._keep)(call, reservation, response)
        return None if call.request.id is UNSET else response

    def _reserve(self, call: Call, sent: str, arguments: Arguments) -> Reservation | None:
        if self._hooks.reserve is None:
            return None
        return self._hooks.reserve(self._request, call.method, sent, arguments, self._is_alone)

    def _answer_again(self, call: Call, answer: Answer) -> Response | None:
        if answer.is_error:
            raise KeptError(answer.content)
        self._answers.count(len(answer.content))
        return None if call.request.id is UNSET else Response(Raw(answer.content), _id_of(call))

    def _keep(
        self,
        call: Call,
        reservation: Reservation | None,
        response: Response | ErrorResponse | None,
    ) -> None:
        if reservation is None:
            return
        _, error = self._answers.errors.get(id(call), (call, None))
        self._unkept.append((call, error, reservation, answer_of(response, error)))
        if not self._is_one:
            self.keep_answers()

    def keep_answers(self) -> None:
        """Keep the answers of calls that nothing can undo any more."""
        while self._unkept:
            call, own_error, reservation, answer = self._unkept.pop(0)
            _, error = self._answers.errors.get(id(call), (call, None))
            try:
                if answer is None or error is not own_error:  # undone with its batch
                    reservation.release()
                else:
                    reservation.keep(answer)
            except Exception as exception:  # the call has been made all the same
                self._answers.error_of(f"keeping the answer of {call.method.name}", exception)


def _id_of(call: Call) -> Id:
    return None if call.request.id is UNSET else call.request.id


def is_being_cancelled() -> bool:
    """Whether the call itself is cancelled, not just something that it waited for."""
    task = asyncio.current_task()
    return sys.version_info < (3, 11) or task is None or task.cancelling() > 0


# What the server, the limits or the caller's login is to blame for is no answer of the method.
_NO_ANSWERS = frozenset({-32603, *range(-32009, -32004), -32001, -32003})


class KeptError(RpcError):
    """An error that a call was answered with before, its data as it was sent."""

    has_plain_data = True

    def __init__(self, content: bytes) -> None:
        error = json.loads(content)
        super().__init__(error["code"], error["message"], error.get("data", NODATA))


def fingerprint(params: Params) -> str:
    """Give a text that is the same for the same params, and for no others."""
    text = json.dumps(params, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def answer_of(
    response: Response | ErrorResponse | None, error: JsonRpcError | None
) -> Answer | None:
    """Give what is kept of a call, ``None`` where a repeated one is made anew."""
    if isinstance(response, ErrorResponse):
        if error is None or error.code in _NO_ANSWERS:
            return None
        return Answer(True, bytes(response.error))
    if response is None:  # a Notification's error, which nobody has seen
        return None
    result = response.result
    return Answer(False, bytes(result) if isinstance(result, Raw) else dump(result))
