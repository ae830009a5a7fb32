"""What is refused before any call is made: calls of hidden methods, and calls that are too many."""

from __future__ import annotations

from typing import Any

from .._jsonrpcserver import ERROR_METHOD_NOT_FOUND
from ..errors import MethodNotFoundError, RateLimitedError
from ..protocol.messages import refusal
from .call import Call, Exchange
from .dispatch import Dispatcher
from .hooks import Throttle


def hide(exchange: Exchange, dispatcher: Dispatcher) -> None:
    """Refuse calls of hidden methods like those of unknown ones: before anything else."""
    for index, slot in enumerate(exchange.slots):
        if type(slot) is Call and slot.method.is_hidden and dispatcher.refused(slot) is not None:
            exchange.slots[index] = dispatcher.refuse(slot, MethodNotFoundError())
            exchange.refused.append((index, ERROR_METHOD_NOT_FOUND))
    exchange.refused.sort()


def refuse_too_many(
    throttle: Throttle, exchange: Exchange, request: Any, dispatcher: Dispatcher
) -> None:
    """Count the entries of a body, and refuse those that are too many for their caller."""
    slots, refused = exchange.slots, dict(exchange.refused)
    methods = [slot.method if type(slot) is Call else None for slot in slots]
    for index, wait in enumerate(throttle(request, methods)):
        if wait is None:
            continue
        error, slot = RateLimitedError(wait), slots[index]
        refused[index] = error.code
        if isinstance(slot, Call):
            slots[index] = dispatcher.refuse(slot, error)
        elif slot is not None:
            slots[index] = refusal(error, slot.id)
    exchange.refused = sorted(refused.items())
