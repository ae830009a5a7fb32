"""One call → one Response: admit, call, answer."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from time import monotonic
from typing import Any

from asgiref.sync import sync_to_async
from msgspec import UNSET

from .._jsonrpcserver import JsonRpcError
from ..errors import CallTimeoutError, RpcError
from ..methods.method import Method
from ..protocol.messages import ErrorResponse, Response, refusal
from ..types.fastpath.codegen import FALLBACK
from ..types.serializer import Serializer
from .call import Call, Slot
from .context import SCALARS, Answers, response_to
from .hooks import Hooks, Limits, Transaction
from .idempotency import KeyedCalls, is_being_cancelled
from .steps import Admission


class Dispatcher:
    """Calls methods on behalf of one HTTP request.

    ``request`` is every method's first argument, ``body`` where the calls came from, ``is_batch``
    whether they are more than a single Request. ``bigint_tags`` sends large integers as tags.
    ``answers`` has what is sent of the calls. No call begins when the ``batch_seconds`` of
    ``limits`` are over, but the first.
    """

    def __init__(
        self,
        request: Any,
        body: bytes,
        *,
        is_batch: bool,
        bigint_tags: bool,
        serializer: Serializer,
        limits: Limits,
        hooks: Hooks,
    ) -> None:
        self._request = request
        self._body = body
        self._is_batch = is_batch
        self._bigint_tags = bigint_tags
        self._serializer = serializer
        self._limits = limits
        self._hooks = hooks
        self._answers: Answers | None = None
        self._admission: Admission | None = None
        self.is_one = False
        seconds = limits.batch_seconds
        self.seconds = math.inf if seconds is None else seconds
        self.deadline = monotonic() + self.seconds
        self._transaction = hooks.transactions() if hooks.transactions else _no_transaction

    # What follows is made for the first call that needs it, which a plain one does not.

    @property
    def answers(self) -> Answers:
        """What is sent of the calls."""
        if self._answers is None:
            self._answers = Answers(
                self._request,
                self._serializer,
                self._hooks,
                bigint_tags=self._bigint_tags,
                response_bytes=self._limits.response_bytes,
            )
        return self._answers

    @property
    def admission(self) -> Admission:
        """Who may make the calls, and with which arguments."""
        if self._admission is None:
            self._admission = Admission(self._request, self._hooks, self.answers, self._body)
        return self._admission

    @cached_property
    def keyed(self) -> KeyedCalls:
        """The calls with an idempotency key."""
        return KeyedCalls(
            self._request,
            self._hooks,
            self.admission,
            self.answers,
            is_alone=not self._is_batch,
            is_one=self.is_one,
        )

    def perform_all(self, slots: list[Slot]) -> bool:
        """Answer the calls of synchronous methods in their order; say whether there are others.

        A plain call, of an open method with exact params and no transaction, is made here, and
        refused here: in a batch of a hundred the steps of ``perform`` and of raising would take
        as long as all else.
        """
        request, deadline, others = self._request, self.deadline, False
        last: Method | None = None
        for index, slot in enumerate(slots):
            if type(slot) is not Call:
                continue
            method, sent, arguments = slot.method, slot.request, slot.exact
            if method is not last:  # a batch often calls one method many times
                last = method
                is_plain = method.is_open and self._transaction(method) is None
                function, encode_fast = method.function, method.signature.encode_fast
            if method.is_async:
                others = True
                continue
            if index and monotonic() > deadline:
                slots[index] = self.late(slot, self.seconds)
                continue
            if not is_plain:
                slots[index] = self.perform(slot)
                continue
            if arguments is FALLBACK:
                slots[index] = self._perform_inexact(slot)
                continue
            try:
                if type(arguments) is list:
                    result = function(request, *arguments)
                else:
                    result = function(request, **arguments)
                wire = FALLBACK if encode_fast is None else encode_fast(result)
                if type(wire) not in SCALARS:
                    wire = self.answers.write(method, result, wire)
            except KeyboardInterrupt:
                raise
            except BaseException as exception:
                slots[index] = self.answers.fail(slot, exception)
            else:
                slots[index] = None if sent.id is UNSET else Response(wire, sent.id)
        return others

    def _perform_inexact(self, call: Call) -> Response | ErrorResponse | None:
        try:
            errors = call.method.signature.refusal(call.request.params)
            if errors is not None:
                return self.answers.invalid(call, errors)
        except KeyboardInterrupt:
            raise
        except BaseException as exception:
            return self.answers.fail(call, exception)
        call.is_accepted = True
        return self.perform(call)

    def perform_within(self, transaction: Callable[[], AbstractContextManager[Any]]) -> None:
        """Make every call in one of these, whatever its method says."""
        self._transaction = lambda method: transaction()
        self.is_one = True

    def perform(self, call: Call) -> Response | ErrorResponse | None:
        """Call a synchronous method and give its Response, ``None`` for a Notification."""
        method, encode = call.method, self.answers.encode
        try:
            if method.is_open:
                args, kwargs = self.admission.bind(call)
            elif method.has_key:
                return self.keyed.perform(call, self._transaction)
            else:
                args, kwargs = self.admission.admit(call)
            transaction = self._transaction(method)
            if transaction is None:
                result = encode(method, method.function(self._request, *args, **kwargs))
            else:
                with transaction:  # what can't be sent rolls back, too
                    result = encode(method, method.function(self._request, *args, **kwargs))
        except KeyboardInterrupt:
            raise
        except BaseException as exception:  # SystemExit and others of its kind, too
            return self.answers.fail(call, exception)
        return response_to(call, result)

    async def abegin(self, call: Call) -> None:
        """Hear that a call of a coroutine function is to be made."""

    async def aend(self) -> None:
        """Hear that calls of coroutine functions have ended."""

    async def aperform(self, call: Call) -> Response | ErrorResponse | None:
        """Do what ``perform`` does for a coroutine function; no transaction spans an await."""
        method, encode = call.method, self.answers.encode
        try:
            if method.is_open:
                args, kwargs = self.admission.bind(call)
            elif method.has_key:
                return await self.keyed.aperform(call)
            else:
                args, kwargs = await self.admission.aadmit(call)
            result = encode(method, await method.function(self._request, *args, **kwargs))
        except KeyboardInterrupt:
            raise
        except BaseException as exception:
            if isinstance(exception, asyncio.CancelledError) and is_being_cancelled():
                raise
            if isinstance(exception, (JsonRpcError, GeneratorExit)):  # which forbids to await
                return self.answers.fail(call, exception)
            # What reports it may write mails or into a database.
            return await sync_to_async(self.answers.fail)(call, exception)
        return response_to(call, result)

    def refuse(self, call: Call, error: RpcError) -> ErrorResponse | None:
        """Answer a call that is counted among the refused entries, with plain data."""
        return None if call.request.id is UNSET else refusal(error, call.request.id)

    def refused(self, call: Call) -> BaseException | None:
        """Give what a caller who may not make this call is told, ``None`` for one who may."""
        return self.admission.refused(call)

    def late(self, call: Call, seconds: float) -> ErrorResponse | None:
        """Answer a call that was not done, or did not begin, in so many seconds."""
        return self.answers.fail(call, CallTimeoutError(seconds))

    async def alate(self, call: Call, seconds: float) -> ErrorResponse | None:
        """Do what ``late`` does on an event loop."""
        return self.late(call, seconds)

    def decline(self, call: Call, error: RpcError) -> ErrorResponse | None:
        """Answer a call that can't be made with an error, which only a caller who may call sees."""
        return self.answers.fail(call, self.refused(call) or error)

    def forget(self) -> None:
        """Let go of what failed: its tracebacks hold the calls, and through these all the params.

        They would wait in a circle for Python's collector, which comes seldom.
        """
        if self._answers is not None:
            self._answers.errors.clear()

    def finish(self, count: int, refused: int) -> None:
        """Hear of the end of a batch of ``count`` entries, ``refused`` of which were no calls."""

    async def afinish(self, count: int, refused: int) -> None:
        """Do what ``finish`` does on an event loop."""


def _no_transaction(method: Method) -> Transaction:
    return None
