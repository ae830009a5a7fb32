"""Failed checks of credentials, counted for each address, so that nobody can guess many.

A credential counts as failed before it is checked, because checking a password takes long. If it
is right, the count is taken back, and for some minutes the credential is known: it is not counted
and not refused while others from the same address guess.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b

from django.conf import settings as django_settings
from django.core.cache import BaseCache, caches
from django.http import HttpRequest

from ..conf import settings
from ..errors import RateLimitedError
from ..methods.throttle import Throttle
from . import throttling

KNOWN_SECONDS = 600
"""How long a right credential is known."""


def begin_check(request: HttpRequest) -> bool:
    """Count the credential in ``Authorization`` as failed; return whether it was counted.

    A known credential is not counted. Raises ``RateLimitedError`` over the rate.
    """
    cache = caches[settings.cache]
    if cache.get(_known_key(request)) is not None:
        return False
    _count_failure(request, cache)
    return True


def pass_check(request: HttpRequest, is_counted: bool) -> None:
    """Note that the credential is right.

    One that ``begin_check`` has counted is known from now on. Any other is refused over the rate:
    else a caller could go on guessing until one is right. Raises ``RateLimitedError``.
    """
    cache = caches[settings.cache]
    if is_counted:
        take_back(request)
        cache.set(_known_key(request), 1, KNOWN_SECONDS)
        return
    for key, throttle in _counters(request):
        if (cache.get(key) or 0) >= throttle.calls:
            raise RateLimitedError(throttling.seconds_left(cache, key, throttle))


def take_back(request: HttpRequest) -> None:
    """Take back what ``begin_check`` has counted."""
    for key, _ in _counters(request):
        _take_back(caches[settings.cache], key)


def fail_check(request: HttpRequest) -> None:
    """Count a failed credential that ``begin_check`` has not counted.

    It is no longer known. Raises ``RateLimitedError`` over the rate.
    """
    cache = caches[settings.cache]
    cache.delete(_known_key(request))
    _count_failure(request, cache)


def _count_failure(request: HttpRequest, cache: BaseCache) -> None:
    counted: list[str] = []
    for key, throttle in _counters(request):
        if not throttling.count_calls(cache, key, throttle, 1):
            for each in (*counted, key):  # it is not checked
                _take_back(cache, each)
            raise RateLimitedError(throttling.seconds_left(cache, key, throttle))
        counted.append(key)


def _counters(request: HttpRequest) -> list[tuple[str, Throttle]]:
    counters = []
    for number, throttle in enumerate(settings.credential_throttle):
        # A throttle by user counts by address: who calls is not known yet.
        caller = throttling.caller_key(request, throttle.by if callable(throttle.by) else "address")
        if caller is not None:
            key = throttling.cache_key("credentials", number, throttle, caller)
            counters.append((key, throttle))
    return counters


def _take_back(cache: BaseCache, key: str) -> None:
    with suppress(ValueError):  # the window has ended
        cache.decr(key)


def _known_key(request: HttpRequest) -> str:
    sent = request.META.get("HTTP_AUTHORIZATION", "")
    secret = blake2b(django_settings.SECRET_KEY.encode(), digest_size=32).digest()
    text = sent.encode("utf-8", "surrogatepass")
    digest = blake2b(text, key=secret, digest_size=32, person=b"known credential").hexdigest()
    return f"adjax_jsonrpc.credential.{digest}"
