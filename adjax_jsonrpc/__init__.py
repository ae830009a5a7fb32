"""Call Django functions by JSON-RPC 2.0, with the types of their signatures."""

from ._jsonrpcserver import Error, InvalidParams, JsonRpcError, Result, Success
from .errors import RegistrationError, RpcError, WireError
from .legacy.errors import DispatchError
from .methods.throttle import Throttle
from .methods.typed import typed
from .registry import Registry, registry
from .serializer import ObjectType, Serializer, serializer
from .types.constraints import Schema
from .types.markers import BigInt

__all__ = [
    "BigInt",
    "DispatchError",
    "Error",
    "InvalidParams",
    "JsonRpcError",
    "ObjectType",
    "RegistrationError",
    "Registry",
    "Result",
    "RpcError",
    "Schema",
    "Serializer",
    "Success",
    "Throttle",
    "WireError",
    "registry",
    "serializer",
    "typed",
]

__version__ = "2.0.0"
