"""What the surroundings of a gateway add to its calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

from .._jsonrpcserver import JsonRpcError
from ..methods.method import Method
from ..methods.signature import Arguments
from .call import Call
from .internal_errors import Report, log

Throttle: TypeAlias = "Callable[[Any, Sequence[Method | None]], Sequence[float | None]]"
Transaction: TypeAlias = "AbstractContextManager[Any] | None"
AsOne: TypeAlias = "Callable[[Iterable[Method]], Callable[[], AbstractContextManager[Any]]]"


class Observer(Protocol):
    """Who watches. None of this may raise."""

    def began(self, call: Call) -> None:
        """Hear of a call before anything is checked."""

    def ended(self, call: Call, error: JsonRpcError | None, seconds: float) -> None:
        """Hear of a call's end, and what it failed with."""

    def batch_ended(self, count: int, failed: int, seconds: float) -> None:
        """Hear of the end of a batch of ``count`` entries."""


@dataclass(frozen=True)
class Limits:
    """How much one body may ask for; ``None`` lifts a limit.

    ``batch_size`` counts the entries of a batch, ``depth`` the nesting of the body,
    ``response_bytes`` the bytes of all results together. When ``batch_seconds`` are over, calls
    of coroutine functions are cancelled, and others do not begin.
    """

    batch_size: int | None = 100
    depth: int | None = 100
    response_bytes: int | None = 16 * 2**20
    batch_seconds: float | None = 20


@dataclass(frozen=True)
class Hooks:
    """What the surroundings add to a call; each may be left out.

    ``authorize(request, method)`` raises an ``RpcError`` for a caller who may not.
    ``transactions()``, asked once or twice a body, gives the function that gives what to run a
    synchronous call of a method in. ``as_one(methods)``, where batches are all or nothing, gives
    the function that gives what to run such a batch in, and each call inside it.
    ``translate(exception)`` gives the error that an exception means, ``None`` for the server's
    own fault. ``report`` is told of that fault. ``debug`` sends its text and traceback.
    ``observe(request)``, asked once or twice a body, gives who watches its calls, ``None`` for
    nobody.
    ``reserve`` takes the idempotency key of a call, for methods that have one.
    ``throttle(request, methods)`` counts the entries of a body, ``None`` among the methods for
    one that names none, and gives the seconds that each which is refused has to wait, ``None``
    for the others. It is asked where methods have throttles, with ``throttles_all`` always.
    """

    authorize: Callable[[Any, Method], None] | None = None
    transactions: Callable[[], Callable[[Method], Transaction]] | None = None
    as_one: AsOne | None = None
    translate: Callable[[Exception], JsonRpcError | None] | None = None
    report: Report = log
    observe: Callable[[Any], Observer | None] | None = None
    reserve: Reserve | None = None
    throttle: Throttle | None = None
    throttles_all: bool = False
    debug: bool = False


class Answer(NamedTuple):
    """A result or an error object as JSON text."""

    is_error: bool
    content: bytes


class Reservation(Protocol):
    """A key that a call has taken, or that an earlier one had; then with its ``answer``."""

    answer: Answer | None

    def keep(self, answer: Answer) -> None:
        """Keep the answer for calls that repeat this one."""

    def release(self) -> None:
        """Give the key back: the call has no answer to keep."""


Reserve: TypeAlias = "Callable[[Any, Method, str, Arguments, bool], Reservation | None]"
"""Takes the request, the method, what was sent, its arguments, and whether the call is alone."""
