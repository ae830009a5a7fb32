"""Names of jsonrpcserver. Only this module imports it."""

from __future__ import annotations

from typing import Any

from jsonrpcserver import (
    Error,
    InvalidParams,
    JsonRpcError,
    Result,
    Success,
    async_dispatch_to_serializable,
    dispatch_to_serializable,
)
from jsonrpcserver.codes import (
    ERROR_INTERNAL_ERROR,
    ERROR_INVALID_PARAMS,
    ERROR_INVALID_REQUEST,
    ERROR_METHOD_NOT_FOUND,
    ERROR_PARSE_ERROR,
    ERROR_SERVER_ERROR,
)
from jsonrpcserver.result import ErrorResult
from jsonrpcserver.sentinels import NOCONTEXT, NODATA
from oslash.either import Either, Left

__all__ = [
    "ERROR_INTERNAL_ERROR",
    "ERROR_INVALID_PARAMS",
    "ERROR_INVALID_REQUEST",
    "ERROR_METHOD_NOT_FOUND",
    "ERROR_PARSE_ERROR",
    "ERROR_SERVER_ERROR",
    "NOCONTEXT",
    "NODATA",
    "Error",
    "InvalidParams",
    "JsonRpcError",
    "Result",
    "Success",
    "async_dispatch_to_serializable",
    "dispatch_to_serializable",
    "unwrap",
]


def unwrap(value: Any) -> Any:
    """Return the value inside a ``Success``, or any other result of a method unchanged.

    Raises ``JsonRpcError`` for an ``Error`` or ``InvalidParams``.
    """
    if not isinstance(value, Either):
        return value
    if isinstance(value, Left):
        error: ErrorResult = value._error
        raise JsonRpcError(error.code, error.message, error.data)
    return value._value.result
