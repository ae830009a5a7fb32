"""Callers with idempotency keys: each repeats its call until the answer is final."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any
from urllib.parse import urlsplit

from adjax_jsonrpc.errors import CallTimeoutError
from tests.support.http_calls import request

METHODS = {
    "pay": ["fine", "fine", "callback", "refused", "bug"],
    "pay_later": ["fine", "fine", "refused", "bug"],
    "pay_in_thread": ["fine"],
}
SECONDS_PER_KEY = 8
PAUSE = 0.1
ACKNOWLEDGED, REFUSED, OPEN = "acknowledged", "refused", "open"


@dataclass
class Payment:
    """One key, and how its call ended: ``OPEN`` if that is not known."""

    method: str
    key: str
    how: str
    outcome: str = OPEN
    answer: Any = None

    @property
    def is_undone(self) -> bool:
        """Whether the call is rolled back with its key, so that each repetition runs again."""
        return self.method == "pay" and self.how == "bug"

    @property
    def rows(self) -> set[int]:
        """How many rows there may be."""
        if self.outcome == ACKNOWLEDGED:
            return {1}
        return {0} if self.method == "pay" and self.outcome == REFUSED else {0, 1}


class Payer(threading.Thread):
    """Makes payments one after the other, and sometimes hangs up before the answer.

    ``joins``: the keys of calls in a transaction are stored in this transaction.
    """

    def __init__(self, url: str, name: str, *, joins: bool) -> None:
        super().__init__(daemon=True)
        self._joins = joins
        self._address = urlsplit(url).netloc
        self._name = name
        self._random = Random(name)
        self.stopped = threading.Event()
        self.payments: list[Payment] = []
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self) -> None:
        number = 0
        while not self.stopped.is_set():
            number += 1
            method = self._random.choice(list(METHODS))
            how = self._random.choice(METHODS[method])
            payment = Payment(method, f"{self._name}-{number}", how)
            self.payments.append(payment)
            self._settle(payment)

    def _settle(self, payment: Payment) -> None:
        """Repeat a call until its answer is final, or for some seconds."""
        end = time.monotonic() + SECONDS_PER_KEY
        references: set[str] = set()
        while time.monotonic() < end:
            response = self._try(payment)
            if response is not None and self._is_final(payment, response, references):
                break
        self.counted[payment.outcome] += 1

    def _try(self, payment: Payment) -> Any:
        hangs_up = self._random.random() < 0.2
        try:
            response = self.send(payment, self._random.uniform(0, 0.06) if hangs_up else None)
        except (OSError, HTTPException, ValueError):
            self.counted["lost"] += 1
            time.sleep(PAUSE)
            return None
        self.counted["hung up" if hangs_up else "answered"] += 1
        return response

    def _is_final(self, payment: Payment, response: Any, references: set[str]) -> bool:
        if "result" in response:
            payment.outcome, payment.answer = ACKNOWLEDGED, response["result"]
            return True
        error = response["error"]
        code, data = error["code"], error.get("data")
        self.counted[f"answered {code}"] += 1
        is_final = code == 7 or (code == -32603 and payment.is_undone)
        if code == -32603 and not is_final:
            is_final = data["reference"] in references  # the same again: it is stored
            references.add(data["reference"])
        if is_final:
            payment.outcome, payment.answer = REFUSED, error
        elif code not in (-32007, -32008, -32603):
            self.wrong.append(f"{error} to {payment}")
        time.sleep(PAUSE)
        return is_final or data == {"outcome": "unknown"}

    def send(self, payment: Payment, seconds: float | None = None) -> Any:
        """Make the call; hang up after some seconds, if there are any."""
        http = HTTPConnection(self._address, timeout=60)
        try:
            body = request(f"soak.{payment.method}", payment.key, payment.how)
            headers = {"Content-Type": "application/json"}
            http.request("POST", "/rpc/", json.dumps(body), headers)
            if seconds is not None:
                time.sleep(seconds)
                return None
            return json.loads(http.getresponse().read())
        finally:
            http.close()

    def _ask_until_in_time(self, payment: Payment) -> Any:
        """Repeat a call, also if the time for looking up its key was too short."""
        for _ in range(50):
            response = self.send(payment)
            if response.get("error", {}).get("code") != CallTimeoutError.code:
                break
            time.sleep(PAUSE)
        return response

    def ask_again(self) -> None:
        """Repeat all calls once more: the answers must be the same for ever."""
        for payment in self.payments:
            response = self._ask_until_in_time(payment)
            before = payment.outcome
            if before == OPEN:
                if "result" in response:
                    payment.outcome = ACKNOWLEDGED
                continue
            is_same = (response.get("result") or response.get("error")) == payment.answer
            if payment.is_undone and "error" in response:
                is_same = response["error"]["code"] == payment.answer["code"]
            # The store may have been away when the answer was to be stored: the key stays taken.
            is_taken = "error" in response and response["error"]["code"] == -32007
            if is_taken and not (self._joins and payment.method == "pay"):
                self.counted["answers that could not be stored"] += 1
            elif not is_same:
                self.wrong.append(f"{payment} is now answered {response}")
