"""How many calls pass: counted in Django's cache, in windows that begin with their first call.

The calls of one body that share a budget are counted in one step, and the first of them pass.
A count is changed by ``add`` and ``incr`` alone, which a cache server does one at a time for
all processes: whatever they do, no window has more calls than its rate.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeAlias

from django.core.cache import BaseCache, caches

from ..conf import settings
from ..methods.method import Method
from ..methods.throttle import Caller, Throttle
from . import permissions

ATTEMPTS = 5
"""A window that ends just when it is looked at is asked for again; so often is no accident."""

Group: TypeAlias = "tuple[str, Throttle]"
"""Calls that share a budget: by the key of its count."""


def waits(request: Any, methods: Sequence[Method | None]) -> list[float | None]:
    """Count the entries of a body: seconds until it may come again for each that is refused.

    An entry that names no method counts for ``ADJAX_THROTTLE``, as does a method without
    throttles of its own. A call of several throttles passes where all let it pass; those after
    the one that refuses it do not count it. Where all entries are refused the request notes
    ``adjax_retry_after``, in whole seconds.
    """
    cache = caches[settings.cache]
    named = _Callers(request)
    found: list[float | None] = [None] * len(methods)
    scopes = [_scope(method) for method in methods]
    for number in range(max(len(throttles) for _, throttles in scopes)):
        groups: dict[Group, list[int]] = {}
        for index, (scope, throttles) in enumerate(scopes):
            if number >= len(throttles) or found[index] is not None:
                continue
            caller = named(throttles[number].by)
            if caller is not None:
                key = _key(scope, number, throttles[number], caller)
                groups.setdefault((key, throttles[number]), []).append(index)
        for (key, throttle), indexes in groups.items():
            passing = _take(cache, key, throttle, len(indexes))
            if passing < len(indexes):
                wait = _rest_of_window(cache, key, throttle)
                for index in indexes[passing:]:
                    found[index] = wait
    refused = [wait for wait in found if wait is not None]
    if len(refused) == len(found):
        request.adjax_retry_after = math.ceil(max(refused))
    return found


def _scope(method: Method | None) -> tuple[str, tuple[Throttle, ...]]:
    own = None if method is None else method.options.throttle
    if method is None or own is None:
        return "", settings.throttle
    return method.name, own


class _Callers:
    """Who makes a request, asked once for each way to tell callers apart."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._found: dict[Caller, str | None] = {}

    def __call__(self, by: Caller) -> str | None:
        if by not in self._found:
            self._found[by] = self._find(by)
        return self._found[by]

    def _find(self, by: Caller) -> str | None:
        if callable(by):
            given = by(self._request)
            return None if given is None else f"given {given}"
        return caller(self._request) if by == "user" else address(self._request)


def caller(request: Any) -> str:
    """Name who makes a request: the user who is logged in, else the address."""
    return permissions.user_key(request) or address(request)


def address(request: Any) -> str:
    """Name the address that a request comes from.

    Of an IPv6 address it is the network: whoever has one address there has 2^64.
    """
    text = request.META.get("REMOTE_ADDR") or ""
    try:
        found = ip_address(text)
    except ValueError:  # a server behind a socket gives none
        return f"address {text}"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return f"address {mapped or IPv6Address(int(found) >> 64 << 64)}"
    return f"address {found}"


def _key(scope: str, number: int, throttle: Throttle, caller: str) -> str:
    """Name a count: a text of one length and of safe characters, whatever callers send."""
    parts = "\n".join([scope, str(number), throttle.rate, caller])
    digest = blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"adjax_jsonrpc.throttle.{digest}"


def _take(cache: BaseCache, key: str, throttle: Throttle, calls: int) -> int:
    """Count calls in the window of a key; say how many of them pass."""
    for _ in range(ATTEMPTS):
        try:
            count = cache.incr(key, calls)
        except ValueError:  # no window is open
            if not cache.add(key, calls, throttle.seconds):
                continue  # another process has opened one
            _note_end(cache, key, throttle)
            count = calls
        else:
            if count == calls:
                # Django's cache for Redis looks for a key, then increments: one that ended in
                # between was made anew, without an end.
                cache.touch(key, throttle.seconds)
                _note_end(cache, key, throttle)
        return min(calls, max(0, throttle.calls - (count - calls)))
    raise RuntimeError(f"the cache {settings.cache!r} neither has a count nor takes one")


def _note_end(cache: BaseCache, key: str, throttle: Throttle) -> None:
    cache.set(f"{key}.end", time.time() + throttle.seconds, throttle.seconds)


def _rest_of_window(cache: BaseCache, key: str, throttle: Throttle) -> float:
    """Give the seconds until a window ends, to the millisecond, rounded up."""
    end: float | None = cache.get(f"{key}.end")
    if end is None:
        # Who opened the window did not come to say when it ends, and may not have come to
        # have it end at all.
        end = time.time() + throttle.seconds
        if cache.add(f"{key}.end", end, throttle.seconds):
            cache.touch(key, throttle.seconds)
    rest = min(max(end - time.time(), 0.001), throttle.seconds)
    return math.ceil(rest * 1000) / 1000
