"""What the calls of one body share: the request, the time and bytes left, and how to answer."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw, Struct

from .._jsonrpcserver import JsonRpcError, unwrap
from ..errors import InternalError, InvalidParamsError, LimitExceededError, RpcError
from ..methods.method import Method
from ..protocol.json import dump, may_hold_tags
from ..protocol.messages import ErrorResponse, error_response
from ..types.fastpath.codegen import FALLBACK
from ..types.serializer import Serializer
from .call import Call
from .deadline import NEVER, Deadline
from .hooks import Answer, Hooks, Reservation, Transaction
from .instrument import Instrument
from .internal_errors import internal_error

SCALARS = frozenset({int, float, bool, type(None)})
"""Types of results that are written with the envelope: nothing can change or break them."""


class Context(Struct):
    """What the calls of one body share.

    ``request`` is every method's first argument, ``body`` the text of the calls. ``bigint_tags``
    sends large integers as tags. ``response_bytes`` is the most that all results together may
    take. No call but the first starts after the ``deadline``. In an atomic batch ``savepoint``
    opens one around each call. ``unkept`` are answers that are stored when nothing can undo
    their calls any more.
    """

    request: Any
    body: bytes
    serializer: Serializer
    hooks: Hooks
    bigint_tags: bool
    response_bytes: int | None
    is_batch: bool = False
    deadline: Deadline = NEVER
    instrument: Instrument | None = None
    savepoint: Transaction | None = None
    unkept: list[tuple[Call, int | None, Reservation, Answer | None]] = []
    _bytes_written: int = 0
    _has_tags: bool | None = None

    def has_tags(self) -> bool:
        """Whether the body may hold tagged values."""
        if self._has_tags is None:
            self._has_tags = may_hold_tags(self.body)
        return self._has_tags

    def encode(self, method: Method, value: Any) -> Any:
        """Return a result as JSON text, or as a scalar that the envelope is written with."""
        encode_fast = method.signature.encode_fast
        wire: Any = FALLBACK if encode_fast is None else encode_fast(value)
        return wire if type(wire) in SCALARS else self.write_result(method, value, wire)

    def write_result(self, method: Method, value: Any, wire: Any = FALLBACK) -> Raw:
        """Return a result as JSON text: ``wire``, or the wire form of ``value``.

        Raises ``WireError`` for what can't be sent or breaks the result's schema, and
        ``LimitExceededError``.
        """
        if wire is FALLBACK:
            wire = unwrap(value)
            if not self.serializer.sends_as_it_is(wire):
                wire = self.serializer.to_wire(wire, bigint_tags=self.bigint_tags)
            method.signature.check_result(wire)
        content = dump(wire)
        self.count(len(content))
        return Raw(content)

    def __repr__(self) -> str:
        return "<Context>"  # reports show the variables of frames: no params may be among them

    def count(self, written: int) -> None:
        """Count bytes of results and errors. Raises ``LimitExceededError``."""
        self._bytes_written += written
        if self.response_bytes is not None and self._bytes_written > self.response_bytes:
            raise LimitExceededError("response_bytes", self.response_bytes)

    def forget_bytes(self) -> None:
        """Count nothing of what was written so far: it is not sent."""
        self._bytes_written = 0

    def fail(self, call: Call, exception: BaseException) -> ErrorResponse | None:
        """Answer a call with the error that an exception means; ``None`` for a Notification."""
        response: ErrorResponse | None = None
        is_answered = call.request.id is not UNSET
        try:
            error = self.error_of(call.method.name, exception)
            if is_answered:
                plain = isinstance(error, RpcError) and error.has_plain_data
                to_wire = None if plain else self.serializer.to_wire
                response = error_response(error, call.request.id, to_wire)
                self.count(len(bytes(response.error)))
        except KeyboardInterrupt:
            raise
        except BaseException as unsendable:  # the application's data and messages run its own code
            error = (
                unsendable
                if isinstance(unsendable, LimitExceededError)
                else self._internal(call.method.name, unsendable)
            )
            response = error_response(error, call.request.id) if is_answered else None
        call.code = error.code
        call.reference = error.reference if isinstance(error, InternalError) else None
        return response

    def invalid(self, call: Call, errors: list[dict[str, Any]]) -> ErrorResponse | None:
        """Answer a call with what is wrong with its params, as ``fail`` does but at less cost."""
        error = InvalidParamsError.object_of(errors)
        call.code = error["code"]
        if call.request.id is UNSET:
            return None
        content = dump(error)
        try:
            self.count(len(content))
        except LimitExceededError as beyond:
            return self.fail(call, beyond)
        return ErrorResponse(Raw(content), call.request.id)

    def error_of(self, what: str, exception: BaseException) -> JsonRpcError:
        """Return the error that an exception means; one that means none is reported."""
        if isinstance(exception, JsonRpcError):
            return exception
        if isinstance(exception, Exception) and self.hooks.translate is not None:
            translated = self.hooks.translate(exception)
            if translated is not None:
                return translated
        return self._internal(what, exception)

    def _internal(self, what: str, exception: BaseException) -> InternalError:
        hooks = self.hooks
        return internal_error(what, exception, self.request, hooks.report, debug=hooks.debug)
