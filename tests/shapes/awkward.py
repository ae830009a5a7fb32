"""Methods that fail in every way there is; ``ajax`` imports them."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.utils.functional import lazy

from adjax_jsonrpc import DispatchError, Error, RpcError, registry


def _recurse() -> Any:
    return _recurse()


def _cyclic_context() -> Any:
    first, second = ValueError("a secret"), TypeError("a secret")
    first.__context__, second.__context__ = second, first
    first.__cause__ = first
    raise first


def _cycle(kind: type) -> Any:
    inner: Any = kind()
    if kind is list:
        inner.append(inner)
    else:
        inner["inside"] = inner
    return inner


def _deep(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


def _raise(exception: BaseException) -> Any:
    raise exception


class Unspeakable(Exception):
    """Can't be told in any way."""

    def __str__(self) -> str:
        raise RuntimeError("a secret")

    __repr__ = __str__


class Leaving(Exception):
    """Ends the process of whoever wants to read it."""

    def __str__(self) -> str:
        raise SystemExit("a secret")

    __repr__ = __str__


class Stop(BaseException):
    """No Exception at all."""


class Unpicklable(Exception):
    """Holds what can't be copied to anywhere."""

    def __init__(self) -> None:
        super().__init__(sys._getframe(), lambda: "a secret")


class Bad:
    """Fails wherever it is touched."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return object.__getattribute__(self, name)
        raise KeyError("a secret")


class BadDict(dict):
    """Fails when it is walked."""

    def items(self) -> Any:
        raise SystemExit("a secret")

    __iter__ = keys = values = items  # type: ignore[assignment]


async def _nothing() -> None:
    return None


async def _items() -> Any:
    yield "a secret"


FAILURES: dict[str, Callable[[], Any]] = {
    "recursion": _recurse,
    "memory": lambda: bytearray(2**62),
    "an integer of too many digits": lambda: int("9" * 5000),
    "division": lambda: 1 / 0,
    "unspeakable": lambda: _raise(Unspeakable()),
    "leaving": lambda: _raise(Leaving()),
    "a lone surrogate": lambda: _raise(ValueError("a secret \ud800")),
    "a cyclic context": _cyclic_context,
    "unpicklable": lambda: _raise(Unpicklable()),
    "SystemExit": lambda: sys.exit("a secret"),
    "GeneratorExit": lambda: _raise(GeneratorExit("a secret")),
    "CancelledError": lambda: _raise(asyncio.CancelledError("a secret")),
    "StopIteration": lambda: _raise(StopIteration("a secret")),
    "StopAsyncIteration": lambda: _raise(StopAsyncIteration("a secret")),
    "no Exception": lambda: _raise(Stop("a secret")),
    "an assertion": lambda: _raise(AssertionError("a secret")),
}

RESULTS: dict[str, Callable[[], Any]] = {
    "a cyclic list": lambda: _cycle(list),
    "a cyclic dict": lambda: _cycle(dict),
    "too deep": lambda: _deep(100_000),
    "a generator": lambda: (each for each in "a secret"),
    "a coroutine": _nothing,
    "an asynchronous generator": _items,
    "a lone surrogate": lambda: "a secret \ud800",
    "a key with a lone surrogate": lambda: {"\ud800": "a secret"},
    "a lazy text that raises": lambda: lazy(lambda: _raise(ValueError("a secret")), str)(),
    "a lazy text that leaves": lambda: lazy(lambda: sys.exit("a secret"), str)(),
    "bad": Bad,
    "a bad dict": BadDict,
    "a class": lambda: Bad,
    "a signalling NaN": lambda: [decimal.Decimal("sNaN"), Bad()],
    "a key that is no text": lambda: {Bad: 1},
    "an error with a cyclic value": lambda: Error(5, "five", _cycle(dict)),
    "an error without a code": lambda: Error(None, "a secret"),  # type: ignore[arg-type]
}

ERRORS: dict[str, Callable[[], RpcError]] = {
    "a lone surrogate": lambda: RpcError(5, "a secret \ud800"),
    "data with a lone surrogate": lambda: RpcError(5, "five", ["a secret \ud800"]),
    "cyclic data": lambda: RpcError(5, "five", _cycle(list)),
    "bad data": lambda: RpcError(5, "five", {"bad": Bad()}),
    "data that leaves": lambda: RpcError(5, "five", BadDict()),
    "a generator": lambda: RpcError(5, "five", (each for each in "a secret")),
    "a lazy text that raises": lambda: DispatchError(
        lazy(lambda: _raise(ValueError("a secret")), str)()
    ),
}


@registry.register
def breaks(request, how: str) -> Any:
    return FAILURES[how]()


@registry.register
async def later_breaks(request, how: str) -> Any:
    await asyncio.sleep(0)
    return FAILURES[how]()


@registry.register
def gives(request, what: str) -> Any:
    return RESULTS[what]()


@registry.register
async def later_gives(request, what: str) -> Any:
    return RESULTS[what]()


@registry.register
def refuses(request, how: str) -> Any:
    raise ERRORS[how]()


@registry.register
async def later_refuses(request, how: str) -> Any:
    raise ERRORS[how]()


@registry.register
async def yields(request) -> Any:
    yield "a secret"


@registry.register
def power(request, digits: int) -> int:
    return 10**digits


@registry.register
def suspicious(request) -> None:
    raise SuspiciousOperation("a secret")


@registry.register
def interrupted(request) -> None:
    raise KeyboardInterrupt


@registry.register
def whose(request) -> str:
    return str(request.user)


@registry.register
def ordinal(request, day: datetime.date) -> int:
    return day.toordinal()
