"""Stores idempotency keys in a cache of Django.

A call reserves its key with ``cache.add`` before it runs. A cache server does this for one
process only, so at most one of the calls with the same key runs. A cache may drop a large value,
and with it what it had before. So a large answer has an entry of its own: if it is dropped, the
small entry of the key still says that the call is done.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.core.cache import BaseCache, caches

from ..calls.hooks import Reservation, StoredAnswer
from ..conf import settings
from ..errors import CallInProgressError
from .key_store import DONE, RETRY_AFTER, UNKNOWN, FoundAnswer, StoredKey

logger = logging.getLogger("adjax_jsonrpc")

MAX_ATTEMPTS = 5
"""How often to try again if another call releases the key in between."""

MAX_INLINE_BYTES = 16 * 1024
"""The size of an answer that is stored in the entry of its key."""


class CacheKeys:
    """Stores keys in the entry ``alias`` of ``CACHES``."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def joins(self, databases: Sequence[str]) -> bool:
        """Return ``False``: a cache takes no part in transactions."""
        return False

    def reserve(self, key: str, fingerprint: str) -> Reservation:
        """Reserve a key, or return the answer of the first call with the key."""
        cache, entry = caches[self._alias], f"adjax_jsonrpc.idempotency.{key}"
        new = StoredKey.of_new_call(fingerprint)
        for _ in range(MAX_ATTEMPTS):
            if cache.add(entry, tuple(new), settings.idempotency_seconds):
                return CacheReservation(cache, entry, new)
            found = cache.get(entry)
            if found is None:  # released after ``add``
                continue
            stored = StoredKey(*found)
            if stored.state == DONE and stored.answer is None:
                stored = stored._replace(answer=cache.get(f"{entry}.answer"))
            is_error, content = stored.answer_for(fingerprint)
            return FoundAnswer(StoredAnswer(is_error, content))
        raise CallInProgressError(RETRY_AFTER)


class CacheReservation:
    """A reserved key in a cache."""

    answer = None

    def __init__(self, cache: BaseCache, entry: str, stored: StoredKey) -> None:
        self._cache = cache
        self._entry = entry
        self._stored = stored

    def store(self, answer: StoredAnswer) -> None:
        """Store the answer for repeated calls; at least, that there is one."""
        if len(answer.content) <= MAX_INLINE_BYTES:
            self._set(self._stored._replace(state=DONE, answer=answer))
            return
        try:
            seconds = settings.idempotency_seconds
            self._cache.set(f"{self._entry}.answer", tuple(answer), seconds)
        except Exception:  # each client has its own error for a value that is too large
            logger.exception("an answer of %d bytes can't be stored", len(answer.content))
        self._set(self._stored._replace(state=DONE))

    def release(self) -> None:
        """Free the key."""
        self._cache.delete(self._entry)

    def keep(self) -> None:
        """Keep the key reserved, for a call without a known outcome."""
        self._set(self._stored._replace(state=UNKNOWN))

    def _set(self, stored: StoredKey) -> None:
        answer = None if stored.answer is None else tuple(stored.answer)
        value = tuple(stored._replace(answer=answer))  # type: ignore[arg-type]
        self._cache.set(self._entry, value, settings.idempotency_seconds)
