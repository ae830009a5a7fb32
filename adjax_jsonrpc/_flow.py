"""Flows: code written once for synchronous and asynchronous calls, as generators.

A flow yields ``Invoke(function, args)`` for each function that may block or that is a coroutine
function. The driver calls the function and resumes the flow with the result, or throws the
exception into it. ``run`` drives a flow in a thread, ``arun`` on an event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeAlias, TypeVar

from asgiref.sync import async_to_sync, sync_to_async

_Result = TypeVar("_Result")


class Invoke(NamedTuple):
    """A function that the driver of a flow calls; ``is_async`` if it returns an awaitable."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    is_async: bool = False


Flow: TypeAlias = Generator[Invoke, Any, _Result]


def run(flow: Flow[_Result]) -> _Result:
    """Drive a flow in this thread; coroutine functions run on a new event loop."""
    try:
        function, args, is_async = next(flow)
        while True:
            try:
                value = async_to_sync(function)(*args) if is_async else function(*args)
            except BaseException as error:
                function, args, is_async = flow.throw(error)
            else:
                function, args, is_async = flow.send(value)
    except StopIteration as end:
        result: _Result = end.value
        return result


async def arun(flow: Flow[_Result]) -> _Result:
    """Async version of ``run``: synchronous functions run in a thread."""
    try:
        function, args, is_async = next(flow)
        while True:
            try:
                value = await (function(*args) if is_async else sync_to_async(function)(*args))
            except BaseException as error:
                function, args, is_async = flow.throw(error)
            else:
                function, args, is_async = flow.send(value)
    except StopIteration as end:
        result: _Result = end.value
        return result
