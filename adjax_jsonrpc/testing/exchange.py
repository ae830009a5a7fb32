"""What one POST of a test client did: its calls, their SQL, and the causes of its errors."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from ..signals import call_finished, call_started


@dataclass
class CallRecord:
    """One call: its method, the code of its error, its duration in seconds, and its SQL."""

    method: str
    code: int | None = None
    seconds: float = 0.0
    queries: list[str] = field(default_factory=list)


@dataclass
class Exchange:
    """One POST: its body, and the JSON of the response.

    ``queries`` is the SQL of the whole request, ``calls`` has that of each call. It is recorded for
    synchronous clients. ``causes`` has the exceptions of internal errors by their references.
    """

    body: Any
    response: Any = None
    http_response: Any = None
    calls: list[CallRecord] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    causes: dict[str, BaseException] = field(default_factory=dict)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record while the request is being answered."""
        handler = _CauseHandler(self.causes)
        reports = logging.getLogger("django.request")
        with ExitStack() as stack:
            call_started.connect(self._started)
            stack.callback(call_started.disconnect, self._started)
            call_finished.connect(self._finished)
            stack.callback(call_finished.disconnect, self._finished)
            reports.addHandler(handler)
            stack.callback(reports.removeHandler, handler)
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(self._execute))
            yield

    def read(self, response: Any) -> None:
        """Read the JSON of an HTTP response; ``None`` for an empty one."""
        self.http_response = response
        self.response = json.loads(response.content) if response.content else None

    def _started(self, method: str, **kwargs: Any) -> None:
        self.calls.append(CallRecord(method))

    def _finished(self, method: str, code: int | None, duration: float, **kwargs: Any) -> None:
        for call in self.calls:
            if call.method == method and call.seconds == 0.0:
                call.code, call.seconds = code, duration
                return

    def _execute(self, execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        self.queries.append(sql)
        if self.calls:
            self.calls[-1].queries.append(sql)
        return execute(sql, *args)


class _CauseHandler(logging.Handler):
    """Collects the exceptions of internal errors by their references."""

    def __init__(self, causes: dict[str, BaseException]) -> None:
        super().__init__(logging.ERROR)
        self._causes = causes

    def emit(self, record: logging.LogRecord) -> None:
        reference = getattr(record, "reference", None)
        if reference and record.exc_info and record.exc_info[1]:
            self._causes[reference] = record.exc_info[1]
