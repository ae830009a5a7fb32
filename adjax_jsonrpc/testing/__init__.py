"""The test kit: clients that call methods as functions, strategies for params, schema checks."""

from ..integration.throttling import reset_throttles
from .client import AsyncRpcClient, RpcClient
from .exchange import CallRecord, Exchange
from .messages import UnknownMethodError
from .schemas import assert_schema_unchanged

__all__ = [
    "AsyncRpcClient",
    "CallRecord",
    "Exchange",
    "RpcClient",
    "UnknownMethodError",
    "assert_schema_unchanged",
    "reset_throttles",
]
