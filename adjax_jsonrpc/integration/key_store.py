"""Where idempotency keys are stored: what a store does, and what a stored key says to a call."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ..calls.concurrent import SECONDS_IN_BACKGROUND
from ..calls.hooks import Reservation, StoredAnswer
from ..conf import settings
from ..errors import AnswerNotStoredError, CallInProgressError, OutcomeUnknownError

RUNNING, UNKNOWN, DONE = "running", "unknown", "done"
"""The states of a key: reserved by a call, kept after a call without a known outcome, answered."""

RETRY_AFTER = 1
"""Seconds. How long the first call will take is not known."""

LONGEST_CALL = 300.0
"""Seconds after which a call without a time limit is taken for one whose process has died."""


class KeyReusedError(Exception):
    """The key came with other params before."""


class StoredKey(NamedTuple):
    """What is stored for a key. ``started`` and ``expires`` are Unix times, ``None`` for never.

    ``fingerprint`` identifies the params. ``answer`` is ``None`` if the state is not ``DONE``, or
    if the store could not hold it.
    """

    fingerprint: str
    state: str
    started: float
    expires: float | None
    answer: StoredAnswer | None = None

    @classmethod
    def of_new_call(cls, fingerprint: str) -> StoredKey:
        """Return what to store for a call that starts now."""
        now, seconds = time.time(), settings.idempotency_seconds
        return cls(fingerprint, RUNNING, now, None if seconds is None else now + seconds)

    def answer_for(self, fingerprint: str) -> StoredAnswer:
        """Return the answer for a repeated call, or raise the error that it gets.

        A call that runs for longer than calls may take is one whose process has died. If it has
        not, its outcome is stored nevertheless.
        """
        if self.fingerprint != fingerprint:
            raise KeyReusedError
        if self.state == DONE:
            if self.answer is None:
                raise AnswerNotStoredError
            return self.answer
        now = time.time()
        longest = (settings.limits.batch_seconds or LONGEST_CALL) + SECONDS_IN_BACKGROUND
        if self.state == RUNNING and now < self.started + longest:
            raise CallInProgressError(RETRY_AFTER)
        raise OutcomeUnknownError(None if self.expires is None else round(self.expires - now))


class FoundAnswer(NamedTuple):
    """The reservation of a repeated call: it has the answer already."""

    answer: StoredAnswer

    def store(self, answer: StoredAnswer) -> None:
        """Do nothing: the answer is stored."""

    def release(self) -> None:
        """Do nothing: the key is not reserved by this call."""

    def keep(self) -> None:
        """Do nothing: the key is not reserved by this call."""


class KeyStore(Protocol):
    """Stores idempotency keys for all processes of a project."""

    def joins(self, databases: Sequence[str]) -> bool:
        """Return whether ``reserve`` is part of a transaction on these databases."""

    def reserve(self, key: str, fingerprint: str) -> Reservation:
        """Reserve a key for one call only, or return the answer of the first call with the key.

        Raises ``KeyReusedError``, ``CallInProgressError``, ``OutcomeUnknownError`` or
        ``AnswerNotStoredError``.
        """
