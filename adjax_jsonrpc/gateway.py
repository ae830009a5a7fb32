"""Bytes → bytes: the whole pipeline, for a single Request and for a batch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async

from .dispatch import Call, Dispatcher, Hooks, error_response, judge
from .errors import InvalidRequestError, RpcError
from .registry import Registry
from .wire import NULL, Ids, may_hold_tags, parse


@dataclass(frozen=True)
class Limits:
    """How much one body may ask for; ``None`` lifts a limit.

    ``batch_size`` counts the entries of a batch, ``depth`` the nesting of the body,
    ``response_bytes`` the bytes of all Responses together.
    """

    batch_size: int | None = 100
    depth: int | None = 100
    response_bytes: int | None = 16 * 2**20


Slot = Call | bytes | None


@dataclass
class Exchange:
    """One body's entries in request order: each a call, its Response, or nothing to answer."""

    slots: list[Slot]
    is_batch: bool = False


@dataclass(frozen=True)
class Gateway:
    """Answers bodies by the methods of a registry.

    The steps ``open`` and ``close`` are pure; only the calls between them have an effect, and
    only they have a synchronous and an asynchronous form.
    """

    registry: Registry
    limits: Limits = field(default_factory=Limits)
    hooks: Hooks = field(default_factory=Hooks)

    def handle(
        self, body: bytes, request: Any = None, *, bigint_tags: bool = False
    ) -> bytes | None:
        """Answer a body; ``None`` where there is nothing to answer (only Notifications).

        ``request`` is every method's first argument. Synchronous methods run in request order,
        after them the asynchronous ones, together.
        """
        exchange = self.open(body)
        dispatcher = self._dispatcher(request, bigint_tags)
        _perform_synchronous(exchange, dispatcher)
        if any(type(slot) is Call for slot in exchange.slots):
            async_to_sync(_perform_asynchronous)(exchange, dispatcher)
        return self.close(exchange)

    async def ahandle(
        self, body: bytes, request: Any = None, *, bigint_tags: bool = False
    ) -> bytes | None:
        """Do what ``handle`` does on an event loop: synchronous methods run in a thread."""
        exchange = self.open(body)
        dispatcher = self._dispatcher(request, bigint_tags)
        calls = [slot for slot in exchange.slots if type(slot) is Call]
        steps = []
        if any(call.method.is_async for call in calls):
            steps.append(_perform_asynchronous(exchange, dispatcher))
        if not all(call.method.is_async for call in calls):
            steps.append(sync_to_async(_perform_synchronous)(exchange, dispatcher))
        await asyncio.gather(*steps)
        return self.close(exchange)

    def open(self, body: bytes) -> Exchange:
        """Parse a body and judge each of its entries."""
        try:
            message = parse(body, max_depth=self.limits.depth, max_entries=self.limits.batch_size)
        except RpcError as error:
            return Exchange([error_response(error, NULL)])
        ids, tags = Ids(body), may_hold_tags(body)
        if type(message) is not list:
            return Exchange([judge(message, 0, self.registry, ids, tags)])
        if not message:
            empty = InvalidRequestError("a batch has at least one entry")
            return Exchange([error_response(empty, NULL)])
        slots = [
            judge(entry, index, self.registry, ids, tags) for index, entry in enumerate(message)
        ]
        return Exchange(slots, is_batch=True)

    def close(self, exchange: Exchange) -> bytes | None:
        """Join the Responses, in request order."""
        responses = [slot for slot in exchange.slots if type(slot) is bytes]
        if not responses:
            return None
        return b"[" + b",".join(responses) + b"]" if exchange.is_batch else responses[0]

    def _dispatcher(self, request: Any, bigint_tags: bool) -> Dispatcher:
        return Dispatcher(
            request,
            self.registry.serializer,
            self.hooks,
            bigint_tags,
            self.limits.response_bytes,
        )


def _perform_synchronous(exchange: Exchange, dispatcher: Dispatcher) -> None:
    slots = exchange.slots
    for index, slot in enumerate(slots):
        if type(slot) is Call and not slot.method.is_async:
            slots[index] = dispatcher.perform(slot)


async def _perform_asynchronous(exchange: Exchange, dispatcher: Dispatcher) -> None:
    async def perform(index: int, call: Call) -> None:
        exchange.slots[index] = await dispatcher.aperform(call)

    await asyncio.gather(
        *[
            perform(index, slot)
            for index, slot in enumerate(exchange.slots)
            if type(slot) is Call and slot.method.is_async
        ]
    )
