"""All errors, as one tree.

RpcError                      any error a caller sees: code, message, data
├── ParseError                -32700
├── InvalidRequestError       -32600
├── MethodNotFoundError       -32601
├── InvalidParamsError        -32602
├── InternalError             -32603
├── AuthenticationRequiredError  -32001
├── PermissionDeniedError     -32002
├── CsrfError                 -32003
├── NotFoundError             -32004
├── LimitExceededError        -32005
├── RateLimitedError          -32006
├── CallInProgressError       -32007
│   └── OutcomeUnknownError   -32007
├── CallTimeoutError          -32008
├── RolledBackError           -32009
└── AnswerNotStoredError      -32011

WireError                     a value that can't be encoded or a tag that can't be decoded
RegistrationError             a method or type that can't be served; raised at start-up
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from ._jsonrpcserver import (
    ERROR_INTERNAL_ERROR,
    ERROR_INVALID_PARAMS,
    ERROR_INVALID_REQUEST,
    ERROR_METHOD_NOT_FOUND,
    ERROR_PARSE_ERROR,
    NODATA,
    JsonRpcError,
)

MAX_ERRORS = 20
"""The maximum number of entries in ``data.errors``."""


class RpcError(JsonRpcError):
    """An error object of JSON-RPC 2.0 (section 5.1). Raise it in a method to send it.

    ``code`` is an integer, ``message`` one sentence, ``data`` any value that can be encoded.
    Without ``data``, the error object has no such member. Raises ``TypeError`` for a code or a
    message of another type.
    """

    has_plain_data: ClassVar[bool] = False
    """``data`` contains only plain JSON values, as in the errors of the gateway itself."""

    def __init__(self, code: int, message: str, data: Any = NODATA) -> None:
        if type(code) is not int:
            raise TypeError(f"the code of an error must be an integer, not {code!r}")
        if not isinstance(message, str):
            raise TypeError(f"the message of an error must be a string, not {message!r}")
        super().__init__(code, message, data)

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


class ParseError(RpcError):
    """The body is not JSON. ``data`` is the reason and the place, without parts of the body."""

    def __init__(self, data: Any = NODATA) -> None:
        super().__init__(ERROR_PARSE_ERROR, "Parse error", data)


class InvalidRequestError(RpcError):
    """An entry is not a Request object. ``data`` is the reason."""

    def __init__(self, data: Any = NODATA) -> None:
        super().__init__(ERROR_INVALID_REQUEST, "Invalid Request", data)


class MethodNotFoundError(RpcError):
    """No method has this name, or it is hidden from the caller. ``data`` is a hint of ``DEBUG``."""

    def __init__(self, data: Any = NODATA) -> None:
        super().__init__(ERROR_METHOD_NOT_FOUND, "Method not found", data)


class InvalidParamsError(RpcError):
    """The params are not valid against the method's schema, or a value can't be decoded.

    ``errors`` is a list of ``{"path", "message", "keyword"}``. ``path`` is a JSON Pointer
    (RFC 6901) into ``params``. At most ``MAX_ERRORS`` errors are sent.
    """

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(**self.error_object(errors))

    @staticmethod
    def error_object(errors: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the error object, for callers that do not raise the exception."""
        data = {"errors": errors[:MAX_ERRORS]}
        return {"code": ERROR_INVALID_PARAMS, "message": "Invalid params", "data": data}


class InternalError(RpcError):
    """The method failed. The server's log contains ``reference`` next to the traceback."""

    has_plain_data = True

    def __init__(self, reference: str, **details: Any) -> None:
        self.reference = reference
        super().__init__(
            ERROR_INTERNAL_ERROR, "Internal error", {"reference": reference, **details}
        )


class AuthenticationRequiredError(RpcError):
    """Only logged-in users may call the method, or the credential is not valid."""

    code = -32001
    message = "Authentication required"

    def __init__(self, reason: str | None = None) -> None:
        data = NODATA if reason is None else {"reason": reason}
        super().__init__(self.code, self.message, data)


class PermissionDeniedError(RpcError):
    """The caller may not call the method."""

    code = -32002
    message = "Permission denied"

    def __init__(self) -> None:
        super().__init__(self.code, self.message)


class CsrfError(RpcError):
    """The CSRF token is missing or wrong. ``reason`` is that of Django."""

    code = -32003
    message = "CSRF verification failed"

    def __init__(self, reason: str) -> None:
        super().__init__(self.code, self.message, {"reason": reason})


class NotFoundError(RpcError):
    """The object that the method looked for does not exist."""

    code = -32004
    message = "Not found"

    def __init__(self) -> None:
        super().__init__(self.code, self.message)


class LimitExceededError(RpcError):
    """A limit is exceeded. ``limit`` is its name, ``maximum`` its value."""

    code = -32005
    message = "Limit exceeded"
    has_plain_data = True

    def __init__(self, limit: str, maximum: int) -> None:
        super().__init__(self.code, self.message, {"limit": limit, "maximum": maximum})


class RateLimitedError(RpcError):
    """The caller has made too many calls. ``retry_after``: seconds until the next may pass."""

    code = -32006
    message = "Rate limited"
    has_plain_data = True

    def __init__(self, retry_after: float) -> None:
        super().__init__(self.code, self.message, {"retryAfter": retry_after})


class CallInProgressError(RpcError):
    """A call with the same idempotency key runs. ``retry_after``: seconds until the next try."""

    code = -32007
    message = "Call in progress"
    has_plain_data = True

    def __init__(self, retry_after: float) -> None:
        super().__init__(self.code, self.message, {"retryAfter": retry_after})


class OutcomeUnknownError(CallInProgressError):
    """Nobody knows what the first call with the same idempotency key has done.

    ``expires_after``: seconds until a call with this key runs, ``None`` for never.
    """

    message = "Outcome unknown"

    def __init__(self, expires_after: float | None) -> None:
        data = {"outcome": "unknown", "expiresAfter": expires_after}
        RpcError.__init__(self, self.code, self.message, data)


class CallTimeoutError(RpcError):
    """The call had not ended, or not started, after ``timeout`` seconds."""

    code = -32008
    message = "Timeout"
    has_plain_data = True

    def __init__(self, timeout: float) -> None:
        super().__init__(self.code, self.message, {"timeout": timeout})


class RolledBackError(RpcError):
    """The call was rolled back, or did not run: another entry of its atomic batch failed.

    ``entry`` is the index of that entry in the batch, from 0. ``code`` is its error code.
    """

    code = -32009
    message = "Rolled back"
    has_plain_data = True

    def __init__(self, entry: int, code: int) -> None:
        super().__init__(self.code, self.message, {"entry": entry, "code": code})


class AnswerNotStoredError(RpcError):
    """The first call with the same idempotency key has ended, but its answer was not stored."""

    code = -32011
    message = "Answer not stored"
    has_plain_data = True

    def __init__(self) -> None:
        super().__init__(self.code, self.message, {"outcome": "done"})


class WireError(ValueError):
    """A value can't be encoded, or a tagged value can't be decoded.

    ``message`` is the reason. ``path`` is a JSON Pointer (RFC 6901) to the place. ``others`` are
    the further errors of the same value.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.others: list[WireError] = []
        self._steps: list[str | int] = []

    def inside(self, step: str | int) -> WireError:
        """Add the member name or index that contains the value. Called from the inside out."""
        for error in (self, *self.others):
            error._steps.append(step)
        return self

    def join(self, rest: Iterable[tuple[str | int, Callable[[Any], Any], Any]]) -> WireError:
        """Add the errors of the values beside this one, and return this error.

        ``rest`` are the values after the first that can't be decoded: each with its member name or
        index and its decoder. They are decoded only to find their errors.
        """
        for step, decode, value in rest:
            if len(self.others) + 1 >= MAX_ERRORS:
                break
            try:
                decode(value)
            except WireError as error:
                self.others += [error.inside(step), *error.others]
        return self

    @property
    def path(self) -> str:
        """The place as a JSON Pointer; the empty string is the whole value."""
        return pointer(reversed(self._steps))

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self._steps else self.message


class RegistrationError(Exception):
    """A method or a type can't be registered. The message has its name and its place."""


def pointer(steps: Any) -> str:
    """Return steps (member names and indexes) as a JSON Pointer (RFC 6901 section 3).

    A name of more than 100 characters is shortened, so that an error is not as large as the
    Request.
    """
    names = [excerpt(str(step), 100) for step in steps]
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def excerpt(text: str, most: int = 200) -> str:
    """Shorten ``text`` to about ``most`` characters. Its beginning and its end remain."""
    if len(text) <= most:
        return text
    return f"{text[: most * 2 // 3]} … {text[-most // 3 :]}"
