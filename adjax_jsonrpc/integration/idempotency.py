"""Idempotency keys: the first answer to a call is stored in Django's cache for repeated calls.

A call reserves its key with ``cache.add`` before it runs. A cache server does this for one
process only, so at most one of the calls with the same key runs. The key stays reserved if the
process dies before the call ends, because nobody can tell what the call has done.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

from django.core.cache import BaseCache, caches

from .._messages import gettext
from ..calls.hooks import StoredAnswer
from ..conf import settings
from ..errors import CallInProgressError, InvalidParamsError
from ..methods.idempotency import idempotency_key
from ..methods.method import Method
from ..methods.options import KEY_HEADER
from ..methods.signature import Arguments
from . import permissions

MAX_ATTEMPTS = 5
"""How often to try again if another call releases the key in between."""

RETRY_AFTER = 1
"""Seconds. How long the first call will take is not known."""


class CacheReservation:
    """A reserved key, in the cache."""

    def __init__(
        self, cache: BaseCache, cache_key: str, fingerprint: str, answer: StoredAnswer | None
    ) -> None:
        self._cache = cache
        self._cache_key = cache_key
        self._fingerprint = fingerprint
        self.answer = answer

    def store(self, answer: StoredAnswer) -> None:
        """Store the answer for repeated calls."""
        value = (self._fingerprint, tuple(answer))
        self._cache.set(self._cache_key, value, settings.idempotency_seconds)

    def release(self) -> None:
        """Free the key."""
        self._cache.delete(self._cache_key)


def reserve(
    request: Any, method: Method, fingerprint: str, arguments: Arguments, is_single: bool
) -> CacheReservation | None:
    """Reserve the key of a call; return ``None`` for a call without a key.

    The header is read if the call ``is_single`` (not in a batch) and its parameter is omitted.
    Raises ``InvalidParamsError`` if the key was sent with other params before, and
    ``CallInProgressError`` if the first call has not ended.
    """
    key, path = idempotency_key(method, arguments)
    if not key and is_single:
        key, path = request.headers.get(KEY_HEADER, ""), ""
    if not key:
        return None
    cache, cache_key = caches[settings.cache], _cache_key(request, method, key)
    for _ in range(MAX_ATTEMPTS):
        if cache.add(cache_key, (fingerprint, None), settings.idempotency_seconds):
            return CacheReservation(cache, cache_key, fingerprint, None)
        found = cache.get(cache_key)
        if found is None:  # released after ``add``
            continue
        first_fingerprint, answer = found
        if first_fingerprint != fingerprint:
            reused = gettext("this idempotency key came with other params before")
            raise InvalidParamsError([{"path": path, "message": reused, "keyword": "idempotent"}])
        if answer is None:
            break
        return CacheReservation(cache, cache_key, fingerprint, StoredAnswer(*answer))
    raise CallInProgressError(RETRY_AFTER)


def _cache_key(request: Any, method: Method, key: str) -> str:
    """Return the cache key for an idempotency key of one user and one method.

    Callers who are not logged in are told apart only by their keys. The address does not count:
    it may change before a call is repeated, and is often the reason to repeat the call.
    """
    user = permissions.user_key(request) or ""
    text = json.dumps([method.name, user, key])  # JSON, so that the parts can't be mixed up
    digest = blake2b(text.encode(), digest_size=32).hexdigest()
    return f"adjax_jsonrpc.once.{digest}"
