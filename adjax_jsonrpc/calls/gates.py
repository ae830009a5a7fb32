"""Checks before any call of a body runs: hidden methods, then throttles."""

from __future__ import annotations

from copy import deepcopy

from msgspec.structs import replace

from .._flow import Flow, Invoke
from ..errors import MethodNotFoundError, RateLimitedError, RpcError
from ..protocol.messages import ErrorResponse, error_response
from .call import Batch, Call, refusal
from .context import Context
from .steps import admit


def pass_gates(batch: Batch, context: Context) -> Flow[None]:
    """Refuse calls of hidden methods, then count the entries and refuse those over a rate."""
    # On an event loop, counting takes a thread: it is left out for other bodies.
    is_counted = context.hooks.throttles_all or any(
        type(each) is Call and each.method.options.throttle for each in batch.entries
    )
    yield from _refuse_hidden(batch, context)
    if is_counted and context.hooks.throttle is not None:
        yield from _throttle(batch, context)
    batch.failed.sort()


def _refuse_hidden(batch: Batch, context: Context) -> Flow[None]:
    for index, call in enumerate(batch.entries):
        if type(call) is not Call or not call.method.is_hidden:
            continue
        # Decoding changes the params in place, and an observer is told what was sent.
        sent = None if context.observer is None else deepcopy(call.request.params)
        error = None
        try:
            yield from admit(call, context)
        except (Exception, SystemExit):
            error = MethodNotFoundError()
        if sent is not None:
            call.request = replace(call.request, params=sent)
        if error is not None:
            batch.entries[index] = yield from _refuse(call, error, context)
            batch.failed.append((index, error.code))


def _throttle(batch: Batch, context: Context) -> Flow[None]:
    methods = [each.method if type(each) is Call else None for each in batch.entries]
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
    if context.instrument is not None:
        yield Invoke(context.instrument.refused, (call,))
    return refusal(call.request, error)
