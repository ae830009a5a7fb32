"""Flows: code written once for synchronous and asynchronous calls, as generators.

A flow yields ``Invoke(function, args)`` for each function that may block or that is a coroutine
function. The driver calls the function and resumes the flow with the result, or throws the
exception into it. ``run`` drives a flow in a thread, ``arun`` on an event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

from asgiref.sync import async_to_sync, sync_to_async
from msgspec import Struct

_Result = TypeVar("_Result")


class Invoke(Struct, frozen=True):
    """A function that the driver of a flow calls; ``is_async`` if it returns an awaitable."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    is_async: bool = False


Flow: TypeAlias = Generator[Invoke, Any, _Result]


class StoppedError(Exception):
    """Stands for a ``StopIteration`` in a flow, where Python would replace it (PEP 479)."""

    def __init__(self, original: StopIteration) -> None:
        super().__init__(original)
        self.original = original


def raisable(exception: BaseException) -> BaseException:
    """Return what a flow raises for an exception; ``run`` raises the exception itself."""
    return StoppedError(exception) if isinstance(exception, StopIteration) else exception


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
        raise error.original from None
    finally:
        # The traceback of an exception keeps this frame, and a step may have the exception.
        step = None


async def arun(flow: Flow[_Result]) -> _Result:
    """Async version of ``run``: synchronous functions run in a thread."""
    step: Invoke | None = None
    try:
        step = next(flow)
        while True:
            function = step.function if step.is_async else sync_to_async(step.function)
            try:
                value = await function(*step.args)
            except BaseException as error:
                step = flow.throw(error)
            else:
                step = flow.send(value)
    except StopIteration as end:
        result: _Result = end.value
        return result
    finally:
        # The traceback of an exception keeps this frame, and a step may have the exception.
        step = None
