"""Measures the calls of one body for an observer: their start, their end and their duration."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from .call import Batch, Call
from .hooks import Observer

# A Context is Any in this module, because the module of Context imports it.


class Instrument:
    """Measures the calls of one body for an observer.

    ``report`` calls the observer for the calls that have ended. In an atomic batch this is when
    nothing can roll them back any more.
    """

    def __init__(self, observer: Observer, batch: Batch) -> None:
        self._observer = observer
        self._batch_started = perf_counter()
        self._count = len(batch.entries)
        self._calls = [entry for entry in batch.entries if type(entry) is Call]
        self._unreported: list[Call] = []

    def keep_params(self, call: Call) -> None:
        """Let the observer keep the params of a call before they are decoded."""
        self._observer.keep_params(call)

    def respond(self, respond: Callable[[Call, Any], Any], call: Call, context: Any) -> Any:
        """Answer a synchronous call, and measure it."""
        self.started(call)
        response = call.response = respond(call, context)
        self.ended(call)
        if context.savepoint is None:
            self.report()
        return response

    async def arespond(self, call: Call, context: Any) -> Any:
        """Async version of ``respond``, for a call that has ``started``."""
        response = call.response = await call.plan.respond(call, context)
        self.ended(call)
        return response

    def started(self, call: Call) -> None:
        """Report that a call starts."""
        self._observer.started(call)
        call.started = perf_counter()

    def ended(self, call: Call) -> None:
        """Set the duration of a call; the first end of a call counts."""
        if call.seconds is None and call.started is not None:
            call.seconds = perf_counter() - call.started
            self._unreported.append(call)

    def refused(self, call: Call) -> None:
        """Report a call that was refused before any call of the body ran."""
        call.seconds = 0.0
        self._observer.started(call)
        self._observer.ended(call)

    def report(self) -> None:
        """Report the calls that have ended since the last report."""
        while self._unreported:
            self._observer.ended(self._unreported.pop(0))

    def finish(self) -> None:
        """Report the remaining calls, and the end of the batch."""
        self.report()
        no_calls = self._count - len(self._calls)
        failed = no_calls + sum(call.code is not None for call in self._calls)
        self._observer.batch_finished(self._count, failed, perf_counter() - self._batch_started)
