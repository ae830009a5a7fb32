"""One call → one Response: authorize, bind, call, encode."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from time import monotonic
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

import msgspec
from asgiref.sync import async_to_sync, sync_to_async
from msgspec import UNSET, Raw
from msgspec.structs import replace

from .envelope import ErrorResponse, Id, Request, Response, refusal
from .errors import (
    CallTimeoutError,
    InternalError,
    LimitExceededError,
    MethodNotFoundError,
    PermissionDeniedError,
    RpcError,
)
from .exact import INEXACT
from .internal import Report, internal_error, log
from .method import Access, Method, function_name, is_coroutine_function
from .once import Answer, KeptError, Reservation, Reserve, answer_of, fingerprint
from .serializer import Serializer
from .signature import Arguments
from .vocabulary import JsonRpcError, unwrap
from .wire import dump, may_hold_tags

Throttle: TypeAlias = "Callable[[Any, Sequence[Method | None]], Sequence[float | None]]"
Transaction: TypeAlias = "AbstractContextManager[Any] | None"
AsOne: TypeAlias = "Callable[[Iterable[Method]], Callable[[], AbstractContextManager[Any]]]"


class Call(msgspec.Struct, gc=False):
    """A Request, the method that it names, and its arguments or ``INEXACT``."""

    method: Any
    request: Request
    exact: Any


class Observer(Protocol):
    """Who watches. None of this may raise."""

    def began(self, call: Call) -> None:
        """Hear of a call before anything is checked."""

    def ended(self, call: Call, error: JsonRpcError | None, seconds: float) -> None:
        """Hear of a call's end, and what it failed with."""

    def batch_ended(self, count: int, failed: int, seconds: float) -> None:
        """Hear of the end of a batch of ``count`` entries."""


@dataclass(frozen=True)
class Hooks:
    """What the surroundings add to a call; each may be left out.

    ``authorize(request, method)`` raises an ``RpcError`` for a caller who may not.
    ``transactions()``, asked once a body, gives the function that gives what to run a
    synchronous call of a method in. ``as_one(methods)``, where batches are all or nothing, gives
    the function that gives what to run such a batch in, and each call inside it.
    ``translate(exception)`` gives the error that an exception means, ``None`` for the server's
    own fault. ``report`` is told of that fault. ``debug`` sends its text and traceback.
    ``observe(request)``, asked once a body, gives who watches its calls, ``None`` for nobody.
    ``reserve`` takes the idempotency key of a call, for methods that have one.
    ``throttle(request, methods)`` counts the entries of a body, ``None`` among the methods for
    one that names none, and gives the seconds that each which is refused has to wait, ``None``
    for the others. It is asked where methods have throttles, with ``throttles_all`` always.
    """

    authorize: Callable[[Any, Method], None] | None = None
    transactions: Callable[[], Callable[[Method], Transaction]] | None = None
    as_one: AsOne | None = None
    translate: Callable[[Exception], JsonRpcError | None] | None = None
    report: Report = log
    observe: Callable[[Any], Observer | None] | None = None
    reserve: Reserve | None = None
    throttle: Throttle | None = None
    throttles_all: bool = False
    debug: bool = False


class Dispatcher:
    """Calls methods on behalf of one HTTP request.

    ``request`` is every method's first argument, ``body`` where the calls came from, ``is_batch``
    whether they are more than a single Request.
    ``bigint_tags`` sends large integers as tags. ``response_bytes`` is the most that all results
    together may take; a result that goes beyond is an error of its call. No call begins when
    ``batch_seconds`` are over, but the first.
    ``errors`` has the calls that failed, each with its error, by the ``id()`` of the call.
    """

    def __init__(
        self,
        request: Any,
        serializer: Serializer,
        hooks: Hooks,
        *,
        body: bytes,
        bigint_tags: bool,
        response_bytes: int | None,
        batch_seconds: float | None,
        is_batch: bool,
    ) -> None:
        self._request = request
        self._serializer = serializer
        self._hooks = hooks
        self._body = body
        self._tags: bool | None = None
        self._bigint_tags = bigint_tags
        self._response_bytes = response_bytes
        self._bytes_written = 0
        self.errors: dict[int, tuple[Call, JsonRpcError]] = {}
        self.seconds = math.inf if batch_seconds is None else batch_seconds
        self.deadline = monotonic() + self.seconds
        self._is_batch = is_batch
        self._is_one = False
        self._unkept: list[tuple[Call, JsonRpcError | None, Reservation, Answer | None]] = []
        self._transaction = hooks.transactions() if hooks.transactions else _no_transaction

    def perform_all(self, slots: list[Slot]) -> bool:
        """Answer the calls of synchronous methods in their order; say whether there are others.

        A plain call, of an open method with exact params and no transaction, is made here: in
        a batch of a hundred the steps of ``perform`` would take as long as all else.
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
                function, send_exact = method.function, method.signature.send_exact
            if method.is_async:
                others = True
                continue
            if index and monotonic() > deadline:
                slots[index] = self.late(slot, self.seconds)
                continue
            if arguments is INEXACT or not is_plain:
                slots[index] = self.perform(slot)
                continue
            try:
                if type(arguments) is list:
                    result = function(request, *arguments)
                else:
                    result = function(request, **arguments)
                wire = INEXACT if send_exact is None else send_exact(result)
                if type(wire) not in _SCALARS:
                    wire = self._write(method, result, wire)
            except KeyboardInterrupt:
                raise
            except BaseException as exception:
                slots[index] = self._failed(slot, exception)
            else:
                slots[index] = None if sent.id is UNSET else Response(wire, sent.id)
        return others

    def perform_within(self, transaction: Callable[[], AbstractContextManager[Any]]) -> None:
        """Make every call in one of these, whatever its method says."""
        self._transaction = lambda method: transaction()
        self._is_one = True

    def perform(self, call: Call) -> Response | ErrorResponse | None:
        """Call a synchronous method and give its Response, ``None`` for a Notification."""
        method, sent = call.method, call.request
        try:
            if method.is_open:
                args, kwargs = self._bind(call)
            elif method.has_key:
                return self._perform_once(call)
            else:
                args, kwargs = self._admit(call)
            transaction = self._transaction(method)
            if transaction is None:
                result = self._encode(method, method.function(self._request, *args, **kwargs))
            else:
                with transaction:  # what can't be sent rolls back, too
                    result = self._encode(method, method.function(self._request, *args, **kwargs))
        except KeyboardInterrupt:
            raise
        except BaseException as exception:  # SystemExit and others of its kind, too
            return self._failed(call, exception)
        return None if sent.id is UNSET else Response(result, sent.id)

    async def aperform(self, call: Call) -> Response | ErrorResponse | None:
        """Do what ``perform`` does for a coroutine function; no transaction spans an await."""
        method, sent = call.method, call.request
        try:
            if method.is_open:
                args, kwargs = self._bind(call)
            elif method.has_key:
                return await self._aperform_once(call)
            else:
                args, kwargs = await self._aadmit(call)
            result = self._encode(method, await method.function(self._request, *args, **kwargs))
        except KeyboardInterrupt:
            raise
        except BaseException as exception:
            if isinstance(exception, asyncio.CancelledError) and _is_being_cancelled():
                raise
            if isinstance(exception, (JsonRpcError, GeneratorExit)):  # which forbids to await
                return self._failed(call, exception)
            # What reports it may write mails or into a database.
            return await sync_to_async(self._failed)(call, exception)
        return None if sent.id is UNSET else Response(result, sent.id)

    def _perform_once(self, call: Call) -> Response | ErrorResponse | None:
        """Answer a call as an earlier one with its key was answered; else make it."""
        method, sent = call.method, fingerprint(call.request.params)
        arguments = self._admit(call)
        reservation = self._reserve(call, sent, arguments)
        if reservation is not None and reservation.answer is not None:
            return self._answer_again(call, reservation.answer)
        args, kwargs = arguments
        response: Response | ErrorResponse | None
        try:
            with self._transaction(method) or nullcontext():
                result = self._encode(method, method.function(self._request, *args, **kwargs))
        except KeyboardInterrupt:
            raise
        except BaseException as exception:
            response = self._failed(call, exception)
        else:
            response = Response(result, _id_of(call))
        self._keep(call, reservation, response)
        return None if call.request.id is UNSET else response

    async def _aperform_once(self, call: Call) -> Response | ErrorResponse | None:
        """Do what ``_perform_once`` does for a coroutine function."""
        method, sent = call.method, fingerprint(call.request.params)
        arguments = await self._aadmit(call)
        reservation = await sync_to_async(self._reserve)(call, sent, arguments)
        if reservation is not None and reservation.answer is not None:
            return self._answer_again(call, reservation.answer)
        args, kwargs = arguments
        response: Response | ErrorResponse | None
        try:
            result = self._encode(method, await method.function(self._request, *args, **kwargs))
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as exception:
            if isinstance(exception, asyncio.CancelledError) and _is_being_cancelled():
                await sync_to_async(self._keep)(call, reservation, None)
                raise
            response = await sync_to_async(self._failed)(call, exception)
        else:
            response = Response(result, _id_of(call))
        await sync_to_async(self._keep)(call, reservation, response)
        return None if call.request.id is UNSET else response

    def _reserve(self, call: Call, sent: str, arguments: Arguments) -> Reservation | None:
        if self._hooks.reserve is None:
            return None
        is_alone = not self._is_batch
        return self._hooks.reserve(self._request, call.method, sent, arguments, is_alone)

    def _answer_again(self, call: Call, answer: Answer) -> Response | None:
        if answer.is_error:
            raise KeptError(answer.content)
        self._count(len(answer.content))
        return None if call.request.id is UNSET else Response(Raw(answer.content), _id_of(call))

    def _keep(
        self,
        call: Call,
        reservation: Reservation | None,
        response: Response | ErrorResponse | None,
    ) -> None:
        if reservation is None:
            return
        _, error = self.errors.get(id(call), (call, None))
        self._unkept.append((call, error, reservation, answer_of(response, error)))
        if not self._is_one:
            self.keep_answers()

    def keep_answers(self) -> None:
        """Keep the answers of calls that nothing can undo any more."""
        while self._unkept:
            call, own_error, reservation, answer = self._unkept.pop(0)
            _, error = self.errors.get(id(call), (call, None))
            try:
                if answer is None or error is not own_error:  # undone with its batch
                    reservation.release()
                else:
                    reservation.keep(answer)
            except Exception as exception:  # the call has been made all the same
                self.error_of(f"keeping the answer of {call.method.name}", exception)

    def _admit(self, call: Call) -> Arguments:
        """Bind the params of a call whose method is not open, if the caller may make it."""
        method = call.method
        try:
            authorize = self._authorize(method)
            if authorize is not None:
                authorize(self._request, method)
            arguments = self._bind(call)
            if method.options.access:
                named = _named(method, arguments)
                for access in method.options.access:
                    ask: Any = access
                    if is_coroutine_function(access):  # the method is not made here
                        ask = async_to_sync(access)
                    permit(access, ask(self._request, named))
        except (Exception, SystemExit) as exception:
            self._hide(method, exception)
            raise
        return arguments

    async def _aadmit(self, call: Call) -> Arguments:
        """Do what ``_admit`` does on an event loop: what is synchronous runs in a thread."""
        method = call.method
        try:
            authorize = self._authorize(method)
            if authorize is not None:
                await sync_to_async(authorize)(self._request, method)
            arguments = self._bind(call)
            if method.options.access:
                named = _named(method, arguments)
                for access in method.options.access:
                    ask: Any = access
                    if not is_coroutine_function(access):
                        ask = sync_to_async(access)
                    permit(access, await ask(self._request, named))
        except (Exception, SystemExit) as exception:
            self._hide(method, exception)
            raise
        return arguments

    def _authorize(self, method: Method) -> Callable[[Any, Method], None] | None:
        if method.is_denied:
            raise PermissionDeniedError
        return self._hooks.authorize

    def _hide(self, method: Method, refused: BaseException) -> None:
        """Answer as for an unknown method; what is the server's own fault is in the log."""
        if method.is_hidden:
            self.error_of(method.name, refused)
            raise MethodNotFoundError from None

    def _bind(self, call: Call) -> Arguments:
        if call.exact is not INEXACT:
            return (call.exact, {}) if type(call.exact) is list else ([], call.exact)
        if self._tags is None:
            self._tags = may_hold_tags(self._body)
        arguments: Arguments = call.method.signature.bind(call.request.params, tags=self._tags)
        return arguments

    def _encode(self, method: Method, value: Any) -> Any:
        """Give the result as JSON text, or as it is where nothing can change or break it."""
        send_exact = method.signature.send_exact
        wire: Any = INEXACT if send_exact is None else send_exact(value)
        return wire if type(wire) in _SCALARS else self._write(method, value, wire)

    def _write(self, method: Method, value: Any, wire: Any) -> Raw:
        if wire is INEXACT:
            wire = self._serializer.to_wire(unwrap(value), bigint_tags=self._bigint_tags)
            method.signature.check_result(wire)
        result = dump(wire)
        self._count(len(result))
        return Raw(result)

    def _count(self, written: int) -> None:
        self._bytes_written += written
        if self._response_bytes is not None and self._bytes_written > self._response_bytes:
            raise LimitExceededError("response_bytes", self._response_bytes)

    def _failed(self, call: Call, exception: BaseException) -> ErrorResponse | None:
        request_id = call.request.id
        response: ErrorResponse | None = None
        try:
            error = self.error_of(call.method.name, exception)
            if request_id is not UNSET:
                response = self._refusal(error, request_id)
        except LimitExceededError as beyond:
            return self._refused(call, beyond)
        except KeyboardInterrupt:
            raise
        except BaseException as unsendable:  # the application's data and messages run its own code
            return self._refused(call, self._internal(call.method.name, unsendable))
        self.errors[id(call)] = call, error
        return response

    def forget_results(self) -> None:
        """Count no result that was written so far: it is not sent."""
        self._bytes_written = 0

    def fail(self, call: Call, error: BaseException) -> ErrorResponse | None:
        """Answer a call with an error, ``None`` for a Notification."""
        return self._failed(call, error)

    def refuse(self, call: Call, error: RpcError) -> ErrorResponse | None:
        """Answer a call that is counted among the refused entries, with plain data."""
        return None if call.request.id is UNSET else refusal(error, call.request.id)

    def late(self, call: Call, seconds: float) -> ErrorResponse | None:
        """Answer a call that was not done, or did not begin, in so many seconds."""
        return self._failed(call, CallTimeoutError(seconds))

    async def alate(self, call: Call, seconds: float) -> ErrorResponse | None:
        """Do what ``late`` does on an event loop."""
        return self.late(call, seconds)

    def decline(self, call: Call, error: RpcError) -> ErrorResponse | None:
        """Answer a call that can't be made with an error, which only a caller who may call sees."""
        return self._failed(call, self.refused(call) or error)

    def refused(self, call: Call) -> BaseException | None:
        """Give what a caller who may not make this call is told, ``None`` for one who may."""
        try:
            if not call.method.is_open:  # params are decoded in place, and only once
                request = replace(call.request, params=deepcopy(call.request.params))
                self._admit(replace(call, request=request))
        except (Exception, SystemExit) as exception:
            return exception
        return None

    def finish(self, count: int, refused: int) -> None:
        """Hear of the end of a batch of ``count`` entries, ``refused`` of which were no calls."""

    async def afinish(self, count: int, refused: int) -> None:
        """Do what ``finish`` does on an event loop."""

    def forget(self) -> None:
        """Let go of what failed: its tracebacks hold the calls, and through these all the params.

        They would wait in a circle for Python's collector, which comes seldom.
        """
        self.errors.clear()

    def _refusal(self, error: JsonRpcError, request_id: Id) -> ErrorResponse:
        plain = isinstance(error, RpcError) and error.has_plain_data
        response = refusal(error, request_id, None if plain else self._serializer)
        self._count(len(bytes(response.error)))
        return response

    def _refused(self, call: Call, error: RpcError) -> ErrorResponse | None:
        self.errors[id(call)] = call, error
        return None if call.request.id is UNSET else refusal(error, call.request.id)

    def error_of(self, what: str, exception: BaseException) -> JsonRpcError:
        """Give the error that an exception means; one that means none is reported."""
        if isinstance(exception, JsonRpcError):
            return exception
        if isinstance(exception, Exception) and self._hooks.translate is not None:
            translated = self._hooks.translate(exception)
            if translated is not None:
                return translated
        return self._internal(what, exception)

    def _internal(self, what: str, exception: BaseException) -> InternalError:
        hooks = self._hooks
        return internal_error(what, exception, self._request, hooks.report, debug=hooks.debug)


Slot: TypeAlias = "Call | Response | ErrorResponse | None"
"""An entry of a body: a call, its Response, or nothing to answer."""

_SCALARS = frozenset({int, float, bool, type(None)})


def permit(access: Access, allowed: object) -> None:
    """Raise for any answer of ``access=`` but ``True``.

    ``False`` is a refusal. Anything else, a coroutine for one, is a fault and no permission.
    """
    if allowed is not True:
        if allowed is False:
            raise PermissionDeniedError
        raise TypeError(
            f"access: {function_name(access)} gave {type(allowed).__name__}, not True or False"
        )


def _named(method: Method, arguments: Arguments) -> Mapping[str, Any]:
    return MappingProxyType(method.signature.arguments(*arguments))


def _id_of(call: Call) -> Id:
    return None if call.request.id is UNSET else call.request.id


def _no_transaction(method: Method) -> Transaction:
    return None


def _is_being_cancelled() -> bool:
    """Whether the call itself is cancelled, not just something that it waited for."""
    task = asyncio.current_task()
    return sys.version_info < (3, 11) or task is None or task.cancelling() > 0
