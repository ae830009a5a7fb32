"""Tokens of the tests: ``token-<username>``, or ``broken`` for a lookup that fails."""

from __future__ import annotations

from asgiref.sync import iscoroutinefunction
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject

from adjax_jsonrpc import Throttle
from adjax_jsonrpc.authentication import Caller, bearer, explicit


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

by_one_token = bearer(lambda token: Caller("ann") if token == "right" else None)


def _middleware(change):
    """Return middleware that changes each request."""

    @sync_and_async_middleware
    def middleware(get_response):
        if iscoroutinefunction(get_response):

            async def respond(request):
                change(request)
                return await get_response(request)
        else:

            def respond(request):
                change(request)
                return get_response(request)

        return respond

    return middleware


def _user_of_token(request):
    name = request.COOKIES.get("jwt") or request.headers.get("X-Jwt")
    return get_user_model().objects.filter(username=name).first() or AnonymousUser()


def _lazy_user(request):
    request.user = SimpleLazyObject(lambda: _user_of_token(request))


def _lazy_user_over(request):
    inner = request.user
    request.user = SimpleLazyObject(
        lambda: inner if inner.is_authenticated else _user_of_token(request)
    )


def _remote_user(request):
    name = request.headers.get("X-Remote-User")
    request.user = get_user_model()(username=name, pk=1) if name else AnonymousUser()


def _other_session(request):
    request.session = SessionStore(request.COOKIES.get("other"))


lazy_user = _middleware(_lazy_user)
lazy_user_over = _middleware(_lazy_user_over)
remote_user = _middleware(_remote_user)
other_session = _middleware(_other_session)


class OwnBackend:
    """An authentication backend that knows permissions of no app."""

    def authenticate(self, request, **credentials):
        return None
