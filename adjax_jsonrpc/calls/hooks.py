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

Transaction: TypeAlias = "Callable[[], AbstractContextManager[Any]]"
"""Opens a transaction around one call, or around a whole batch."""

Throttle: TypeAlias = "Callable[[Any, Sequence[Method | None]], Sequence[float | None]]"
"""Counts the entries of a body; takes the request and the methods (``Hooks.throttle``)."""


class Answer(NamedTuple):
    """A result or an error object as JSON text, stored for an idempotency key."""

    is_error: bool
    content: bytes


class Reservation(Protocol):
    """An idempotency key that a call has taken; with the ``answer`` where it was taken before."""

    answer: Answer | None

    def keep(self, answer: Answer) -> None:
        """Store the answer for calls that repeat this one."""

    def release(self) -> None:
        """Free the key: the call has no answer to store."""


Reserve: TypeAlias = "Callable[[Any, Method, str, Arguments, bool], Reservation | None]"
"""Takes the request, the method, the params' fingerprint, the arguments, ``is_alone``."""


class Observer(Protocol):
    """Is told of calls and batches. None of its methods may raise."""

    def started(self, call: Call) -> None:
        """Called before anything about a call is checked."""

    def ended(self, call: Call) -> None:
        """Called when a call has its ``seconds``, and the ``code`` of its error or ``None``."""

    def batch_finished(self, count: int, failed: int, seconds: float) -> None:
        """Called when a batch of ``count`` entries has ended."""


@dataclass(frozen=True)
class Limits:
    """How much one body may ask for; ``None`` lifts a limit.

    ``batch_size`` counts the entries of a batch, ``depth`` the nesting of the body,
    ``response_bytes`` the bytes of all results together. After ``batch_seconds`` calls of
    coroutine functions are cancelled, and other calls do not start.
    """

    batch_size: int | None = 100
    depth: int | None = 100
    response_bytes: int | None = 16 * 2**20
    batch_seconds: float | None = 20


@dataclass(frozen=True)
class Hooks:
    """What the surroundings add to a call; each may be left out.

    - ``authorize(request, method)`` raises an ``RpcError`` for a caller who may not call it.
    - ``transaction(method)`` returns what opens the transaction around each call of a
      synchronous method, ``None`` for no transaction. It is asked once a method.
    - ``atomic_batch(methods)`` returns what opens the transaction of an atomic batch, and inside
      it the savepoint of each call. Without it batches are not atomic.
    - ``translate(exception)`` returns the error that an exception means, ``None`` for a fault.
    - ``report(what, reference, exception, request)`` is told of faults.
    - ``observe(request)``, asked once a body, returns the observer of its calls or ``None``.
    - ``reserve`` takes the idempotency key of a call.
    - ``throttle(request, methods)`` counts the entries of a body, ``None`` among the methods for
      an entry that names none. It returns for each entry the seconds that it has to wait,
      ``None`` for one that passes. It is asked where methods have throttles, with
      ``throttles_all`` always.
    - ``debug`` sends the text and the traceback of faults to the caller.
    """

    authorize: Callable[[Any, Method], None] | None = None
    transaction: Callable[[Method], Transaction | None] | None = None
    atomic_batch: Callable[[Iterable[Method]], Transaction] | None = None
    translate: Callable[[Exception], JsonRpcError | None] | None = None
    report: Report = log
    observe: Callable[[Any], Observer | None] | None = None
    reserve: Reserve | None = None
    throttle: Throttle | None = None
    throttles_all: bool = False
    debug: bool = False
