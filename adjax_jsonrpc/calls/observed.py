"""Calls that somebody watches: when each began, how it ended, how long it took."""

from __future__ import annotations

from collections.abc import Coroutine
from time import monotonic, perf_counter
from typing import Any

from asgiref.sync import sync_to_async

from ..errors import RpcError
from ..protocol.messages import ErrorResponse, Response
from .call import Call, Slot
from .dispatch import Dispatcher
from .hooks import Observer


class ObservedDispatcher(Dispatcher):
    """Tells an observer of each call and of the batch.

    The end of a call that may still be undone is told once that is decided.
    """

    def __init__(self, observer: Observer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._observer = observer
        self._begin = perf_counter()
        self._untold: list[tuple[Call, float]] = []
        self._running: dict[int, float] = {}

    def perform_all(self, slots: list[Slot]) -> bool:
        others = False
        for index, slot in enumerate(slots):
            if type(slot) is Call and slot.method.is_async:
                others = True
            elif type(slot) is Call:
                is_late = index and monotonic() > self.deadline
                slots[index] = self.late(slot, self.seconds) if is_late else self.perform(slot)
        return others

    def perform(self, call: Call) -> Response | ErrorResponse | None:
        self._observer.began(call)
        begin = perf_counter()
        response = super().perform(call)
        self._untold.append((call, perf_counter() - begin))
        if not self.is_one:
            self._tell()
        return response

    async def abegin(self, call: Call) -> None:
        # Not in the thread of the synchronous methods: it would wait for them.
        await sync_to_async(self._observer.began, thread_sensitive=False)(call)
        self._running[id(call)] = perf_counter()

    async def aperform(self, call: Call) -> Response | ErrorResponse | None:
        response = await super().aperform(call)
        begin = self._running.pop(id(call), None)
        if begin is not None:  # else it was late, which is told
            self._untold.append((call, perf_counter() - begin))
        return response

    async def aend(self) -> None:
        # Apart from the calls: one that ended in time would be late for being told of.
        if self._untold:
            await sync_to_async(self._tell)()

    def refuse(self, call: Call, error: RpcError) -> ErrorResponse | None:
        self._observer.began(call)
        self._observer.ended(call, error, 0.0)
        return super().refuse(call, error)

    def late(self, call: Call, seconds: float) -> ErrorResponse | None:
        self._observer.began(call)
        return self._end_late(call, seconds, 0.0)

    def alate(self, call: Call, seconds: float) -> Coroutine[Any, Any, ErrorResponse | None]:
        begin = self._running.pop(id(call))  # at once: what it gives from now on is not its end
        return sync_to_async(self._end_late)(call, seconds, perf_counter() - begin)

    def _end_late(self, call: Call, seconds: float, lasted: float) -> ErrorResponse | None:
        self._untold.append((call, lasted))
        response = super().late(call, seconds)
        if not self.is_one:
            self._tell()
        return response

    def finish(self, count: int, refused: int) -> None:
        self._tell()
        failed = refused + len(self.answers.errors)
        self._observer.batch_ended(count, failed, perf_counter() - self._begin)

    async def afinish(self, count: int, refused: int) -> None:
        await sync_to_async(self.finish)(count, refused)

    def _tell(self) -> None:
        while self._untold:
            call, seconds = self._untold.pop(0)
            _, error = self.answers.errors.get(id(call), (call, None))
            self._observer.ended(call, error, seconds)
