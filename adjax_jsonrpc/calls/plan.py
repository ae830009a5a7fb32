"""One call → one Response: the plan of a method, compiled when methods or settings change.

``compile_plan`` puts together, from the inside out: the function and the encoder of its result,
a transaction, an idempotency key, the caller's admission, and what turns the outcome into a
Response.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeAlias

from msgspec import UNSET

from .._compat import is_being_cancelled
from .._flow import Flow, Invoke, arun, run
from .._jsonrpcserver import JsonRpcError
from ..methods.method import Method
from ..protocol.messages import ErrorResponse, Response
from ..types.fastpath.codegen import FALLBACK, FastPath
from .call import Call, Plan
from .context import SCALARS, Context
from .hooks import Hooks, Transaction
from .idempotency import once
from .internal_errors import holds_arguments
from .steps import admit, arguments_of, bind, try_bind

Respond: TypeAlias = Callable[[Call, Context], Any]
"""Makes a call: returns its Response or raises. A coroutine function for asynchronous methods."""

Steps: TypeAlias = Callable[[Call, Context], Flow[Any]]
"""What is around a call, as a flow: returns the Response or raises."""


def compile_plan(method: Method, hooks: Hooks) -> Plan:
    """Compile how calls of a method are answered."""
    is_async = method.is_async
    transaction = hooks.transaction(method) if hooks.transaction and not is_async else None
    may_be_undone = bool(transaction or hooks.atomic_batch) and not is_async
    is_bare = method.is_open and not (may_be_undone or is_async)
    invoke = _ainvoke(method) if is_async else _invoke(method, answers=is_bare)
    steps = _asked(invoke, is_async)
    if may_be_undone:
        steps = _in_transaction(steps, transaction)
    if method.has_key:
        steps = once(_answered(steps))
    if not method.is_open:
        steps = _admitted(steps)
    is_gated = method.is_hidden or bool(method.options.throttle) or hooks.throttles_all
    return Plan(
        method=method,
        accept=method.signature.accept_fast or _fall_back,
        respond=invoke if is_bare else _driven(_answered(steps), is_async),
        is_async=is_async,
        is_plain=is_bare and not is_gated,
        is_gated=is_gated,
    )


def _fall_back(value: Any) -> Any:
    return FALLBACK


def _invoke(method: Method, *, answers: bool) -> Respond:
    """Call the function with the bound arguments, and encode its result.

    A call with no steps around it is bound and answered here: most calls have none.
    """
    function = method.function
    encode: FastPath = method.signature.encode_fast or _fall_back

    @holds_arguments
    def invoke(call: Call, context: Context) -> Response | ErrorResponse | None:
        try:
            arguments = call.arguments
            if type(arguments) is list:
                result = function(context.request, *arguments)
            elif type(arguments) is dict:
                result = function(context.request, **arguments)
            elif arguments is FALLBACK:
                errors = try_bind(call, context)
                return context.invalid(call, errors) if errors else invoke(call, context)
            else:
                args, kwargs = arguments
                result = function(context.request, *args, **kwargs)
            wire = encode(result)
            if type(wire) not in SCALARS:
                wire = context.write_result(method, result, wire)
        except KeyboardInterrupt:
            raise
        except BaseException as exception:  # SystemExit and others of its kind, too
            if answers:
                return context.fail(call, exception)
            raise
        request_id = call.request.id
        return None if answers and request_id is UNSET else Response(wire, request_id)

    return invoke


def _ainvoke(method: Method) -> Respond:
    """Async version of ``_invoke``."""
    function = method.function

    @holds_arguments
    async def invoke(call: Call, context: Context) -> Response:
        args, kwargs = arguments_of(call)
        result = await function(context.request, *args, **kwargs)
        return Response(context.encode(method, result), call.request.id)

    return invoke


def _asked(invoke: Respond, is_async: bool) -> Steps:
    def steps(call: Call, context: Context) -> Flow[Any]:
        if call.arguments is FALLBACK:
            bind(call, context)
        return (yield Invoke(invoke, (call, context), is_async))

    return steps


def _in_transaction(inner: Steps, transaction: Transaction | None) -> Steps:
    """Make a call in its transaction: a result that can't be sent is rolled back, too."""

    def steps(call: Call, context: Context) -> Flow[Any]:
        if call.arguments is FALLBACK:
            bind(call, context)
        with (context.savepoint or transaction or nullcontext)():
            return (yield from inner(call, context))

    return steps


def _admitted(inner: Steps) -> Steps:
    def steps(call: Call, context: Context) -> Flow[Any]:
        yield from admit(call, context)
        return (yield from inner(call, context))

    return steps


def _answered(inner: Steps) -> Steps:
    """Turn the outcome of a call into its Response, ``None`` for a Notification that failed."""

    @holds_arguments
    def steps(call: Call, context: Context) -> Flow[Any]:
        try:
            return (yield from inner(call, context))
        except KeyboardInterrupt:
            raise
        except BaseException as exception:
            if isinstance(exception, asyncio.CancelledError) and is_being_cancelled():
                raise
            if isinstance(exception, (JsonRpcError, GeneratorExit)):  # which forbids to await
                return context.fail(call, exception)
            # The report of a fault may write mails, or into a database.
            return (yield Invoke(context.fail, (call, exception)))

    return steps


def _driven(steps: Steps, is_async: bool) -> Respond:
    """Drive the steps, in this thread or on the event loop; ``None`` for a Notification."""

    @holds_arguments
    def respond(call: Call, context: Context) -> Response | ErrorResponse | None:
        response: Response | ErrorResponse | None = run(steps(call, context))
        return None if call.request.id is UNSET else response

    @holds_arguments
    async def arespond(call: Call, context: Context) -> Response | ErrorResponse | None:
        response: Response | ErrorResponse | None = await arun(steps(call, context))
        return None if call.request.id is UNSET else response

    return arespond if is_async else respond
