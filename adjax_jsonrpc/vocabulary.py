"""jsonrpcserver's words, and its dispatcher for mounted methods: the one module that imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
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
    "async_mounted",
    "mounted",
    "unwrap",
]


def unwrap(value: Any) -> Any:
    """Give what a method returned: the value inside a ``Success``, or the plain value.

    Raises ``JsonRpcError`` for an ``Error`` or ``InvalidParams``.
    """
    if not isinstance(value, Either):
        return value
    if isinstance(value, Left):
        error: ErrorResult = value._error
        raise JsonRpcError(error.code, error.message, error.data)
    return value._value.result


def mounted(
    name: str, function: Callable[..., Any], params: list[Any] | Mapping[str, Any], context: Any
) -> Any:
    """Call one function of a methods dict through jsonrpcserver's own dispatcher.

    ``context`` is jsonrpcserver's first argument, or ``NOCONTEXT`` for none. Raises
    ``JsonRpcError`` for an error, and what the function raised as it was: jsonrpcserver
    itself would send the exception's text to the caller.
    """
    raised: list[Exception] = []

    @wraps(function)
    def keeping(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except JsonRpcError:
            raise
        except Exception as exception:
            raised.append(exception)
            raise

    response = dispatch_to_serializable(
        _request(name, params), methods={name: keeping}, context=context, **_PARSED
    )
    return _outcome(response, raised)


async def async_mounted(
    name: str, function: Callable[..., Any], params: list[Any] | Mapping[str, Any], context: Any
) -> Any:
    """Do what ``mounted`` does for a coroutine function."""
    raised: list[Exception] = []

    @wraps(function)
    async def keeping(*args: Any, **kwargs: Any) -> Any:
        try:
            return await function(*args, **kwargs)
        except JsonRpcError:
            raise
        except Exception as exception:
            raised.append(exception)
            raise

    response = await async_dispatch_to_serializable(
        _request(name, params), methods={name: keeping}, context=context, **_PARSED
    )
    return _outcome(response, raised)


# The gateway has parsed and judged the Request already.
_PARSED: dict[str, Any] = {"deserializer": lambda request: request, "validator": lambda _: None}


def _request(name: str, params: list[Any] | Mapping[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": name, "params": params, "id": 0}


def _outcome(response: Any, raised: list[Exception]) -> Any:
    if raised:
        raise raised[0]
    if "error" in response:
        error = response["error"]
        raise JsonRpcError(error["code"], error["message"], error.get("data", NODATA))
    return response["result"]
