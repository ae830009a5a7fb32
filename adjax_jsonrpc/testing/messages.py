"""Arguments → Request, and Response → result or exception."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from .. import errors
from .._jsonrpcserver import NODATA
from ..errors import MethodNotFoundError, RpcError
from ..methods.options import code_and_message
from ..methods.registry import registry

_CLASSES: list[type[RpcError]] = [
    errors.AuthenticationRequiredError,
    errors.PermissionDeniedError,
    errors.CsrfError,
    errors.NotFoundError,
    errors.LimitExceededError,
    errors.RateLimitedError,
    errors.CallInProgressError,
    errors.CallTimeoutError,
    errors.RolledBackError,
    errors.AnswerNotStoredError,
]
_BY_CODE: dict[int, type[RpcError]] = {
    -32700: errors.ParseError,
    -32600: errors.InvalidRequestError,
    -32601: errors.MethodNotFoundError,
    -32602: errors.InvalidParamsError,
    -32603: errors.InternalError,
    **{code_and_message(cls)[0]: cls for cls in _CLASSES},
}
_BY_MESSAGE = {errors.OutcomeUnknownError.message: errors.OutcomeUnknownError}
"""Classes that have their code in common with another one."""


class UnknownMethodError(MethodNotFoundError):
    """No method has this name. The text names the nearest method."""

    def __init__(self, name: str) -> None:
        super().__init__()
        nearest = get_close_matches(name, registry.methods, 1)
        hint = f"; did you mean {nearest[0]}?" if nearest else ""
        self.text = f"{self.message} ({self.code}): {name}{hint}"

    def __str__(self) -> str:
        return self.text


def params_of(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the params for arguments: an array, or an object if some are given by name.

    Raises ``TypeError`` if arguments by position have no names.
    """
    if not kwargs:
        return to_wire(list(args))
    method = registry.served.get(name)
    names = [] if method is None else method.signature.names
    if len(args) > len(names):
        raise TypeError(f"{name}: give all arguments by position, or all by name")
    by_name = dict(zip(names, args, strict=False))
    repeated = by_name.keys() & kwargs.keys()
    if repeated:
        raise TypeError(f"{name}: {', '.join(sorted(repeated))} is given twice")
    members = {**by_name, **kwargs}
    return {key: to_wire(value) for key, value in members.items()}


def to_wire(value: Any) -> Any:
    """Return the wire form of a value, with tags."""
    return registry.serializer.to_wire(value, bigint_tags=True)


def request_object(name: str, params: Any, request_id: int | None) -> dict[str, Any]:
    """Return a Request; a Notification without an id."""
    request = {"jsonrpc": "2.0", "method": name, "params": params}
    return request if request_id is None else {**request, "id": request_id}


def result_of(name: str, response: Mapping[str, Any], causes: Mapping[str, BaseException]) -> Any:
    """Return the result in a Response. Raises its error as an exception of the error's class.

    ``causes`` has the exceptions of internal errors by their references.
    """
    if "error" not in response:
        return registry.serializer.from_wire(response["result"])
    error = exception_of(name, response["error"])
    data = response["error"].get("data")
    reference = data.get("reference") if isinstance(data, dict) else None
    cause = causes.get(reference) if isinstance(reference, str) else None
    raise error from cause


def exception_of(name: str, error: Mapping[str, Any]) -> RpcError:
    """Return the exception for an error object of a call of the method ``name``."""
    code: int = error["code"]
    if code == -32601 and name not in registry.served:
        return UnknownMethodError(name)
    data: Any = registry.serializer.from_wire(error["data"]) if "data" in error else NODATA
    cls = (
        _declared_class(name, code)
        or _BY_MESSAGE.get(error["message"])
        or _BY_CODE.get(code, RpcError)
    )
    exception = cls.__new__(cls)  # the constructors of subclasses differ
    RpcError.__init__(exception, code, error["message"], data)
    if isinstance(exception, errors.InternalError):
        exception.reference = data["reference"]
    return exception


def _declared_class(name: str, code: int) -> type[RpcError] | None:
    """Return the class in the ``errors`` option of a method that has this code."""
    method = registry.served.get(name)
    return None if method is None else method.options.error_classes.get(code)
