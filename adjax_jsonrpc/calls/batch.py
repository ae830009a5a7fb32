"""Runs the synchronous calls of a body: in request order, or as an atomic batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from .._flow import run
from ..errors import CallTimeoutError, InvalidRequestError, RolledBackError
from ..methods.method import Method
from .call import Batch, Call, Entry
from .context import Context
from .hooks import Transaction, UnknownOutcomeError
from .idempotency import end_batch
from .steps import admit


def run_in_order(entries: list[Entry], context: Context) -> bool:
    """Answer the synchronous calls in request order. Return whether there are asynchronous calls.

    The first call always starts. The others do not start after the deadline.
    """
    has_async = is_started = False
    instrument, latest = context.instrument, context.deadline.at
    for index, call in enumerate(entries):
        if type(call) is not Call:
            continue
        plan = call.plan
        if plan.is_async:
            has_async = True
            continue
        respond = _time_out if is_started and monotonic() >= latest else plan.respond
        is_started = True
        if instrument is None:
            entries[index] = respond(call, context)
        else:
            entries[index] = instrument.respond(respond, call, context)
    return has_async


def _time_out(call: Call, context: Context) -> Any:
    return context.fail(call, CallTimeoutError(context.deadline.seconds))


class _RollBack(Exception):  # noqa: N818 - it is not an error
    """Ends the transaction of an atomic batch without a commit."""


def run_atomic(
    batch: Batch, context: Context, atomic_batch: Callable[[Iterable[Method]], Transaction]
) -> None:
    """Answer the calls of an atomic batch: if one entry fails, all calls are rolled back.

    If an entry fails before any call, no call runs. Otherwise all calls run, so that each one
    reports its own error.
    """
    entries = batch.entries
    calls = [(index, call) for index, call in enumerate(entries) if type(call) is Call]
    failed = batch.failed[0] if batch.failed else _refuse_not_atomic(calls, entries, context)
    is_committed: bool | None = False
    if failed is None:
        transaction = atomic_batch(call.method for _, call in calls)
        context.savepoint = transaction
        try:
            with transaction():
                run_in_order(entries, context)
                failed = _first_failed(calls)
                if failed is not None:
                    raise _RollBack
            is_committed = True
        except _RollBack:
            context.reset_bytes()
        except Exception as exception:  # the commit failed
            context.reset_bytes()
            error = context.error_of("a batch", exception)
            for index, call in calls:
                entries[index] = context.fail(call, error)
            if isinstance(exception, UnknownOutcomeError):
                is_committed = None
    if failed is not None:
        for index, call in calls:
            if call.code is None:
                entries[index] = context.fail(call, RolledBackError(*failed))
    end_batch(context, is_committed=is_committed)


def _refuse_not_atomic(
    calls: list[tuple[int, Call]], entries: list[Entry], context: Context
) -> tuple[int, int] | None:
    """Refuse calls that can't be rolled back. Return index and code of the first refused call.

    A caller who may not call the method gets the error of the access check instead: the reason
    would tell what kind of method it is.
    """
    for index, call in calls:
        if call.plan.is_async:
            reason = "an asynchronous method can't be in an atomic batch"
        elif call.method.options.atomic is False:
            reason = "a method with atomic=False can't be in an atomic batch"
        else:
            continue
        error: BaseException = InvalidRequestError(reason)
        if not call.method.is_open:
            try:
                run(admit(call, context))
            except KeyboardInterrupt:
                raise
            except BaseException as refused:
                error = refused
        entries[index] = context.fail(call, error)
    return _first_failed(calls)


def _first_failed(calls: list[tuple[int, Call]]) -> tuple[int, int] | None:
    return next(((index, call.code) for index, call in calls if call.code is not None), None)
