"""One Request → one Response: judge an entry, then call its method."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from asgiref.sync import sync_to_async

from .errors import (
    InternalError,
    InvalidRequestError,
    LimitExceededError,
    MethodNotFoundError,
    RpcError,
    WireError,
)
from .registry import Method, Registry
from .serializer import Serializer
from .typing import Json, Params
from .vocabulary import NODATA, JsonRpcError, unwrap
from .wire import NULL, Ids, dump

logger = logging.getLogger("adjax_jsonrpc")

_NO_TRANSACTION = nullcontext()


@dataclass(frozen=True)
class Hooks:
    """What the surroundings add to a call; each may be left out.

    ``authorize(request, method)`` raises an ``RpcError`` for a caller who may not.
    ``transaction(method)`` gives what to run a synchronous call in. ``translate(exception)``
    gives the error that an exception means, ``None`` for the server's own fault. ``debug``
    sends the text and traceback of that.
    """

    authorize: Callable[[Any, Method], None] | None = None
    transaction: Callable[[Method], AbstractContextManager[Any] | None] | None = None
    translate: Callable[[Exception], RpcError | None] | None = None
    debug: bool = False


@dataclass
class Call:
    """A Request that names a method; ``id`` is its JSON text, ``None`` for a Notification."""

    method: Method
    params: Params
    id: bytes | None
    tags: bool


def judge(entry: Json, index: int, registry: Registry, ids: Ids, tags: bool) -> Call | bytes | None:
    """Make a call of the body's entry ``index``, or the Response that refuses it.

    ``None`` for a Notification that is refused, unheard. Section 4 of JSON-RPC 2.0.
    """
    if type(entry) is not dict:
        return error_response(InvalidRequestError("a Request is an object"), NULL)
    wrong = _what_is_wrong(entry)
    request_id = entry.get("id")
    if wrong is not None:
        readable = type(request_id) in (str, int, float)
        error = InvalidRequestError(wrong)
        return error_response(error, ids.text(index, request_id) if readable else NULL)
    echoed = ids.text(index, request_id) if "id" in entry else None
    method = registry.get(entry["method"])
    if method is None:
        return None if echoed is None else error_response(MethodNotFoundError(), echoed)
    return Call(method, entry.get("params", []), echoed, tags)


def _what_is_wrong(entry: dict[str, Any]) -> str | None:
    if entry.get("jsonrpc") != "2.0":
        return "'jsonrpc' must be \"2.0\""
    if type(entry.get("method")) is not str:
        return "'method' must be a string"
    if "params" in entry and type(entry["params"]) not in (list, dict):
        return "'params' must be an array or an object"
    if type(entry.get("id")) not in (str, int, float, type(None)):
        return "'id' must be a string, a number or null"
    return None


@dataclass
class Dispatcher:
    """Calls methods on behalf of one HTTP request.

    ``bigint_tags`` sends large integers as tags, for a caller that asked for them.
    ``response_bytes`` is the most that all results together may take; a result that goes
    beyond is an error of its call.
    """

    request: Any
    serializer: Serializer
    hooks: Hooks = field(default_factory=Hooks)
    bigint_tags: bool = False
    response_bytes: int | None = None

    def __post_init__(self) -> None:
        self._bytes_written = 0

    def perform(self, call: Call) -> bytes | None:
        """Call a synchronous method and give its Response, ``None`` for a Notification."""
        method = call.method
        try:
            if not method.options.is_open and self.hooks.authorize is not None:
                self.hooks.authorize(self.request, method)
            args, kwargs = method.signature.bind(call.params, tags=call.tags)
            transaction = self.hooks.transaction and self.hooks.transaction(method)
            with transaction or _NO_TRANSACTION:  # an unsendable result rolls back, too
                result = self._encode(method, method.function(self.request, *args, **kwargs))
        except (Exception, SystemExit) as exception:
            return self._failed(call, exception)
        return None if call.id is None else result_response(result, call.id)

    async def aperform(self, call: Call) -> bytes | None:
        """Do what ``perform`` does for a coroutine function; no transaction spans an await."""
        method = call.method
        try:
            if not method.options.is_open and self.hooks.authorize is not None:
                await sync_to_async(self.hooks.authorize)(self.request, method)
            args, kwargs = method.signature.bind(call.params, tags=call.tags)
            result = self._encode(method, await method.function(self.request, *args, **kwargs))
        except (Exception, SystemExit) as exception:
            return self._failed(call, exception)
        return None if call.id is None else result_response(result, call.id)

    def _encode(self, method: Method, value: Any) -> bytes:
        wire = self.serializer.to_wire(unwrap(value), bigint_tags=self.bigint_tags)
        method.signature.check_result(wire)
        result = dump(wire)
        self._bytes_written += len(result)
        if self.response_bytes is not None and self._bytes_written > self.response_bytes:
            raise LimitExceededError("response_bytes", self.response_bytes)
        return result

    def _failed(self, call: Call, exception: BaseException) -> bytes | None:
        error = self._error_of(call.method, exception)
        if call.id is None:
            return None
        try:
            return error_response(error, call.id, self.serializer)
        except (WireError, TypeError) as unsendable:  # the data that the application gave
            return error_response(self._internal(call.method, unsendable), call.id)

    def _error_of(self, method: Method, exception: BaseException) -> JsonRpcError:
        if isinstance(exception, JsonRpcError):
            return exception
        if isinstance(exception, Exception) and self.hooks.translate is not None:
            translated = self.hooks.translate(exception)
            if translated is not None:
                return translated
        return self._internal(method, exception)

    def _internal(self, method: Method, exception: BaseException) -> InternalError:
        reference = uuid4().hex
        logger.error("%s failed, reference %s", method.name, reference, exc_info=exception)
        if not self.hooks.debug:
            return InternalError(reference)
        text = "".join(traceback.format_exception(exception))
        name = type(exception).__qualname__
        return InternalError(reference, type=name, text=_text_of(exception), traceback=text)


def _text_of(exception: BaseException) -> str:
    try:
        return str(exception)
    except Exception:
        return "its text can't be had"


def result_response(result: bytes, request_id: bytes) -> bytes:
    """Write a Response around an encoded result (section 5 of JSON-RPC 2.0)."""
    return b'{"jsonrpc":"2.0","result":' + result + b',"id":' + request_id + b"}"


def error_response(
    error: JsonRpcError, request_id: bytes, serializer: Serializer | None = None
) -> bytes:
    """Write an error Response (section 5.1 of JSON-RPC 2.0)."""
    body = {"code": error.code, "message": error.message}
    if error.data is not NODATA:
        body["data"] = error.data if serializer is None else serializer.to_wire(error.data)
    return b'{"jsonrpc":"2.0","error":' + dump(body) + b',"id":' + request_id + b"}"
