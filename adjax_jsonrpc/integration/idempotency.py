"""Idempotency keys: the first answer to a call is kept in Django's cache for those that repeat it.

A key is taken by ``add`` before the call is made, which a cache server does for one process
alone: of calls with the same key at most one runs. It stays taken where the process dies in
the middle, since nobody knows how far the call came.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

from django.core.cache import BaseCache, caches

from ..calls.hooks import Answer
from ..conf import settings
from ..errors import CallInProgressError, InvalidParamsError
from ..methods.idempotency import key_of
from ..methods.method import Method
from ..methods.options import KEY_HEADER
from ..methods.signature import Arguments
from . import permissions

ATTEMPTS = 5
ASK_AGAIN_AFTER = 1
"""Seconds: how long the first call takes, nobody knows."""


class Kept:
    """What the cache has for one key of one caller."""

    def __init__(self, cache: BaseCache, name: str, sent: str, answer: Answer | None) -> None:
        self._cache = cache
        self._name = name
        self._sent = sent
        self.answer = answer

    def keep(self, answer: Answer) -> None:
        """Keep the answer for calls that repeat this one."""
        value = (self._sent, tuple(answer))
        self._cache.set(self._name, value, settings.idempotency_seconds)

    def release(self) -> None:
        """Give the key back."""
        self._cache.delete(self._name)


def reserve(
    request: Any, method: Method, sent: str, arguments: Arguments, is_alone: bool
) -> Kept | None:
    """Take the key of a call, ``None`` for one that has none.

    ``sent`` stands for its params. In a call that ``is_alone`` in its body the header counts
    where the parameter is left out. Raises ``InvalidParamsError`` for a key that came with other
    params before, ``CallInProgressError`` where the first call has not ended.
    """
    key, path = key_of(method, arguments)
    if not key and is_alone:
        key, path = request.headers.get(KEY_HEADER, ""), ""
    if not key:
        return None
    cache, name = caches[settings.cache], _name(method, _caller(request), key)
    for _ in range(ATTEMPTS):
        if cache.add(name, (sent, None), settings.idempotency_seconds):
            return Kept(cache, name, sent, None)
        found = cache.get(name)
        if found is None:  # given back just now
            continue
        sent_first, answer = found
        if sent_first != sent:
            reused = "this idempotency key came with other params before"
            raise InvalidParamsError([{"path": path, "message": reused, "keyword": "idempotent"}])
        if answer is None:
            break
        return Kept(cache, name, sent, Answer(*answer))
    raise CallInProgressError(ASK_AGAIN_AFTER)


def _caller(request: Any) -> str:
    """Name the user; callers who are not logged in are told apart by nothing but their keys.

    Their address may be another one when they repeat a call: it often is why they do.
    """
    return permissions.name_of_user(request) or ""


def _name(method: Method, caller: str, key: str) -> str:
    text = json.dumps([method.name, caller, key])  # no part can be taken for another's
    digest = blake2b(text.encode(), digest_size=32).hexdigest()
    return f"adjax_jsonrpc.once.{digest}"
