"""The gateway for programs without Django: bodies of Requests to bodies of Responses."""

from .calls.gateway import Gateway
from .calls.hooks import Hooks, Limits

__all__ = ["Gateway", "Hooks", "Limits"]
