"""Checks before any call of a body runs: hidden methods, then throttles."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType

from .._flow import Flow, Invoke
from .._jsonrpcserver import ERROR_METHOD_NOT_FOUND
from ..errors import MethodNotFoundError, RateLimitedError, RpcError
from ..methods.method import Method
from ..protocol.messages import ErrorResponse, error_response
from .call import Batch, Call, Entry, refusal
from .context import Context
from .steps import admit_off_loop


def pass_gates(batch: Batch, context: Context, hidden: Sequence[Method]) -> Flow[None]:
    """Refuse calls of hidden methods, then count the entries and refuse those over a rate.

    ``hidden`` are all hidden methods of the registry.
    """
    if hidden:
        yield from _refuse_hidden(batch, context, hidden)
    # On an event loop, counting takes a thread: it is left out for other bodies.
    is_counted = context.hooks.throttles_all or any(
        type(each) is Call and each.method.options.throttle for each in batch.entries
    )
    if is_counted and context.hooks.throttle is not None:
        yield from _throttle(batch, context)
    batch.failed.sort()


def _refuse_hidden(batch: Batch, context: Context, hidden: Sequence[Method]) -> Flow[None]:
    """Refuse calls of hidden methods whose callers may not call them.

    Before that, the caller is identified if an entry names a hidden or an unknown method. So the
    HTTP headers that depend on it, and its cost, do not tell one from the other.
    """
    calls = [
        (index, call)
        for index, call in enumerate(batch.entries)
        if type(call) is Call and call.method.is_hidden
    ]
    if context.hooks.identify is not None and (calls or batch.unknown):
        try:
            yield Invoke(context.hooks.identify, (context.request, hidden))
        except (Exception, SystemExit) as exception:
            yield Invoke(context.error_of, ("the gateway", exception))
    for index, call in calls:
        try:
            yield from _count_guess(call, context)
            yield from admit_off_loop(call, context)
        except MethodNotFoundError as error:
            batch.entries[index] = yield from _refuse(call, error, context)
            batch.failed.append((index, error.code))
            batch.unknown.append((index, call.request))


def _count_guess(call: Call, context: Context) -> Flow[None]:
    """Count a call of a hidden method before its access functions see the params.

    Over its rate, a call is refused like one of an unknown method, whatever its params: else the
    caller could go on guessing, and learn from the error which guess is right. Raises
    ``MethodNotFoundError``.
    """
    if _is_guarded(call) and context.hooks.count_quietly is not None:
        try:
            passes = yield Invoke(context.hooks.count_quietly, (context.request, call.method))
        except Exception as exception:  # such as a cache that does not respond
            yield Invoke(context.error_of, (call.method.name, exception))
            passes = False
        if not passes:
            raise MethodNotFoundError


def _is_guarded(call: Call) -> bool:
    options = call.method.options
    return call.method.is_hidden and bool(options.access and options.throttle)


def _counted_as(entry: Entry) -> Method | EllipsisType | None:
    if type(entry) is not Call:
        return None
    return ... if _is_guarded(entry) else entry.method  # a guarded call is counted already


def _throttle(batch: Batch, context: Context) -> Flow[None]:
    methods = [_counted_as(each) for each in batch.entries]
    failed = dict(batch.failed)
    step = Invoke(context.hooks.throttle, (context.request, methods))  # type: ignore[arg-type]
    for index, retry_after in enumerate((yield step)):
        if retry_after is None:
            continue
        error, entry = RateLimitedError(retry_after), batch.entries[index]
        failed[index] = error.code
        if isinstance(entry, Call):
            batch.entries[index] = yield from _refuse(entry, error, context)
        elif entry is not None:
            batch.entries[index] = error_response(error, entry.id)
    batch.failed = list(failed.items())


def _refuse(call: Call, error: RpcError, context: Context) -> Flow[ErrorResponse | None]:
    call.code = error.code
    response = call.response = refusal(call.request, error)
    if context.instrument is not None:
        yield Invoke(context.instrument.refused, (call,))
    return response


def suggest_methods(batch: Batch, context: Context) -> None:
    """Add the nearest name that the caller may see to errors of unknown and hidden methods."""
    suggest, codes = context.hooks.suggest, dict(batch.failed)
    for index, request in batch.unknown:
        if suggest is None or codes[index] != ERROR_METHOD_NOT_FOUND:  # over a rate
            continue
        name = suggest(context.request, request.method)
        if name is not None:
            error = MethodNotFoundError({"hint": f"did you mean {name}?"})
            batch.entries[index] = refusal(request, error)
