"""What can go wrong, as one tree.

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
├── CallTimeoutError          -32008
└── RolledBackError           -32009

WireError                     a value that can't be sent or a tag that can't be read
RegistrationError             a method that can't be served, found at start-up
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

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
"""The most entries that ``data.errors`` of a refusal holds."""


class RpcError(JsonRpcError):
    """An error object of JSON-RPC 2.0 (section 5.1): raise it in a method to send it.

    ``code`` is an integer, ``message`` one sentence, ``data`` anything that can be sent;
    without ``data`` the error object has no such member.
    """

    has_plain_data: ClassVar[bool] = False
    """Whether ``data`` holds nothing that needs a tag: what the gateway makes itself."""

    def __init__(self, code: int, message: str, data: Any = NODATA) -> None:
        if type(code) is not int:
            raise TypeError(f"an error's code is an integer, not {code!r}")
        if not isinstance(message, str):
            raise TypeError(f"an error's message is a string, not {message!r}")
        super().__init__(code, message, data)

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


DeclaredError: TypeAlias = "type[RpcError] | RpcError | tuple[int, str]"
"""An error that a method says it may send."""


def declared(error: DeclaredError) -> tuple[int, str]:
    """Give the code and message of an error that a method declares.

    A class has them as attributes, or says them when it is made without arguments.
    ``RegistrationError`` where neither is so.
    """
    if isinstance(error, tuple):
        error = RpcError(*error)
    code, message = getattr(error, "code", None), getattr(error, "message", None)
    if type(code) is int and isinstance(message, str):
        return code, message
    if isinstance(error, type) and issubclass(error, RpcError):
        try:
            made = error()  # type: ignore[call-arg]
        except TypeError:
            raise RegistrationError(
                f"errors: {error.__qualname__} needs the class attributes code and message"
            ) from None
        return made.code, made.message
    raise RegistrationError(f"errors: {error!r} is neither an RpcError nor (code, message)")


class ParseError(RpcError):
    """The body is not JSON. ``data`` says what and where, and never quotes the body."""

    def __init__(self, data: Any = NODATA) -> None:
        super().__init__(ERROR_PARSE_ERROR, "Parse error", data)


class InvalidRequestError(RpcError):
    """An entry is no Request. ``data`` says what is wrong."""

    def __init__(self, data: Any = NODATA) -> None:
        super().__init__(ERROR_INVALID_REQUEST, "Invalid Request", data)


class MethodNotFoundError(RpcError):
    """No method has that name, or this caller may not see it."""

    def __init__(self) -> None:
        super().__init__(ERROR_METHOD_NOT_FOUND, "Method not found")


class InvalidParamsError(RpcError):
    """The params break the method's schema, or hold a value that can't be decoded.

    ``errors`` is a list of ``{"path", "message", "keyword"}``, ``path`` a JSON Pointer
    (RFC 6901) into ``params``; at most ``MAX_ERRORS`` of them are sent.
    """

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(**self.object_of(errors))

    @staticmethod
    def object_of(errors: list[dict[str, Any]]) -> dict[str, Any]:
        """Give the error object without raising it."""
        data = {"errors": errors[:MAX_ERRORS]}
        return {"code": ERROR_INVALID_PARAMS, "message": "Invalid params", "data": data}


class InternalError(RpcError):
    """The method failed. ``reference`` stands in the server's log beside the traceback."""

    has_plain_data = True

    def __init__(self, reference: str, **details: Any) -> None:
        self.reference = reference
        super().__init__(
            ERROR_INTERNAL_ERROR, "Internal error", {"reference": reference, **details}
        )


class AuthenticationRequiredError(RpcError):
    """Only a caller who is logged in may call this method, or the credential is not valid."""

    def __init__(self, reason: str | None = None) -> None:
        data = NODATA if reason is None else {"reason": reason}
        super().__init__(-32001, "Authentication required", data)


class PermissionDeniedError(RpcError):
    """The caller may not call the method."""

    def __init__(self) -> None:
        super().__init__(-32002, "Permission denied")


class CsrfError(RpcError):
    """A call that a cookie authenticates came without its CSRF token."""

    def __init__(self, reason: str) -> None:
        super().__init__(-32003, "CSRF verification failed", {"reason": reason})


class NotFoundError(RpcError):
    """What the method was asked for does not exist."""

    def __init__(self) -> None:
        super().__init__(-32004, "Not found")


class LimitExceededError(RpcError):
    """Something is over a limit. ``limit`` names it, ``maximum`` is its value."""

    has_plain_data = True

    def __init__(self, limit: str, maximum: int) -> None:
        super().__init__(-32005, "Limit exceeded", {"limit": limit, "maximum": maximum})


class RateLimitedError(RpcError):
    """The caller has made too many calls. ``retry_after`` is when the next may pass, in seconds."""

    has_plain_data = True

    def __init__(self, retry_after: float) -> None:
        super().__init__(-32006, "Rate limited", {"retryAfter": retry_after})


class CallInProgressError(RpcError):
    """A call with the same idempotency key has begun and has not ended.

    ``retry_after`` is when to ask again, in seconds.
    """

    has_plain_data = True

    def __init__(self, retry_after: float) -> None:
        super().__init__(-32007, "Call in progress", {"retryAfter": retry_after})


class CallTimeoutError(RpcError):
    """The call was not done, or not begun, when its time was over: ``timeout`` seconds."""

    has_plain_data = True

    def __init__(self, timeout: float) -> None:
        super().__init__(-32008, "Timeout", {"timeout": timeout})


class RolledBackError(RpcError):
    """A call was undone, or not made: its batch is all or nothing, and another entry failed.

    ``entry`` is the place of that entry in the batch, counted from 0, ``code`` its error's.
    """

    has_plain_data = True

    def __init__(self, entry: int, code: int) -> None:
        super().__init__(-32009, "Rolled back", {"entry": entry, "code": code})


class WireError(ValueError):
    """A value can't be sent, or a tagged value can't be read.

    ``message`` says what is wrong, ``path`` is a JSON Pointer (RFC 6901) to the place.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self._steps: list[str | int] = []

    def inside(self, step: str | int) -> WireError:
        """Note the member or index that the value stands in, from the inside out."""
        self._steps.append(step)
        return self

    @property
    def path(self) -> str:
        """The place as a JSON Pointer; the empty string for the whole value."""
        return pointer(reversed(self._steps))

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self._steps else self.message


class RegistrationError(Exception):
    """A method or a type can't be registered; the message names it and its place."""


def pointer(steps: Any) -> str:
    """Write steps (member names and indexes) as a JSON Pointer (RFC 6901 section 3).

    A name of more than 100 characters is shortened: an error does not send back what it was sent.
    """
    names = [excerpt(str(step), 100) for step in steps]
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def excerpt(text: str, most: int = 200) -> str:
    """Shorten ``text`` to about ``most`` characters, keeping both its ends."""
    if len(text) <= most:
        return text
    return f"{text[: most * 2 // 3]} … {text[-most // 3 :]}"
