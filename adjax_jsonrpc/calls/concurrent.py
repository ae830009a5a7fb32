"""Calls of coroutine functions: they run concurrently, each until its deadline."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

from asgiref.sync import sync_to_async

from .._compat import forget_task
from ..errors import CallTimeoutError
from .call import Call, Entry
from .context import Context
from .deadline import NEVER, Deadline

logger = logging.getLogger("adjax_jsonrpc")

GRACE = 0.1
"""Seconds that a cancelled call has to clean up, before it is detached."""

_Task: TypeAlias = "asyncio.Task[Any]"


class _Running(NamedTuple):
    place: int
    call: Call
    deadline: Deadline


async def run_concurrently(entries: list[Entry], context: Context) -> None:
    """Answer the calls of coroutine functions among the entries.

    A call that outlives its deadline, the method's or the body's, is cancelled and answered with
    a timeout, whatever it makes of the cancellation. A call whose deadline is over before it
    starts does not run.
    """
    instrument = context.instrument
    running: dict[_Task, _Running] = {}
    waiting: set[_Task] = set()
    try:
        for index, call in enumerate(entries):
            if type(call) is not Call or not call.plan.is_async:
                continue
            if instrument is not None:
                # Not in the thread of the synchronous methods, where it would wait for them.
                await sync_to_async(instrument.started, thread_sensitive=False)(call)
            each = _Running(index, call, _deadline_of(call, context))
            if each.deadline.is_over():
                _answer_late(each, entries, context)
                continue
            respond = call.plan.respond if instrument is None else instrument.arespond
            task = asyncio.create_task(respond(call, context))
            running[task] = each
            waiting.add(task)
        while waiting:
            first = min(running[task].deadline.at for task in waiting)
            rest = None if first == NEVER.at else max(0, first - monotonic())
            done, waiting = await asyncio.wait(waiting, timeout=rest)
            for task in done:
                entries[running[task].place] = task.result()
            for each in _cancel_late(waiting, running):
                _answer_late(each, entries, context)
            if instrument is not None:
                await sync_to_async(instrument.tell)()
    finally:
        for task in waiting:  # this call itself is cancelled
            task.cancel()
        left = {task for task in running if not task.done()}
        if left:
            await _detach_stubborn(left, running)


def _deadline_of(call: Call, context: Context) -> Deadline:
    return min(context.deadline, Deadline.after(call.method.options.timeout))


def _answer_late(each: _Running, entries: list[Entry], context: Context) -> None:
    if context.instrument is not None:
        context.instrument.ended(each.call)  # at once: what it returns from now on is not its end
    entries[each.place] = context.fail(each.call, CallTimeoutError(each.deadline.seconds))


def _cancel_late(waiting: set[_Task], running: dict[_Task, _Running]) -> list[_Running]:
    """Cancel the calls whose deadline is over, all before anything else can happen."""
    late = [task for task in waiting if running[task].deadline.is_over()]
    for task in late:
        waiting.remove(task)
        task.cancel()
    return [running[task] for task in late]


async def _detach_stubborn(left: set[_Task], running: dict[_Task, _Running]) -> None:
    """Wait for cancelled calls to clean up, and detach those that ignore cancellation.

    To cancel them again would interrupt the cleaning up.
    """
    _, stubborn = await asyncio.wait(left, timeout=GRACE)
    if stubborn:
        names = ", ".join(sorted({running[task].call.method.name for task in stubborn}))
        logger.warning("%s: cancelled after its deadline, and still running", names)
        _detach(stubborn)


_detached: set[_Task] = set()


def _detach(tasks: Iterable[_Task]) -> None:
    """Detach tasks that ignore cancellation.

    A loop keeps no task alive by itself. A loop that ends, as under WSGI after each body, waits
    for all the tasks that it knows, and must not know these.
    """
    _detached.difference_update([t for t in _detached if t.get_loop().is_closed()])
    for task in tasks:
        _detached.add(task)
        task.add_done_callback(_detached.discard)
        forget_task(task)
