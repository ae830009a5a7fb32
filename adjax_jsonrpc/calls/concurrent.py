"""The calls of coroutine functions: they run together, each until its time is over."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Iterable
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

from .call import Call, Slot
from .dispatch import Dispatcher

logger = logging.getLogger("adjax_jsonrpc")

GRACE = 0.1
"""Seconds for a cancelled call to clean up after itself, before it is left alone."""


_Task: TypeAlias = "asyncio.Task[Any]"


class _Running(NamedTuple):
    place: int
    call: Call
    deadline: float
    seconds: float


async def perform_together(slots: list[Slot], dispatcher: Dispatcher) -> None:
    """Answer the calls of coroutine functions in ``slots``.

    One that outlives its deadline, the method's or the body's, is cancelled and answered so,
    whatever it makes of that. One whose deadline is over before it begins does not run.
    """
    running: dict[_Task, _Running] = {}
    waiting: set[_Task] = set()
    try:
        for index, slot in enumerate(slots):
            if type(slot) is Call and slot.method.is_async:
                await dispatcher.abegin(slot)
                each = _deadline(index, slot, dispatcher)
                if each.deadline <= monotonic():
                    slots[index] = await dispatcher.alate(slot, each.seconds)
                else:
                    task = asyncio.create_task(dispatcher.aperform(slot))
                    running[task] = each
                    waiting.add(task)
        while waiting:
            first = min(running[task].deadline for task in waiting)
            rest = None if first == math.inf else max(0, first - monotonic())
            done, waiting = await asyncio.wait(waiting, timeout=rest)
            for task in done:
                slots[running[task].place] = task.result()
            late = _cancel_late(waiting, running)
            answers = [dispatcher.alate(each.call, each.seconds) for each in late]
            _, *answered = await asyncio.gather(dispatcher.aend(), *answers)
            for each, answer in zip(late, answered, strict=True):
                slots[each.place] = answer
    finally:
        for task in waiting:  # this call itself is cancelled
            task.cancel()
        left = {task for task in running if not task.done()}
        if left:
            await _see_off(left, running)


def _cancel_late(waiting: set[_Task], running: dict[_Task, _Running]) -> list[_Running]:
    """Cancel the calls whose deadline is over, all before anything else can happen."""
    now = monotonic()
    late = [task for task in waiting if running[task].deadline <= now]
    for task in late:
        waiting.remove(task)
        task.cancel()
    return [running[task] for task in late]


def _deadline(index: int, call: Call, dispatcher: Dispatcher) -> _Running:
    timeout = call.method.options.timeout
    if timeout is None or dispatcher.deadline <= monotonic() + timeout:
        return _Running(index, call, dispatcher.deadline, dispatcher.seconds)
    return _Running(index, call, monotonic() + timeout, timeout)


async def _see_off(left: set[_Task], running: dict[_Task, _Running]) -> None:
    """Give cancelled calls time to clean up. To cancel them again would interrupt just that."""
    _, stubborn = await asyncio.wait(left, timeout=GRACE)
    if stubborn:
        names = ", ".join(sorted({running[task].call.method.name for task in stubborn}))
        logger.warning("%s: cancelled for being late, and goes on regardless", names)
        _leave_alone(stubborn)


_left_alone: set[_Task] = set()


def _leave_alone(tasks: Iterable[_Task]) -> None:
    """Let calls go on that nobody waits for any more.

    A loop keeps no task alive by itself. One that ends, as under WSGI after each body, waits for
    all that it knows of, and must not know of these.
    """
    _left_alone.difference_update([t for t in _left_alone if t.get_loop().is_closed()])
    for task in tasks:
        _left_alone.add(task)
        task.add_done_callback(_left_alone.discard)
        asyncio._unregister_task(task)
