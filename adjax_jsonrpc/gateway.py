"""The gateway, for programs without Django: bytes with Requests → bytes with Responses."""

from .calls.gateway import Gateway
from .calls.hooks import Hooks, Limits

__all__ = ["Gateway", "Hooks", "Limits"]
