"""Flows: code written once for synchronous and asynchronous calls, as generators.

A flow yields ``Invoke(function, args)`` for each function that may block or that is a coroutine
function. The driver calls the function and resumes the flow with the result, or throws the
exception into it. ``run`` drives a flow in a thread, ``arun`` on an event loop.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

from asgiref.sync import async_to_sync, sync_to_async
from msgspec import Struct

from ._compat import is_being_cancelled

_Result = TypeVar("_Result")


class Invoke(Struct, frozen=True):
    """A function that the driver of a flow calls; ``is_async`` if it returns an awaitable.

    ``in_any_thread``: the function only computes, so it need not wait for others that use the
    connections of the request's thread.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    is_async: bool = False
    in_any_thread: bool = False


Flow: TypeAlias = Generator[Invoke, Any, _Result]


class StoppedError(Exception):
    """Stands for an exception of a function that would end the flow or its driver.

    Python replaces a ``StopIteration`` in a flow (PEP 479), a future never gets one, and a
    ``GeneratorExit`` closes a flow. A ``CancelledError`` that a function raises by itself must
    not look like the cancellation of the task.
    """

    def __init__(self, original: BaseException) -> None:
        super().__init__(original)
        self.original = original


_STOPPING = (StopIteration, GeneratorExit, CancelledError)


def raisable(exception: BaseException) -> BaseException:
    """Return what a flow raises for an exception of a function that it has invoked."""
    return StoppedError(exception) if isinstance(exception, _STOPPING) else exception


def run(flow: Flow[_Result]) -> _Result:
    """Drive a flow in this thread; coroutine functions run on a new event loop."""
    step: Invoke | None = None
    try:
        step = next(flow)
        while True:
            function = async_to_sync(step.function) if step.is_async else step.function
            try:
                value = function(*step.args)
            except BaseException as error:
                step = flow.throw(raisable(error))
            else:
                step = flow.send(value)
    except StopIteration as end:
        result: _Result = end.value
        return result
    except StoppedError as error:
        if isinstance(error.original, StopIteration):
            raise error.original from None
        raise
    finally:
        # The traceback of an exception keeps this frame, and a step may have the exception.
        step = None


async def arun(flow: Flow[_Result]) -> _Result:
    """Async version of ``run``: synchronous functions run in a thread."""
    step: Invoke | None = None
    try:
        step = next(flow)
        while True:
            try:
                if step.is_async:
                    value = await step.function(*step.args)
                else:
                    in_thread = sync_to_async(_in_thread, thread_sensitive=not step.in_any_thread)
                    value = await in_thread(step)
            except BaseException as error:
                is_own = isinstance(error, CancelledError) and not is_being_cancelled()
                step = flow.throw(raisable(error) if is_own else error)
            else:
                step = flow.send(value)
    except StopIteration as end:
        result: _Result = end.value
        return result
    finally:
        # The traceback of an exception keeps this frame, and a step may have the exception.
        step = None


def _in_thread(step: Invoke) -> Any:
    try:
        return step.function(*step.args)
    except _STOPPING as error:  # no cancellation of the task, which can't arise here
        raise StoppedError(error) from None
