"""The error of django-adjax 1.2."""

from __future__ import annotations

from .._jsonrpcserver import ERROR_SERVER_ERROR
from ..errors import RpcError


class DispatchError(RpcError):
    """A message for the caller, as django-adjax 1.2 applications raise it."""

    def __init__(self, message: str = "Server error") -> None:
        super().__init__(ERROR_SERVER_ERROR, message)

    def __str__(self) -> str:
        return str(self.message)
