"""One policy for synchronous and asynchronous calls: a generator with two drivers.

A flow yields ``Ask(function, args)`` for whatever may block or be a coroutine function, and
goes on with its result or its exception. ``run`` drives it in a thread, ``arun`` on an event
loop.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeAlias, TypeVar

from asgiref.sync import async_to_sync, sync_to_async

_Result = TypeVar("_Result")


class Ask(NamedTuple):
    """A call that the driver makes; ``is_async`` says that it returns an awaitable."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    is_async: bool = False


Flow: TypeAlias = Generator[Ask, Any, _Result]


def run(flow: Flow[_Result]) -> _Result:
    """Drive a flow; coroutine functions run on an event loop of their own."""
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
