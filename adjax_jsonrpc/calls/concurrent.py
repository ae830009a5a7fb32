"""Runs the asynchronous calls of a body concurrently, each until its deadline."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

from asgiref.sync import sync_to_async

from .._compat import forget_task
from ..errors import CallTimeoutError
from .batch import run_in_order
from .call import NEVER, AnyResponse, Call, Deadline, Entry
from .context import Context

logger = logging.getLogger("adjax_jsonrpc")

GRACE_SECONDS = 0.1
"""How long a cancelled call may clean up before it is detached."""

SECONDS_IN_BACKGROUND = 60.0
"""How long a call with an idempotency key may go on after its deadline, or without its caller."""

SECONDS_BEFORE_CLOSE = 10.0
"""The same for an event loop that ends with the body: the caller waits as long."""

_Task: TypeAlias = "asyncio.Task[Any]"


class _Running(NamedTuple):
    position: int
    call: Call
    deadline: Deadline


async def run_concurrently(
    entries: list[Entry], context: Context, loop_closes: bool = False
) -> None:
    """Answer the calls of coroutine functions among the entries.

    The deadline of a call is that of its method or of the body, whichever is earlier. The answer
    at its deadline is a timeout, whatever the call returns after that. A running call is cancelled
    then, unless it has an idempotency key. After its deadline a call does not start.

    ``loop_closes``: this function must not leave tasks on the event loop.
    """
    instrument = context.instrument
    running: dict[_Task, _Running] = {}
    waiting: set[_Task] = set()
    try:
        for index, call in enumerate(entries):
            if type(call) is not Call or not call.plan.is_async:
                continue
            if instrument is not None:
                # In the thread of the synchronous methods, this would wait for all of them.
                await sync_to_async(instrument.started, thread_sensitive=False)(call)
            deadline = min(context.deadline, Deadline.after(call.method.options.timeout))
            each = _Running(index, call, deadline)
            if deadline.is_over():
                _time_out(each, entries, context)
                continue
            respond = call.plan.respond if instrument is None else instrument.arespond
            task = asyncio.create_task(respond(call, context))
            running[task] = each
            waiting.add(task)
        if instrument is not None and not waiting:
            await sync_to_async(instrument.report)()
        while waiting:
            first = min(running[task].deadline.at for task in waiting)
            rest = None if first == NEVER.at else max(0, first - monotonic())
            done, waiting = await asyncio.wait(waiting, timeout=rest)
            for task in done:
                each = running[task]
                if task.cancelled():  # by the method: a call that is late has left waiting
                    entries[each.position] = await _fail_cancelled(each.call, context)
                else:
                    entries[each.position] = task.result()
            late = {task for task in waiting if running[task].deadline.is_over()}
            waiting -= late
            for task in late:  # all of them, before any other code runs
                if not _has_key(running[task].call):
                    task.cancel()
            for task in late:
                _time_out(running[task], entries, context)
            if instrument is not None:
                await sync_to_async(instrument.report)()
    finally:  # waiting is not empty if the task of this function is cancelled
        unfinished = {task for task in running if not task.done()}
        with_key = {task for task in unfinished if _has_key(running[task].call)}
        for task in waiting - with_key:
            task.cancel()
        if waiting & with_key:
            await _wait_without_caller(waiting & with_key, running, context)
        if loop_closes:
            await _wait_before_close(with_key)
        else:
            _let_go_on(with_key, running)
            unfinished -= with_key
        if unfinished:
            await _detach_unfinished(unfinished, running)


async def run_side_by_side(entries: list[Entry], context: Context) -> None:
    """Run the synchronous calls in a thread, and the asynchronous calls on the event loop."""
    are_async = {entry.plan.is_async for entry in entries if type(entry) is Call}
    runs: list[Awaitable[object]] = []
    if True in are_async:
        runs.append(run_concurrently(entries, context))
    if False in are_async:
        runs.append(sync_to_async(run_in_order)(entries, context))
    await asyncio.gather(*runs)


def _has_key(call: Call) -> bool:
    """Return whether a call has an idempotency key, and only its own outcome may end it."""
    return call.fingerprint is not None


async def _wait_without_caller(
    tasks: set[_Task], running: dict[_Task, _Running], context: Context
) -> None:
    """Wait for calls with a key until their deadlines, although their caller has gone."""
    latest = max(running[task].deadline.at for task in tasks)
    rest = None if latest == NEVER.at else max(0, latest - monotonic())
    with suppress(asyncio.CancelledError):  # once more: the server does not wait any longer
        await asyncio.wait(tasks, timeout=rest)
        if context.instrument is not None:
            await sync_to_async(context.instrument.report)()


async def _wait_before_close(tasks: set[_Task]) -> None:
    """Let late calls with a key come to an end before their event loop closes."""
    if tasks:
        _, unfinished = await asyncio.wait(tasks, timeout=SECONDS_BEFORE_CLOSE)
        for task in unfinished:
            task.cancel()


def _let_go_on(tasks: set[_Task], running: dict[_Task, _Running]) -> None:
    """Let late calls with a key go on in the background, for a limited time."""
    for task in tasks:
        name = running[task].call.method.name
        end = asyncio.get_running_loop().call_later(SECONDS_IN_BACKGROUND, _give_up, task, name)
        task.add_done_callback(partial(_forget, end))
        _detached.add(task)


def _give_up(task: _Task, name: str) -> None:
    logger.warning("%s: cancelled %d s after its deadline", name, SECONDS_IN_BACKGROUND)
    task.cancel()


def _forget(end: asyncio.TimerHandle, task: _Task) -> None:
    end.cancel()
    _detached.discard(task)


async def _fail_cancelled(call: Call, context: Context) -> AnyResponse:
    error = asyncio.CancelledError("the method has cancelled its own task")
    response = await sync_to_async(context.fail)(call, error)
    if context.instrument is not None:
        context.instrument.ended(call)
    return response


def _time_out(each: _Running, entries: list[Entry], context: Context) -> None:
    if context.instrument is not None:
        context.instrument.ended(each.call)  # before the cancelled call can end it later
    entries[each.position] = context.fail(each.call, CallTimeoutError(each.deadline.seconds))


_detached: set[_Task] = set()
"""Keeps detached tasks alive: an event loop has only weak references to its tasks."""


async def _detach_unfinished(cancelled: set[_Task], running: dict[_Task, _Running]) -> None:
    """Wait for cancelled calls to clean up, and detach tasks that ignore cancellation.

    A second cancellation would interrupt the clean-up. An event loop that closes (under WSGI
    after each body) waits for all its tasks, so detached tasks are removed from their loop.
    """
    _, still_running = await asyncio.wait(cancelled, timeout=GRACE_SECONDS)
    if not still_running:
        return
    names = ", ".join(sorted({running[task].call.method.name for task in still_running}))
    logger.warning("%s: cancelled after its deadline, and still running", names)
    _detached.difference_update([t for t in _detached if t.get_loop().is_closed()])
    for task in still_running:
        _detached.add(task)
        task.add_done_callback(_detached.discard)
        forget_task(task)
