"""Bytes → bytes: the whole pipeline, for a single Request and for a batch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from msgspec import UNSET

from .._jsonrpcserver import ERROR_INVALID_REQUEST, ERROR_METHOD_NOT_FOUND
from ..errors import MethodNotFoundError, ParseError, RpcError
from ..methods.registry import Registry
from ..protocol.json import check_depth, is_certainly_flat
from ..protocol.messages import Entry, ErrorResponse, Request, read, read_single, refusal, write
from ..types.fastpath.codegen import FALLBACK
from .alone import perform_alone, plain_call
from .batch import perform_as_one
from .call import Call, Exchange, Slot
from .concurrent import perform_together
from .context import Answers
from .dispatch import Dispatcher
from .gates import hide, refuse_too_many
from .hooks import Hooks, Limits
from .internal_errors import internal_error
from .observed import ObservedDispatcher

__all__ = ["Gateway", "Hooks", "Limits"]

_BACKSLASH = ord("\\")


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
        try:
            single = read_single(body)
            if single is not None and is_certainly_flat(body, self.limits.depth):
                call = plain_call(single, request, self.registry.served, self.hooks)
                if call is not None:
                    return perform_alone(call, request, bigint_tags, self._answers)
            exchange = self.open(body, single)
            dispatcher = self._dispatcher(body, request, bigint_tags, exchange.is_batch)
            if self._is_guarded(exchange.slots):
                self._guard(exchange, request, dispatcher)
            if exchange.is_batch and self.hooks.as_one is not None:
                perform_as_one(exchange.slots, exchange.refused, dispatcher, self.hooks.as_one)
            elif dispatcher.perform_all(exchange.slots):
                async_to_sync(perform_together)(exchange.slots, dispatcher)
            if exchange.is_batch:
                dispatcher.finish(exchange.count, len(exchange.refused))
            dispatcher.forget()
            return self.close(exchange)
        except Exception as exception:
            return self.answer_fault(exception, request)

    async def ahandle(
        self, body: bytes, request: Any = None, *, bigint_tags: bool = False
    ) -> bytes | None:
        """Do what ``handle`` does on an event loop: synchronous methods run in a thread."""
        try:
            exchange = self.open(body)
            dispatcher = self._dispatcher(body, request, bigint_tags, exchange.is_batch)
            if self._is_guarded(exchange.slots):
                await sync_to_async(self._guard)(exchange, request, dispatcher)
            if exchange.is_batch and self.hooks.as_one is not None:
                await sync_to_async(perform_as_one)(
                    exchange.slots, exchange.refused, dispatcher, self.hooks.as_one
                )
            kinds = {slot.method.is_async for slot in exchange.slots if type(slot) is Call}
            steps: list[Awaitable[object]] = []
            if True in kinds:
                steps.append(perform_together(exchange.slots, dispatcher))
            if False in kinds:
                steps.append(sync_to_async(dispatcher.perform_all)(exchange.slots))
            await asyncio.gather(*steps)
            if exchange.is_batch:
                await dispatcher.afinish(exchange.count, len(exchange.refused))
            dispatcher.forget()
            return self.close(exchange)
        except Exception as exception:
            return await sync_to_async(self.answer_fault)(exception, request)

    def open(self, body: bytes, single: Request | None = None) -> Exchange:
        """Parse a body, judge each of its entries and find the methods they name.

        ``single`` is the Request that the body is, where it was parsed before.
        """
        limits = self.limits
        entries: list[Entry] = [] if single is None else [single]
        is_batch = False
        try:
            if single is None:
                entries, is_batch = read(
                    body, max_entries=limits.batch_size, max_depth=limits.depth
                )
        except RpcError as error:
            return Exchange([refusal(error, None)])
        served = self.registry.served
        slots: list[Slot] = []
        refused: list[tuple[int, int]] = []
        all_exact = True
        for entry in entries:
            if isinstance(entry, ErrorResponse):
                all_exact = False
                refused.append((len(slots), ERROR_INVALID_REQUEST))
                slots.append(entry)
                continue
            method = served.get(entry.method)
            if method is not None:
                accept_fast = method.signature.accept_fast
                exact = FALLBACK if accept_fast is None else accept_fast(entry.params)
                all_exact = all_exact and exact is not FALLBACK
                slots.append(Call(method, entry, exact))
                continue
            all_exact = False
            refused.append((len(slots), ERROR_METHOD_NOT_FOUND))
            slots.append(None if entry.id is UNSET else refusal(MethodNotFoundError(), entry.id))
        # Exact values are nested as deep as their annotations; a repeated member hides others.
        if not all_exact or _BACKSLASH in body or body.count(b'"params"') > len(entries):
            try:
                check_depth(body, limits.depth)
            except ParseError as error:
                return Exchange([refusal(error, None)])
        return Exchange(slots, is_batch, len(entries), refused)

    def _answers(self, request: Any, bigint_tags: bool) -> Answers:
        return Answers(
            request,
            self.registry.serializer,
            self.hooks,
            bigint_tags=bigint_tags,
            response_bytes=self.limits.response_bytes,
        )

    def _is_guarded(self, slots: list[Slot]) -> bool:
        """Whether entries are counted, or hidden methods called."""
        if self.hooks.throttles_all:
            return True
        if not (self.registry.has_hidden or self.registry.has_throttles):
            return False
        methods = [slot.method for slot in slots if type(slot) is Call]
        return any(method.is_hidden or method.options.throttle for method in methods)

    def _guard(self, exchange: Exchange, request: Any, dispatcher: Dispatcher) -> None:
        """Refuse what nobody may know of, and what is too much for its caller."""
        hide(exchange, dispatcher)
        is_counted = self.hooks.throttles_all or self.registry.has_throttles
        if is_counted and self.hooks.throttle is not None:
            refuse_too_many(self.hooks.throttle, exchange, request, dispatcher)

    def close(self, exchange: Exchange) -> bytes | None:
        """Write the Responses, in request order."""
        if not exchange.is_batch:
            return None if exchange.slots[0] is None else write(exchange.slots[0])
        responses = [slot for slot in exchange.slots if slot is not None]
        return write(responses) if responses else None

    def answer_fault(self, exception: Exception, request: Any) -> bytes:
        """Answer what went wrong outside of any call, in the gateway or its surroundings."""
        hooks = self.hooks
        try:
            error = None if hooks.translate is None else hooks.translate(exception)
            if error is not None:
                return write(refusal(error, None, self.registry.serializer))
        except Exception as another:  # what it means can't be told, or not sent
            exception = another
        internal = internal_error(
            "the gateway", exception, request, hooks.report, debug=hooks.debug
        )
        return write(refusal(internal, None))

    def _dispatcher(
        self, body: bytes, request: Any, bigint_tags: bool, is_batch: bool
    ) -> Dispatcher:
        hooks = self.hooks
        observer = None if hooks.observe is None else hooks.observe(request)
        kind = Dispatcher if observer is None else partial(ObservedDispatcher, observer)
        return kind(
            request,
            body,
            is_batch=is_batch,
            bigint_tags=bigint_tags,
            serializer=self.registry.serializer,
            limits=self.limits,
            hooks=hooks,
        )
