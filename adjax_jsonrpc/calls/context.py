"""What is sent of a call: its result or its error, written and counted."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw

from .._jsonrpcserver import JsonRpcError, unwrap
from ..errors import InternalError, InvalidParamsError, LimitExceededError, RpcError
from ..methods.method import Method
from ..protocol.json import dump
from ..protocol.messages import ErrorResponse, Id, Response, refusal
from ..types.fastpath.codegen import FALLBACK
from ..types.serializer import Serializer
from .call import Call
from .hooks import Hooks
from .internal_errors import internal_error

SCALARS = frozenset({int, float, bool, type(None)})
"""Types of results that are sent with the envelope, since nothing can change or break them."""


class Answers:
    """Makes the Responses to the calls of one body.

    ``bigint_tags`` sends large integers as tags. ``response_bytes`` is the most that all results
    together may take; a result that goes beyond is an error of its call.
    ``errors`` has the calls that failed, each with its error, by the ``id()`` of the call.
    """

    def __init__(
        self,
        request: Any,
        serializer: Serializer,
        hooks: Hooks,
        *,
        bigint_tags: bool,
        response_bytes: int | None,
    ) -> None:
        self._request = request
        self._serializer = serializer
        self._hooks = hooks
        self._bigint_tags = bigint_tags
        self._response_bytes = response_bytes
        self._bytes_written = 0
        self.errors: dict[int, tuple[Call, JsonRpcError]] = {}

    def encode(self, method: Method, value: Any) -> Any:
        """Give the result as JSON text, or as it is where nothing can change or break it."""
        encode_fast = method.signature.encode_fast
        wire: Any = FALLBACK if encode_fast is None else encode_fast(value)
        return wire if type(wire) in SCALARS else self.write(method, value, wire)

    def write(self, method: Method, value: Any, wire: Any) -> Raw:
        """Give ``wire`` as JSON text; of an ``FALLBACK`` one the value decides."""
        if wire is FALLBACK:
            wire = unwrap(value)
            if not self._serializer.sends_as_it_is(wire):
                wire = self._serializer.to_wire(wire, bigint_tags=self._bigint_tags)
            method.signature.check_result(wire)
        result = dump(wire)
        self.count(len(result))
        return Raw(result)

    def count(self, written: int) -> None:
        """Count bytes of results. Raises ``LimitExceededError``."""
        self._bytes_written += written
        if self._response_bytes is not None and self._bytes_written > self._response_bytes:
            raise LimitExceededError("response_bytes", self._response_bytes)

    def fail(self, call: Call, exception: BaseException) -> ErrorResponse | None:
        """Answer a call with what an exception means, ``None`` for a Notification."""
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

    def invalid(self, call: Call, errors: list[dict[str, Any]]) -> ErrorResponse | None:
        """Answer a call, which nobody watches, with what is wrong with its params."""
        request_id = call.request.id
        if request_id is UNSET:
            return None
        content = dump(InvalidParamsError.object_of(errors))
        try:
            self.count(len(content))
        except LimitExceededError as beyond:
            return refusal(beyond, request_id)
        return ErrorResponse(Raw(content), request_id)

    def forget_results(self) -> None:
        """Count no result that was written so far: it is not sent."""
        self._bytes_written = 0

    def _refusal(self, error: JsonRpcError, request_id: Id) -> ErrorResponse:
        plain = isinstance(error, RpcError) and error.has_plain_data
        response = refusal(error, request_id, None if plain else self._serializer)
        self.count(len(bytes(response.error)))
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


def response_to(call: Call, result: Any) -> Response | None:
    """Give the Response with a result, ``None`` for a Notification."""
    request_id = call.request.id
    return None if request_id is UNSET else Response(result, request_id)
