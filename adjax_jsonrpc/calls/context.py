"""What the calls of one body share: the request, the time and bytes left, and how to answer."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from msgspec import UNSET, Raw, Struct

from .._flow import StoppedError
from .._jsonrpcserver import JsonRpcError, unwrap
from ..errors import InternalError, InvalidParamsError, LimitExceededError, RpcError
from ..methods.method import Method
from ..protocol.json import dump, may_hold_tags
from ..protocol.messages import ErrorResponse, error_response
from ..types.fastpath.codegen import FALLBACK
from ..types.serializer import Serializer
from .call import NEVER, Call, Deadline
from .hooks import (
    Hooks,
    Observer,
    Reservation,
    Transaction,
    UnknownOutcomeError,
)
from .instrument import Instrument
from .internal_errors import internal_error

SCALARS = frozenset({int, float, bool, type(None)})
"""Types of results that are encoded together with the Response, not before it."""


class Context(Struct):
    """What the calls of one body share.

    ``started`` is a ``perf_counter`` time. ``request`` is the first argument of every method.
    ``leaves_loop``: what takes long for this body runs in a thread beside the event loop.
    ``bigint_tags`` sends large integers as tags. ``response_bytes`` is the maximum size of all
    results together. After the ``deadline`` no call starts, except the first one. In an atomic
    batch, ``savepoint`` opens the savepoint of each call, and ``unended`` has what ends the
    reservations of its calls.
    """

    request: Any
    body: bytes
    serializer: Serializer
    hooks: Hooks
    bigint_tags: bool
    response_bytes: int | None
    observer: Observer | None
    started: float = 0.0
    leaves_loop: bool = False
    is_batch: bool = False
    deadline: Deadline = NEVER
    instrument: Instrument | None = None
    savepoint: Transaction | None = None
    unended: list[tuple[Call, Reservation, Callable[[], None]]] = []
    _bytes_written: int = 0
    _has_tags: bool | None = None

    def __repr__(self) -> str:
        return "<Context>"  # reports show the variables of frames, and must not show params

    def has_tags(self) -> bool:
        """Return whether the body may contain tagged values."""
        if self._has_tags is None:
            self._has_tags = may_hold_tags(self.body)
        return self._has_tags

    def write_result(self, method: Method, value: Any, wire: Any) -> Raw:
        """Return a result as JSON text: ``wire``, or for ``FALLBACK`` the wire form of ``value``.

        Raises ``WireError`` for a value that can't be sent or that breaks the result's schema,
        and ``LimitExceededError``.
        """
        if wire is FALLBACK:
            wire = unwrap(value)
            if method.signature.send is not None:
                wire = method.signature.send(wire)
            if not self.serializer.sends_as_it_is(wire):
                wire = self.serializer.to_wire(wire, bigint_tags=self.bigint_tags)
            method.signature.check_result(wire)
        content = dump(wire)
        self.count_bytes(len(content))
        return Raw(content)

    def count_bytes(self, written: int) -> None:
        """Count bytes of results and errors. Raises ``LimitExceededError``."""
        self._bytes_written += written
        if self.response_bytes is not None and self._bytes_written > self.response_bytes:
            raise LimitExceededError("response_bytes", self.response_bytes)

    def reset_bytes(self) -> None:
        """Set the count of bytes to 0, because no result so far is sent."""
        self._bytes_written = 0

    def fail(self, call: Call, exception: BaseException) -> ErrorResponse | None:
        """Return the error Response for an exception; ``None`` for a Notification."""
        response = self.error_response(call, exception)
        sent = call.response = None if call.request.id is UNSET else response
        return sent

    def error_response(self, call: Call, exception: BaseException) -> ErrorResponse:
        """Return the error Response for an exception, even if it is not sent."""
        try:
            error = self.error_of(call.method.name, exception, call)
            plain = isinstance(error, RpcError) and error.has_plain_data
            to_wire = None if plain else self.serializer.to_wire
            response = error_response(error, call.request.id, to_wire)
            if call.request.id is not UNSET:
                self.count_bytes(len(bytes(response.error)))
        except KeyboardInterrupt:
            raise
        except BaseException as unsendable:  # a translator, or data and message of the error
            if isinstance(unsendable, LimitExceededError):
                error = unsendable
            else:
                error = self._internal(call.method.name, unsendable, call)
            response = error_response(error, call.request.id)
        call.code = error.code
        call.reference = error.reference if isinstance(error, InternalError) else None
        return response

    def invalid(self, call: Call, errors: list[dict[str, Any]]) -> ErrorResponse | None:
        """Return the -32602 Response for errors in the params; faster than ``fail``."""
        error = InvalidParamsError.error_object(errors)
        call.code = error["code"]
        if call.request.id is UNSET:
            return None
        content = dump(error)
        try:
            self.count_bytes(len(content))
        except LimitExceededError as beyond:
            return self.fail(call, beyond)
        return ErrorResponse(Raw(content), call.request.id)

    def error_of(
        self, what: str, exception: BaseException, call: Call | None = None
    ) -> JsonRpcError:
        """Return the error to send for an exception; report an internal error.

        ``what`` names what failed, for the report: the method, or a part of the gateway.
        """
        if isinstance(exception, (StoppedError, UnknownOutcomeError)):
            exception = exception.original
        if isinstance(exception, JsonRpcError):
            return exception
        if isinstance(exception, Exception) and self.hooks.translate is not None:
            translated = self.hooks.translate(exception)
            if translated is not None:
                return translated
        return self._internal(what, exception, call)

    def _internal(self, what: str, exception: BaseException, call: Call | None) -> InternalError:
        started = None if call is None else call.started
        seconds = perf_counter() - (self.started if started is None else started)
        return internal_error(what, exception, self.request, self.hooks, seconds)
