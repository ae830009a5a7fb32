"""Bytes → bytes: the way of one body, with a single Request or a batch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from msgspec import UNSET

from .._flow import Flow, Invoke, arun, run
from .._jsonrpcserver import ERROR_INVALID_REQUEST, ERROR_METHOD_NOT_FOUND
from ..errors import MethodNotFoundError, ParseError, RpcError
from ..methods.method import Method
from ..methods.registry import Registry
from ..protocol.json import check_depth, is_certainly_flat
from ..protocol.messages import (
    ErrorResponse,
    Request,
    error_response,
    read,
    read_single,
    write,
)
from ..types.fastpath.codegen import FALLBACK
from .batch import run_atomic, run_in_order
from .call import Batch, Call, Entry, Plan
from .concurrent import run_concurrently
from .context import Context
from .deadline import NEVER, Deadline
from .gates import pass_gates
from .hooks import Hooks, Limits, Observer
from .instrument import Instrument
from .internal_errors import internal_error
from .plan import compile_plan

_BACKSLASH = ord("\\")


class _Plans(NamedTuple):
    """The plans of all methods by name, and the methods that they were compiled from."""

    served: Mapping[str, Method]
    by_name: Mapping[str, Plan]
    has_gates: bool


class Gateway:
    """Answers bodies by the methods of a registry.

    A body goes one way: read, find the plan of each Request, pass the gates (hidden methods,
    throttles), make the calls, write. ``handle`` goes it in a thread, ``ahandle`` on an event
    loop.
    """

    def __init__(
        self, registry: Registry, limits: Limits | None = None, hooks: Hooks | None = None
    ) -> None:
        self.registry = registry
        self.limits = limits or Limits()
        self.hooks = hooks or Hooks()
        self._plans = _Plans({}, {}, False)

    def handle(
        self, body: bytes, request: Any = None, *, bigint_tags: bool = False
    ) -> bytes | None:
        """Answer a body; ``None`` where there is nothing to answer (only Notifications).

        ``request`` is every method's first argument. Synchronous methods run in request order,
        after them the asynchronous ones, concurrently.
        """
        try:
            plans = self._plans
            if plans.served is not self.registry.served:
                plans = self._compile_plans()
            observe = self.hooks.observe
            observer = None if observe is None else observe(request)
            single = read_single(body)
            if single is not None and observer is None:
                call = self._plain_call(single, body, plans)
                if call is not None:
                    context = self._context(body, request, bigint_tags)
                    response = call.plan.respond(call, context)
                    return None if response is None else write(response)
            batch = self._read(body, single, plans)
            context = self._context(body, request, bigint_tags, batch, observer)
            return run(self._answer(batch, context, plans, is_async=False))
        except Exception as exception:
            return self.answer_fault(exception, request)

    async def ahandle(
        self, body: bytes, request: Any = None, *, bigint_tags: bool = False
    ) -> bytes | None:
        """Async version of ``handle``: synchronous methods run in a thread, beside the others."""
        try:
            plans = self._plans
            if plans.served is not self.registry.served:
                plans = self._compile_plans()
            observe = self.hooks.observe
            observer = None if observe is None else observe(request)
            batch = self._read(body, None, plans)
            context = self._context(body, request, bigint_tags, batch, observer)
            return await arun(self._answer(batch, context, plans, is_async=True))
        except Exception as exception:
            return await sync_to_async(self.answer_fault)(exception, request)

    def _answer(
        self, batch: Batch, context: Context, plans: _Plans, *, is_async: bool
    ) -> Flow[bytes | None]:
        """Pass the gates, make the calls and write the Responses, in request order."""
        entries = batch.entries
        if plans.has_gates:
            yield from pass_gates(batch, context)
        if batch.is_array and self.hooks.atomic_batch is not None:
            yield Invoke(run_atomic, (batch, context, self.hooks.atomic_batch))
        elif is_async:
            yield Invoke(_run_side_by_side, (entries, context), is_async=True)
        elif run_in_order(entries, context):
            yield Invoke(run_concurrently, (entries, context), is_async=True)
        if batch.is_array and context.instrument is not None:
            yield Invoke(context.instrument.finish, ())
        if not batch.is_array:
            return None if entries[0] is None else write(entries[0])
        sent = [entry for entry in entries if entry is not None]
        return write(sent) if sent else None

    def answer_fault(self, exception: Exception, request: Any) -> bytes:
        """Answer what went wrong outside of any call, in the gateway or its surroundings."""
        hooks = self.hooks
        try:
            error = None if hooks.translate is None else hooks.translate(exception)
            if error is not None:
                return write(error_response(error, None, self.registry.serializer.to_wire))
        except Exception as another:  # its translation failed, or can't be sent
            exception = another
        internal = internal_error(
            "the gateway", exception, request, hooks.report, debug=hooks.debug
        )
        return write(error_response(internal, None))

    def _compile_plans(self) -> _Plans:
        served = self.registry.served
        by_name = {name: compile_plan(each, self.hooks) for name, each in served.items()}
        is_gated = any(plan.is_gated for plan in by_name.values())
        self._plans = _Plans(served, by_name, is_gated)
        return self._plans

    def _context(
        self,
        body: bytes,
        request: Any,
        bigint_tags: bool,
        batch: Batch | None = None,
        observer: Observer | None = None,
    ) -> Context:
        """Return the context of a batch; without one, of a plain call, which needs no deadline."""
        instrument = None if observer is None or batch is None else Instrument(observer, batch)
        return Context(
            request=request,
            body=body,
            serializer=self.registry.serializer,
            hooks=self.hooks,
            bigint_tags=bigint_tags,
            response_bytes=self.limits.response_bytes,
            is_batch=batch is not None and batch.is_array,
            deadline=NEVER if batch is None else Deadline.after(self.limits.batch_seconds),
            instrument=instrument,
        )

    def _plain_call(self, single: Request, body: bytes, plans: _Plans) -> Call | None:
        """Return the call of a plain method with the params that its fast path accepts.

        Most bodies are one such call. It needs nothing but its plan.
        """
        plan = plans.by_name.get(single.method)
        if plan is None or not plan.is_plain or not is_certainly_flat(body, self.limits.depth):
            return None
        arguments = plan.accept(single.params)
        return None if arguments is FALLBACK else Call(plan, single, arguments)

    def _read(self, body: bytes, single: Request | None, plans: _Plans) -> Batch:
        """Parse a body, judge each of its entries and find the plans of the methods they name.

        ``single`` is the Request that the body is, where it was parsed before.
        """
        limits = self.limits
        requests: list[Request | ErrorResponse] = [] if single is None else [single]
        is_array = False
        try:
            if single is None:
                requests, is_array = read(
                    body, max_entries=limits.batch_size, max_depth=limits.depth
                )
        except RpcError as error:
            return Batch([error_response(error, None)])
        entries: list[Entry] = []
        failed: list[tuple[int, int]] = []
        all_fast = True
        plan_of = plans.by_name.get
        for request in requests:
            if type(request) is ErrorResponse:  # isinstance() asks the metaclass
                failed.append((len(entries), ERROR_INVALID_REQUEST))
                entries.append(request)
                continue
            plan = plan_of(request.method)
            if plan is None:
                failed.append((len(entries), ERROR_METHOD_NOT_FOUND))
                entries.append(_not_found(request))
                continue
            arguments = plan.accept(request.params)
            if arguments is FALLBACK:
                all_fast = False
            entries.append(Call(plan, request, arguments))
        # What a fast path accepts is nested as deep as its annotations; a repeated member hides
        # others.
        is_checked = all_fast and not failed and _BACKSLASH not in body
        if not is_checked or body.count(b'"params"') > len(entries):
            try:
                check_depth(body, limits.depth)
            except ParseError as error:
                return Batch([error_response(error, None)])
        return Batch(entries, is_array, failed)


def _not_found(request: Request) -> ErrorResponse | None:
    if request.id is UNSET:
        return None
    return error_response(MethodNotFoundError(), request.id)


async def _run_side_by_side(entries: list[Entry], context: Context) -> None:
    """Run the synchronous calls in a thread, and the asynchronous ones on the event loop."""
    are_async = {entry.plan.is_async for entry in entries if type(entry) is Call}
    runs: list[Awaitable[object]] = []
    if True in are_async:
        runs.append(run_concurrently(entries, context))
    if False in are_async:
        runs.append(sync_to_async(run_in_order)(entries, context))
    await asyncio.gather(*runs)
