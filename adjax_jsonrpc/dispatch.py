"""One call → one Response: authorize, bind, call, encode."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import uuid4

import msgspec
from asgiref.sync import sync_to_async
from msgspec import UNSET, Raw

from .envelope import ErrorResponse, Request, Response, refusal
from .errors import InternalError, LimitExceededError, RpcError
from .exact import UNSENT
from .method import Method
from .serializer import Serializer
from .signature import Arguments
from .vocabulary import JsonRpcError, unwrap
from .wire import dump, may_hold_tags

logger = logging.getLogger("adjax_jsonrpc")

Transaction: TypeAlias = "AbstractContextManager[Any] | None"


@dataclass(frozen=True)
class Hooks:
    """What the surroundings add to a call; each may be left out.

    ``authorize(request, method)`` raises an ``RpcError`` for a caller who may not.
    ``transactions()``, asked once a body, gives the function that gives what to run a
    synchronous call of a method in. ``translate(exception)`` gives the error that an exception
    means, ``None`` for the server's own fault. ``debug`` sends the text and traceback of that.
    """

    authorize: Callable[[Any, Method], None] | None = None
    transactions: Callable[[], Callable[[Method], Transaction]] | None = None
    translate: Callable[[Exception], RpcError | None] | None = None
    debug: bool = False


class Call(msgspec.Struct, gc=False):
    """A Request and the method that it names; its params may be values as they stand."""

    method: Any
    request: Request
    is_exact: bool


class Dispatcher:
    """Calls methods on behalf of one HTTP request.

    ``request`` is every method's first argument, ``body`` where the calls came from.
    ``bigint_tags`` sends large integers as tags. ``response_bytes`` is the most that all results
    together may take; a result that goes beyond is an error of its call.
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
    ) -> None:
        self._request = request
        self._serializer = serializer
        self._hooks = hooks
        self._body = body
        self._tags: bool | None = None
        self._bigint_tags = bigint_tags
        self._response_bytes = response_bytes
        self._bytes_written = 0
        self._transaction = hooks.transactions() if hooks.transactions else _no_transaction

    def perform_all(self, slots: list[Slot]) -> bool:
        """Answer the calls of synchronous methods in their order; say whether there are others.

        A plain call, of an open method with exact params and no transaction, is made here: in
        a batch of a hundred the steps of ``perform`` would take as long as all else.
        """
        request, others = self._request, False
        for index, slot in enumerate(slots):
            if type(slot) is not Call:
                continue
            method, sent = slot.method, slot.request
            if method.is_async:
                others = True
                continue
            if not (slot.is_exact and method.is_open) or self._transaction(method) is not None:
                slots[index] = self.perform(slot)
                continue
            params = sent.params
            try:
                if isinstance(params, list):
                    result = method.function(request, *params)
                else:
                    result = method.function(request, **params)
                result = self._encode(method, result)
            except KeyboardInterrupt:
                raise
            except BaseException as exception:
                slots[index] = self._failed(slot, exception)
            else:
                slots[index] = None if sent.id is UNSET else Response(result, sent.id)
        return others

    def perform(self, call: Call) -> Response | ErrorResponse | None:
        """Call a synchronous method and give its Response, ``None`` for a Notification."""
        method, sent = call.method, call.request
        try:
            if not method.is_open and self._hooks.authorize is not None:
                self._hooks.authorize(self._request, method)
            args, kwargs = self._bind(call)
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
            if not method.is_open and self._hooks.authorize is not None:
                await sync_to_async(self._hooks.authorize)(self._request, method)
            args, kwargs = self._bind(call)
            result = self._encode(method, await method.function(self._request, *args, **kwargs))
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as exception:
            if isinstance(exception, asyncio.CancelledError) and _is_being_cancelled():
                raise
            return self._failed(call, exception)
        return None if sent.id is UNSET else Response(result, sent.id)

    def _bind(self, call: Call) -> Arguments:
        if call.is_exact:
            params = call.request.params
            return (params, {}) if type(params) is list else ([], params)  # type: ignore[return-value]
        if self._tags is None:
            self._tags = may_hold_tags(self._body)
        arguments: Arguments = call.method.signature.bind(call.request.params, tags=self._tags)
        return arguments

    def _encode(self, method: Method, value: Any) -> Any:
        """Give the result as JSON text, or as it is where nothing can change or break it."""
        send_exact = method.signature.send_exact
        wire: Any = UNSENT if send_exact is None else send_exact(value)
        if type(wire) in _SCALARS:
            return wire
        if wire is UNSENT:
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
        try:
            error = self._error_of(call.method, exception)
            if request_id is UNSET:
                return None
            plain = isinstance(error, RpcError) and error.has_plain_data
            response = refusal(error, request_id, None if plain else self._serializer)
            self._count(len(bytes(response.error)))
            return response
        except LimitExceededError as beyond:
            return None if request_id is UNSET else refusal(beyond, request_id)
        except Exception as unsendable:  # the application's data and messages run its own code
            error = self._internal(call.method, unsendable)
            return None if request_id is UNSET else refusal(error, request_id)

    def _error_of(self, method: Method, exception: BaseException) -> JsonRpcError:
        if isinstance(exception, JsonRpcError):
            return exception
        if isinstance(exception, Exception) and self._hooks.translate is not None:
            translated = self._hooks.translate(exception)
            if translated is not None:
                return translated
        return self._internal(method, exception)

    def _internal(self, method: Method, exception: BaseException) -> InternalError:
        return internal_error(method.name, exception, debug=self._hooks.debug)


def internal_error(what: str, exception: BaseException, *, debug: bool) -> InternalError:
    """Log what failed, and give the error that tells no more than where it is in the log."""
    reference = uuid4().hex
    logger.error("%s failed, reference %s", what, reference, exc_info=exception)
    if not debug:
        return InternalError(reference)
    text = "".join(traceback.format_exception(exception))
    name = type(exception).__qualname__
    return InternalError(reference, type=name, text=_text_of(exception), traceback=text)


Slot: TypeAlias = Call | Response | ErrorResponse | None
"""An entry of a body: a call, its Response, or nothing to answer."""

_SCALARS = frozenset({int, float, bool, type(None)})


def _no_transaction(method: Method) -> Transaction:
    return None


def _is_being_cancelled() -> bool:
    """Whether the call itself is cancelled, not just something that it waited for."""
    task = asyncio.current_task()
    return sys.version_info < (3, 11) or task is None or task.cancelling() > 0


def _text_of(exception: BaseException) -> str:
    try:
        return str(exception)
    except Exception:
        return "its text can't be had"
