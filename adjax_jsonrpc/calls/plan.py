"""One call → one Response: the plan of a method, compiled when methods or settings change.

``compile_plan`` combines, from the inside out: the function with the encoder of its result, a
transaction, an idempotency key, the checks of ``admit``, and the error Response of an exception.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeAlias

from asgiref.sync import sync_to_async
from msgspec import UNSET

from .._compat import is_being_cancelled
from .._flow import Flow, Invoke, StoppedError, arun, run
from .._jsonrpcserver import JsonRpcError
from ..methods.method import Method
from ..protocol.messages import Response
from ..types.fastpath.codegen import FALLBACK, FastPath
from .call import AnyResponse, Call, Plan
from .context import SCALARS, Context
from .hooks import Hooks, Transaction, UnknownOutcomeError
from .idempotency import with_idempotency
from .internal_errors import holds_arguments
from .off_loop import is_large_result
from .steps import Steps, admit_off_loop, arguments_of, bind, try_bind

Respond: TypeAlias = Callable[[Call, Context], Any]
"""Makes a call: returns its Response or raises. A coroutine function for asynchronous methods."""


def compile_plan(method: Method, hooks: Hooks) -> Plan:
    """Compile the plan of a method."""
    is_async = method.is_async
    transaction = hooks.transaction(method) if hooks.transaction and not is_async else None
    in_transaction = bool(transaction or hooks.atomic_batch) and not is_async
    is_bare = method.is_open and not (in_transaction or is_async)
    invoke = _ainvoke(method) if is_async else _invoke(method, is_bare=is_bare)
    steps = _steps(method, invoke, in_transaction, transaction)
    if method.has_key:
        raised = (UnknownOutcomeError, *([GeneratorExit] if is_async else []))
        steps = with_idempotency(
            _with_error_response(steps, is_async, raised),
            transaction,
            joins_calls=_joins_transaction(hooks, method),
            joins_batches=_joins_transaction(hooks, None),
        )
    is_gated = method.is_hidden or bool(method.options.throttle) or hooks.throttles_all
    return Plan(
        method=method,
        # The params of a hidden method wait until its caller is authorized; see admit().
        accept=(not method.is_hidden and method.signature.accept_fast) or _fall_back,
        respond=invoke if is_bare else _driver(_with_error_response(steps, is_async), is_async),
        is_async=is_async,
        is_plain=is_bare and not is_gated,
        is_gated=is_gated,
    )


def _joins_transaction(hooks: Hooks, method: Method | None) -> bool:
    return hooks.joins_transaction is not None and hooks.joins_transaction(method)


def _fall_back(value: Any) -> Any:
    return FALLBACK


def _invoke(method: Method, *, is_bare: bool) -> Respond:
    """Return what calls the function with the bound arguments, and encodes its result.

    If ``is_bare``, there are no steps around this. Then it also binds the params and returns
    error Responses. Most methods are of this kind.
    """
    function = method.function
    encode: FastPath = method.signature.encode_fast or _fall_back

    @holds_arguments
    def invoke(call: Call, context: Context) -> AnyResponse:
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
        except BaseException as exception:  # SystemExit, too
            if is_bare:
                return context.fail(call, exception)
            if isinstance(exception, StopIteration):
                raise StoppedError(exception) from None
            raise
        request_id = call.request.id
        return None if is_bare and request_id is UNSET else Response(wire, request_id)

    return invoke


def _ainvoke(method: Method) -> Respond:
    """Async version of ``_invoke``; it never ``is_bare``."""
    function = method.function
    encode: FastPath = method.signature.encode_fast or _fall_back

    @holds_arguments
    async def invoke(call: Call, context: Context) -> Response:
        args, kwargs = arguments_of(call)
        result = await function(context.request, *args, **kwargs)
        if is_large_result(result):
            wire = await sync_to_async(write, thread_sensitive=False)(result, context)
        else:
            wire = write(result, context)
        return Response(wire, call.request.id)

    @holds_arguments
    def write(result: Any, context: Context) -> Any:
        wire = encode(result)
        return wire if type(wire) in SCALARS else context.write_result(method, result, wire)

    return invoke


def _steps(
    method: Method, invoke: Respond, in_transaction: bool, transaction: Transaction | None
) -> Steps:
    """Return the steps that admit the caller, bind the params, and call.

    A call with an idempotency key is admitted before these steps, in ``with_idempotency``. The
    transaction includes the encoding: a call whose result can't be sent is rolled back.
    """
    is_async = method.is_async
    is_admitted = method.is_open or method.has_key

    def steps(call: Call, context: Context) -> Flow[Any]:
        if not is_admitted:
            yield from admit_off_loop(call, context)
        elif call.arguments is FALLBACK and context.leaves_loop:
            yield Invoke(bind, (call, context), in_any_thread=True)
        elif call.arguments is FALLBACK:
            bind(call, context)
        if is_async:
            return (yield Invoke(invoke, (call, context), is_async))
        if not in_transaction:  # a synchronous call runs in a thread already
            return invoke(call, context)
        with (context.savepoint or transaction or nullcontext)():
            return invoke(call, context)

    return steps


def _with_error_response(
    inner: Steps, is_async: bool, raised: tuple[type[BaseException], ...] = ()
) -> Steps:
    """Return the steps that turn an exception into an error Response.

    Exceptions in ``raised`` are left to the steps around these. One is ``GeneratorExit`` if those
    yield: a closed generator must not.
    """

    @holds_arguments
    def steps(call: Call, context: Context) -> Flow[Any]:
        try:
            return (yield from inner(call, context))
        except KeyboardInterrupt:
            raise
        except BaseException as exception:
            if is_async and isinstance(exception, asyncio.CancelledError) and is_being_cancelled():
                raise
            if isinstance(exception, raised):
                raise
            # A closed generator (GeneratorExit) must not yield. Other errors than JsonRpcError are
            # reported, and a report may send mails or write into a database.
            if isinstance(exception, (JsonRpcError, GeneratorExit)):
                return context.error_response(call, exception)
            return (yield Invoke(context.error_response, (call, exception)))

    return steps


def _driver(steps: Steps, is_async: bool) -> Respond:
    """Return what drives the steps, in this thread or on the event loop."""

    @holds_arguments
    def respond(call: Call, context: Context) -> AnyResponse:
        response: AnyResponse = run(steps(call, context))
        return None if call.request.id is UNSET else response

    @holds_arguments
    async def arespond(call: Call, context: Context) -> AnyResponse:
        response: AnyResponse = await arun(steps(call, context))
        return None if call.request.id is UNSET else response

    return arespond if is_async else respond
