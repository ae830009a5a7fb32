"""The error of django-adjax 1.2."""

from __future__ import annotations

from .._jsonrpcserver import ERROR_SERVER_ERROR
from ..errors import RpcError


class DispatchError(RpcError):
    """An error of django-adjax 1.2: -32000 with a message for the caller."""

    def __init__(self, message: str = "Server error") -> None:
        super().__init__(ERROR_SERVER_ERROR, message)

    def __str__(self) -> str:
        return str(self.message)
