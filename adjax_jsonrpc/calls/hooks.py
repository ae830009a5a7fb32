"""Hooks (what Django, or another program around a gateway, adds to its calls) and limits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import EllipsisType
from typing import Any, NamedTuple, Protocol, TypeAlias

from .._jsonrpcserver import JsonRpcError
from ..methods.method import Method
from ..methods.signature import Arguments
from .call import Call

logger = logging.getLogger("adjax_jsonrpc")

Transaction: TypeAlias = "Callable[[], AbstractContextManager[Any]]"
"""Opens a transaction around one call, or around an atomic batch."""


class UnknownOutcomeError(Exception):
    """A transaction ended with ``original``, and nobody can know whether it is committed."""

    def __init__(self, original: Exception) -> None:
        super().__init__(original)
        self.original = original


class StoredAnswer(NamedTuple):
    """The answer stored for an idempotency key: a result or an error object, as JSON text."""

    is_error: bool
    content: bytes


class Reservation(Protocol):
    """An idempotency key that a call has reserved."""

    @property
    def answer(self) -> StoredAnswer | None:
        """The answer of an earlier call with the same key, ``None`` for the first call."""

    def store(self, answer: StoredAnswer) -> None:
        """Store the answer for repeated calls."""

    def release(self) -> None:
        """Free the key, because nothing is left of the call."""

    def keep(self) -> None:
        """Keep the key reserved, because nobody can know what the call has done."""


class Observer(Protocol):
    """Is called when calls and batches start and end. None of its methods may raise."""

    def keep_params(self, call: Call) -> None:
        """Called before valid params are decoded, which changes ``call.request.params``."""

    def started(self, call: Call) -> None:
        """Called before anything about a call is checked."""

    def ended(self, call: Call) -> None:
        """Called when ``call.seconds`` and ``call.code`` (``None`` without an error) are set."""

    def batch_finished(self, count: int, failed: int, seconds: float) -> None:
        """Called when a batch of ``count`` entries has ended."""


@dataclass(frozen=True)
class Limits:
    """The limits of one body; ``None`` is no limit.

    - ``batch_size``: entries of a batch
    - ``depth``: nesting of the body
    - ``response_bytes``: bytes of all results together
    - ``batch_seconds``: then calls of coroutine functions are cancelled, others do not start
    """

    batch_size: int | None = 100
    depth: int | None = 100
    response_bytes: int | None = 16 * 2**20
    batch_seconds: float | None = 20


def log_error(
    what: str, reference: str, exception: BaseException, request: Any, seconds: float | None
) -> None:
    """Write an internal error to the log ``adjax_jsonrpc``."""
    extra = {"method": what, "reference": reference, "duration": seconds}
    logger.error("%s failed, reference %s", what, reference, exc_info=exception, extra=extra)


@dataclass(frozen=True)
class Hooks:
    """What the program around a gateway adds to its calls; each hook is optional.

    - ``authorize(request, method)`` raises an ``RpcError`` if the caller may not call the method.
    - ``identify(request, hidden)`` looks up the caller as ``authorize`` does for the hidden
      methods of the registry. It is called before an entry with a hidden or an unknown method is
      refused, so that the same happens for both.
    - ``transaction(method)`` returns what opens the transaction around each call of a
      synchronous method, ``None`` for no transaction. It is called once for each method. The
      transaction raises ``UnknownOutcomeError`` if its commit may or may not have happened.
    - ``atomic_batch(methods)`` returns what opens the transaction of an atomic batch and, inside
      this transaction, the savepoint of each call. Without this hook, batches are not atomic.
    - ``translate(exception)`` returns the error to send for an exception, ``None`` for an
      internal error.
    - ``report(what, reference, exception, request, seconds)`` reports an internal error. ``what``
      names what failed: a method, or a part of the gateway. ``seconds`` is the time since the
      body was received, or since the call started if an observer measures it.
    - ``observe(request)`` returns the observer of a body, or ``None``.
    - ``reserve(request, method, fingerprint, arguments, is_single)`` reserves the idempotency key
      of a call; ``None`` for a call without a key. ``fingerprint`` identifies the params.
      ``is_single``: the call is not in a batch.
    - ``joins_transaction(method)`` returns whether keys are stored in the transaction of each
      call of a method; ``None`` asks for atomic batches. Then ``reserve`` is called inside.
    - ``throttle(request, methods)`` counts the entries of a body. ``methods`` has ``None`` for an
      entry that names no method, ``...`` for one that is not counted. It returns the seconds to
      wait for each entry, ``None`` for an entry within its rate. It is called if a method of the
      body has throttles, and always with ``throttles_all``.
    - ``count_quietly(request, method)`` counts a call of a hidden method with throttles and access
      functions, and returns whether it passes. Nothing shows that it was counted.
    - ``suggest(request, name)`` returns the name of a method that the caller may see, the nearest
      to that of an unknown method, or ``None``. It is for developers.
    - ``debug`` sends the text and the traceback of internal errors to the caller.
    """

    authorize: Callable[[Any, Method], None] | None = None
    identify: Callable[[Any, Sequence[Method]], None] | None = None
    transaction: Callable[[Method], Transaction | None] | None = None
    atomic_batch: Callable[[Iterable[Method]], Transaction] | None = None
    translate: Callable[[Exception], JsonRpcError | None] | None = None
    report: Callable[[str, str, BaseException, Any, float | None], None] = log_error
    observe: Callable[[Any], Observer | None] | None = None
    reserve: Callable[[Any, Method, str, Arguments, bool], Reservation | None] | None = None
    joins_transaction: Callable[[Method | None], bool] | None = None
    throttle: (
        Callable[[Any, Sequence[Method | EllipsisType | None]], Sequence[float | None]] | None
    ) = None
    count_quietly: Callable[[Any, Method], bool] | None = None
    throttles_all: bool = False
    suggest: Callable[[Any, str], str | None] | None = None
    debug: bool = False
