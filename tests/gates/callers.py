"""Tokens of the tests: ``token-<username>``, or ``broken`` for a lookup that fails."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from adjax_jsonrpc import Throttle
from adjax_jsonrpc.authentication import bearer, explicit


def lookup(token):
    if token == "broken":
        raise RuntimeError("the table of tokens is gone")
    return get_user_model().objects.filter(username=token.removeprefix("token-")).first()


async def alookup(token):
    if token == "broken":
        raise RuntimeError("the table of tokens is gone")
    return await get_user_model().objects.filter(username=token.removeprefix("token-")).afirst()


by_token = bearer(lookup)
by_token_later = bearer(alookup)


def by_key(request):
    """Read a cookie or a header: not marked as explicit."""
    key = request.headers.get("X-Key") or request.COOKIES.get("key")
    return get_user_model().objects.get(username=key) if key else None


@explicit
async def by_explicit_key(request):
    key = request.headers.get("X-Explicit-Key")
    return await get_user_model().objects.aget(username=key) if key else None


per_header = Throttle("3/min", by=lambda request: request.headers.get("X-Caller"))
