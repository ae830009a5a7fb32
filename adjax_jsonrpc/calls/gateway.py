"""The gateway, bytes → bytes: one body with a single Request or a batch → one body of Responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async

from .._flow import Flow, Invoke, arun, run
from .._jsonrpcserver import ERROR_INVALID_REQUEST, ERROR_METHOD_NOT_FOUND
from ..errors import MethodNotFoundError, ParseError, RpcError
from ..methods.method import Method
from ..methods.registry import Registry
from ..protocol.json import check_depth, is_certainly_flat
from ..protocol.messages import ErrorResponse, Request, error_response, read, read_single, write
from ..types.fastpath.codegen import FALLBACK
from .batch import run_atomic, run_in_order
from .call import Batch, Call, Deadline, Entry, Plan, refusal
from .concurrent import run_concurrently, run_side_by_side
from .context import Context
from .gates import pass_gates, suggest_methods
from .hooks import Hooks, Limits
from .instrument import Instrument
from .internal_errors import internal_error
from .off_loop import LARGE_BODY
from .plan import compile_plan

_BACKSLASH = ord("\\")


class _Plans(NamedTuple):
    """The plans of all methods by name, and the methods that they were compiled from."""

    served: Mapping[str, Method]
    by_name: Mapping[str, Plan]
    has_gates: bool
    hidden: Sequence[Method] = ()


class Gateway:
    """Answers bodies of Requests with the methods of a registry.

    Each body is read, the plan of each Request is looked up, the gates (hidden methods,
    throttles) refuse calls, the other calls run, and the Responses are written.
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
        """Return the Responses to a body as JSON; ``None`` for a body with only Notifications.

        ``request`` is the first argument of every method. With ``bigint_tags``, large integers
        are sent as tags. Synchronous methods run in request order. Then the asynchronous methods
        run concurrently, on a new event loop.
        """
        try:
            plans = self._compiled_plans()
            context = self._context(body, request, bigint_tags)
            single = read_single(body)
            if single is not None and context.observer is None:
                call = self._plain_call(single, body, plans)
                if call is not None:
                    response = call.plan.respond(call, context)
                    return None if response is None else write(response)
            return run(self._answer(context, single, plans, is_async=False))
        except Exception as exception:
            return self.answer_fault(exception, request)

    async def ahandle(
        self, body: bytes, request: Any = None, *, bigint_tags: bool = False
    ) -> bytes | None:
        """Async version of ``handle``: synchronous methods run in a thread, at the same time."""
        try:
            plans = self._compiled_plans()
            context = self._context(body, request, bigint_tags)
            context.leaves_loop = len(body) > LARGE_BODY
            return await arun(self._answer(context, None, plans, is_async=True))
        except Exception as exception:
            return await sync_to_async(self.answer_fault)(exception, request)

    def _answer(
        self, context: Context, single: Request | None, plans: _Plans, *, is_async: bool
    ) -> Flow[bytes | None]:
        """Read the body, pass the gates, make the calls and write the Responses.

        ``single`` is the Request of the body if it is parsed already.
        """
        if context.leaves_loop:
            args = context.body, single, plans
            batch: Batch = yield Invoke(self._read, args, in_any_thread=True)
        else:
            batch = self._read(context.body, single, plans)
        entries, atomic_batch = batch.entries, self.hooks.atomic_batch
        context.is_batch = batch.is_array
        context.deadline = Deadline.after(self.limits.batch_seconds)
        if context.observer is not None:
            context.instrument = Instrument(context.observer, batch)
        if plans.has_gates:
            yield from pass_gates(batch, context, plans.hidden)
        if self.hooks.suggest is not None and batch.unknown:
            yield Invoke(suggest_methods, (batch, context))
        if batch.is_array and atomic_batch is not None:
            yield Invoke(run_atomic, (batch, context, atomic_batch))
        elif is_async:
            yield Invoke(run_side_by_side, (entries, context), is_async=True)
        elif run_in_order(entries, context):
            yield Invoke(run_concurrently, (entries, context, True), is_async=True)
        if batch.is_array and context.instrument is not None:
            yield Invoke(context.instrument.finish, ())
        if not batch.is_array:
            return None if entries[0] is None else write(entries[0])
        sent = [entry for entry in entries if entry is not None]
        return write(sent) if sent else None

    def answer_fault(self, exception: Exception, request: Any) -> bytes:
        """Return the error Response for an exception outside of any call."""
        translate = self.hooks.translate
        try:
            error = None if translate is None else translate(exception)
            if error is not None:
                return write(error_response(error, None, self.registry.serializer.to_wire))
        except Exception as another:  # translate failed, or its error can't be sent
            exception = another
        internal = internal_error("the gateway", exception, request, self.hooks)
        return write(error_response(internal, None))

    def _compiled_plans(self) -> _Plans:
        plans, served = self._plans, self.registry.served
        if plans.served is not served:
            by_name = {name: compile_plan(each, self.hooks) for name, each in served.items()}
            has_gates = any(plan.is_gated for plan in by_name.values())
            hidden = [method for method in served.values() if method.is_hidden]
            self._plans = plans = _Plans(served, by_name, has_gates, hidden)
        return plans

    def _context(self, body: bytes, request: Any, bigint_tags: bool) -> Context:
        observe = self.hooks.observe
        return Context(
            request=request,
            body=body,
            serializer=self.registry.serializer,
            hooks=self.hooks,
            bigint_tags=bigint_tags,
            response_bytes=self.limits.response_bytes,
            observer=None if observe is None else observe(request),
            started=perf_counter(),
        )

    def _plain_call(self, single: Request, body: bytes, plans: _Plans) -> Call | None:
        """Return the call of a plain method.

        Most bodies are one such call. It needs only its plan: no gates and no deadline.
        """
        plan = plans.by_name.get(single.method)
        if plan is None or not plan.is_plain or not is_certainly_flat(body, self.limits.depth):
            return None
        return Call(plan, single, plan.accept(single.params))

    def _read(self, body: bytes, single: Request | None, plans: _Plans) -> Batch:
        """Parse a body, check each of its entries and look up the plan of each Request."""
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
        unknown: list[tuple[int, Request]] = []
        all_fast = True
        plan_of = plans.by_name.get
        for request in requests:
            if type(request) is ErrorResponse:  # isinstance() is slow for a Struct
                failed.append((len(entries), ERROR_INVALID_REQUEST))
                entries.append(request)
                continue
            plan = plan_of(request.method)
            if plan is None:
                unknown.append((len(entries), request))
                failed.append((len(entries), ERROR_METHOD_NOT_FOUND))
                entries.append(refusal(request, MethodNotFoundError()))
                continue
            arguments = plan.accept(request.params)
            if arguments is FALLBACK:
                all_fast = False
            entries.append(Call(plan, request, arguments))
        # Params that a fast path accepts are not nested deeper than its annotations. But a
        # repeated member hides the earlier ones, and a name with escapes may be "params", too.
        is_checked = all_fast and not failed and _BACKSLASH not in body
        if not is_checked or body.count(b'"params"') > len(entries):
            try:
                check_depth(body, limits.depth)
            except ParseError as error:
                return Batch([error_response(error, None)])
        return Batch(entries, is_array, failed, unknown)
