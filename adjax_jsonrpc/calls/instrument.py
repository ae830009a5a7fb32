"""Tells an observer of the calls of one body: when each started, how it ended, how long it took."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from .call import Batch, Call
from .hooks import Observer


class Instrument:
    """Measures calls for an observer.

    The end of a call is told by ``tell``: in an atomic batch that is when nothing can undo the
    call any more.
    """

    def __init__(self, observer: Observer, batch: Batch) -> None:
        self._observer = observer
        self._began = perf_counter()
        self._count = len(batch.entries)
        self._calls = [entry for entry in batch.entries if type(entry) is Call]
        self._untold: list[Call] = []

    def respond(self, respond: Callable[[Call, Any], Any], call: Call, context: Any) -> Any:
        """Answer a synchronous call, measured."""
        self.started(call)
        response = respond(call, context)
        self.ended(call)
        if context.savepoint is None:
            self.tell()
        return response

    async def arespond(self, call: Call, context: Any) -> Any:
        """Answer a call of a coroutine function that has ``started``, measured."""
        response = await call.plan.respond(call, context)
        self.ended(call)
        return response

    def started(self, call: Call) -> None:
        """Tell that a call starts."""
        self._observer.started(call)
        call.started = perf_counter()

    def ended(self, call: Call) -> None:
        """Note that a call has ended; the first time counts."""
        if call.seconds is None and call.started is not None:
            call.seconds = perf_counter() - call.started
            self._untold.append(call)

    def refused(self, call: Call) -> None:
        """Tell of a call that was refused before any call was made."""
        call.seconds = 0.0
        self._observer.started(call)
        self._observer.ended(call)

    def tell(self) -> None:
        """Tell of the calls that have ended."""
        while self._untold:
            call = self._untold.pop(0)
            self._observer.ended(call)

    def finish(self) -> None:
        """Tell of the end of the batch, and of its calls that were not told of yet."""
        self.tell()
        no_calls = self._count - len(self._calls)
        failed = no_calls + sum(call.code is not None for call in self._calls)
        self._observer.batch_finished(self._count, failed, perf_counter() - self._began)
