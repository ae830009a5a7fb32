"""Throttles: the calls of each caller are counted in Django's cache, in fixed time windows.

A window starts with its first call. The calls of one body with the same counter are counted in
one step, and the first of them pass. A counter is changed only by ``cache.add`` and
``cache.incr``. A cache server runs these one at a time for all processes, so no window has more
calls than the rate allows.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from functools import lru_cache, partial
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from types import EllipsisType, SimpleNamespace
from typing import Any, TypeAlias
from uuid import uuid4

from django.core.cache import BaseCache, caches

from ..conf import settings
from ..methods.method import Method
from ..methods.throttle import Throttle, ThrottleBy
from . import permissions

_counters = SimpleNamespace(generation="")
"""``generation`` is a part of the keys of all counters; see ``reset_throttles``."""

_Counted: TypeAlias = "Method | EllipsisType | None"

MAX_ATTEMPTS = 5
"""How often to try again if a window ends between two operations on the cache."""


def throttle_entries(request: Any, methods: Sequence[_Counted]) -> list[float | None]:
    """Count the entries of a body. Return the seconds to wait for each, ``None`` if it passes.

    ``ADJAX_THROTTLE`` applies to entries that name no method (``None``), and to methods without own
    throttles. An entry with ``...`` is not counted. If all entries are refused,
    ``request.adjax_retry_after`` is set, in whole seconds.
    """
    retry_after = _count(request, methods)
    refused = [seconds for seconds in retry_after if seconds is not None]
    if len(refused) == len(retry_after):
        request.adjax_retry_after = math.ceil(max(refused))
    return retry_after


def count_quietly(request: Any, method: Method) -> bool:
    """Count a call of a method. Return whether it passes, without a trace in the response."""
    return _count(request, [method]) == [None]


def _count(request: Any, methods: Sequence[_Counted]) -> list[float | None]:
    """Count entries; see ``throttle_entries``.

    With several throttles a call must pass all of them; after one refuses it, the others do not
    count it.
    """
    cache = caches[settings.cache]
    caller_of = lru_cache(partial(caller_key, request))
    retry_after: list[float | None] = [None] * len(methods)
    scopes = [_scope(method) for method in methods]
    for number in range(max(len(throttles) for _, throttles in scopes)):
        counters: dict[tuple[str, Throttle], list[int]] = {}  # with the indexes of their entries
        for index, (scope, throttles) in enumerate(scopes):
            if number >= len(throttles) or retry_after[index] is not None:
                continue
            throttle = throttles[number]
            caller = caller_of(throttle.by)
            if caller is not None:
                key = cache_key(scope, number, throttle, caller)
                counters.setdefault((key, throttle), []).append(index)
        for (key, throttle), indexes in counters.items():
            passing = count_calls(cache, key, throttle, len(indexes))
            if passing < len(indexes):
                seconds = seconds_left(cache, key, throttle)
                for index in indexes[passing:]:
                    retry_after[index] = seconds
    return retry_after


def reset_throttles() -> None:
    """Begin new counters for all throttles of this process: for tests. The cache is not cleared."""
    _counters.generation = uuid4().hex


def _scope(method: _Counted) -> tuple[str, tuple[Throttle, ...]]:
    """Return what counters are shared by (a method, or "" for the project), and the throttles."""
    if method is ...:
        return "", ()
    own = None if method is None else method.options.throttle
    if method is None or own is None:
        return "", settings.throttle
    return method.name, own


def caller_key(request: Any, by: ThrottleBy) -> str | None:
    """Return a text that identifies the caller; ``None`` if the calls are not counted."""
    if callable(by):
        key = by(request)
        return None if key is None else f"given {key}"
    user = permissions.user_key(request) if by == "user" else None
    return user or _address_key(request)


def _address_key(request: Any) -> str:
    """Return a text that identifies the client's address.

    For IPv6 it is the /64 network, because a client usually has all addresses of its network.
    """
    text = request.META.get("REMOTE_ADDR") or ""
    try:
        address = ip_address(text)
    except ValueError:  # a server behind a Unix socket sets no address
        return f"address {text}"
    if isinstance(address, IPv6Address):
        return f"address {address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64)}"
    return f"address {address}"


def cache_key(scope: str, number: int, throttle: Throttle, caller: str) -> str:
    """Return the cache key of a counter: a digest, because callers choose parts of the text."""
    parts = "\n".join([_counters.generation, scope, str(number), throttle.rate, caller])
    digest = blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"adjax_jsonrpc.throttle.{digest}"


def count_calls(cache: BaseCache, key: str, throttle: Throttle, calls: int) -> int:
    """Count calls in the current window of a key. Return how many of them pass."""
    for _ in range(MAX_ATTEMPTS):
        try:
            count = cache.incr(key, calls)
        except ValueError:  # there is no window
            if not cache.add(key, calls, throttle.seconds):
                continue  # another process has started one
            _store_end(cache, key, throttle)
            count = calls
        else:
            if count == calls:
                # Django's Redis cache checks that a key exists, then increments it. If the key
                # expired in between, Redis has created a new one without an expiry time.
                cache.touch(key, throttle.seconds)
                _store_end(cache, key, throttle)
        return min(calls, max(0, throttle.calls - (count - calls)))
    raise RuntimeError(f"the cache {settings.cache!r} can't count: neither incr() nor add() works")


def _store_end(cache: BaseCache, key: str, throttle: Throttle) -> None:
    cache.set(f"{key}.end", time.time() + throttle.seconds, throttle.seconds)


def seconds_left(cache: BaseCache, key: str, throttle: Throttle) -> float:
    """Return the seconds until the current window ends, rounded up to milliseconds."""
    end: float | None = cache.get(f"{key}.end")
    if end is None:
        # The process that started the window has not stored its end. It may also have died
        # before it set the expiry time of the counter.
        end = time.time() + throttle.seconds
        if cache.add(f"{key}.end", end, throttle.seconds):
            cache.touch(key, throttle.seconds)
    left = min(max(end - time.time(), 0.001), throttle.seconds)
    return math.ceil(left * 1000) / 1000
