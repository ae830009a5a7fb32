"""Calls that are sent together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .exchange import Exchange
from .messages import exception_of, params_of, request_object, result_of
from .methods import Caller


class PendingCall:
    """A call of a batch. ``result`` is its result, once the batch has been sent."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._response: Any = None
        self._exchange: Exchange | None = None

    @property
    def result(self) -> Any:
        """The result. Raises the error of the call; ``RuntimeError`` before the batch is sent."""
        if self._exchange is None:
            raise RuntimeError(f"{self._name}: the batch is sent at the end of the with block")
        return result_of(self._name, self._response, self._exchange.causes)


class Batch(Caller):
    """Collects calls: ``batch.shop.stock("A1")`` adds one, ``batch.notify.shop.visit()``, too."""

    def __init__(self, ids: Iterator[int]) -> None:
        self.requests: list[dict[str, Any]] = []
        self._ids = ids
        self._pending: dict[int, PendingCall] = {}

    @property
    def notify(self) -> Caller:
        """Adds Notifications, which have no result."""
        return _Notifications(self)

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> PendingCall:
        request_id = next(self._ids)
        self.requests.append(request_object(name, params_of(name, args, kwargs), request_id))
        self._pending[request_id] = pending = PendingCall(name)
        return pending

    def settle(self, exchange: Exchange) -> None:
        """Read the Responses of the batch. Raises the error of a batch that was refused."""
        if isinstance(exchange.response, dict):
            raise exception_of("", exchange.response["error"])
        for response in exchange.response or ():
            pending = self._pending[response["id"]]
            pending._exchange, pending._response = exchange, response


class _Notifications(Caller):
    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._batch.requests.append(request_object(name, params_of(name, args, kwargs), None))
