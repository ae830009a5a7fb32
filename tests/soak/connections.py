"""Python's connections: each sends its plan, one request after the other, and checks each answer."""

from __future__ import annotations

import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import NamedTuple
from urllib.parse import urlsplit

from .calls import Exchange, Plan

SECONDS_TO_ANSWER = 90


class Lost(NamedTuple):
    """A request that was not answered: when its connection was opened, and when it ended."""

    opened: float
    ended: float
    says: str


class Connection(threading.Thread):
    """One connection to a server, kept open as far as the server keeps it."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(daemon=True)
        self._address = urlsplit(url).netloc
        self._plan = Plan(name)
        self._random = Random(name)
        self._http: HTTPConnection | None = None
        self._opened = 0.0
        self.stopped = threading.Event()
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.lost: list[Lost] = []
        self.wrote: list[str] = []
        self.unknown: list[str] = []
        self.must_not_write: list[str] = []
        self.answered_last = 0.0

    def run(self) -> None:
        while not self.stopped.wait(self._random.uniform(0, 0.06)):
            exchange = self._plan.next()
            self.must_not_write += [e.must_not_write for e in exchange.entries if e.must_not_write]
            keys = [entry.writes for entry in exchange.entries if entry.writes]
            try:
                status, content = self._send(exchange)
            except (OSError, HTTPException) as error:
                self.lost.append(Lost(self._opened, time.time(), repr(error)))
                self.unknown += keys
                self._close()
                continue
            problems = exchange.problems(status, content)
            self.wrong += problems
            (self.unknown if problems else self.wrote).extend(keys)
            self.answered_last = time.time()
            self.counted["requests"] += 1
            self.counted.update(entry.kind for entry in exchange.entries)
            self.counted["bad"] += not exchange.entries
        self._close()

    def _send(self, exchange: Exchange) -> tuple[int, bytes]:
        if self._http is None:
            self._opened = time.time()
            self._http = HTTPConnection(self._address, timeout=SECONDS_TO_ANSWER)
        headers = {"Content-Type": exchange.content_type}
        self._http.request("POST", "/rpc/", exchange.body, headers)
        response = self._http.getresponse()
        content = response.read()
        if response.will_close or exchange.status == 413:
            self._close()  # what a server leaves unread of a body is its own affair
        return response.status, content

    def _close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None
