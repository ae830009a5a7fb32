"""The endpoint: the one URL that all calls go to."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import cache
from typing import Any

from asgiref.sync import markcoroutinefunction, sync_to_async
from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from .._compat import running_loop
from .._flow import arun, run
from ..authentication import UNKNOWN_TO_BROWSERS
from ..calls.gateway import Gateway
from ..calls.hooks import Hooks
from ..conf import settings
from ..errors import AuthenticationRequiredError, CsrfError, RpcError
from ..integration import exceptions, idempotency, observer, permissions, throttling, transactions
from ..methods.registry import registry
from . import csrf
from .authenticate import admission
from .request import read_body, reads_tags, refuse_other_requests
from .responses import Refusal, empty_response, json_response, not_a_call, too_many_requests


class _Everywhere:
    """All databases: Django asks for the alias of each at every request."""

    def __contains__(self, alias: object) -> bool:
        return True


class Endpoint:
    """The one URL that all calls go to: a view for Django's WSGI and ASGI handlers alike.

    Under ASGI it gives Django a coroutine, so that asynchronous methods hold no thread; under
    WSGI a response, so that no event loop is made for synchronous ones.
    """

    # It makes these checks itself, call by call and with answers in JSON.
    csrf_exempt = True
    login_required = False
    _non_atomic_requests = _Everywhere()

    def __call__(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse | Awaitable[HttpResponse]:
        """Answer one HTTP request; nothing that a client sends raises.

        What the path captures is for the methods, which read it in ``request.resolver_match``.
        """
        if running_loop() is not None:
            return self._arespond(request)
        try:
            if request.method != "POST":
                return not_a_call(request)
            refuse_other_requests(request)
            steps = admission(request)
            if steps is not None:
                run(steps)
            body = read_body(request)
        except Exception as exception:
            return refused(request, exception)
        secret = request.META.get("CSRF_COOKIE")
        content = gateway().handle(body, request, bigint_tags=reads_tags(request))
        return _answer(request, content, secret)

    async def _arespond(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method != "POST":
                return not_a_call(request)
            refuse_other_requests(request)
            steps = admission(request)
            if steps is not None:
                await arun(steps)
            body = read_body(request)
        except Refusal as refusal:
            return refusal.response()
        except Exception as exception:  # its report may write mails, or into a database
            return await sync_to_async(refused)(request, exception)
        secret = request.META.get("CSRF_COOKIE")
        content = await gateway().ahandle(body, request, bigint_tags=reads_tags(request))
        return _answer(request, content, secret)


endpoint = Endpoint()


def _mark(name: str, mark: Any) -> None:
    setattr(Endpoint, name, property(lambda endpoint: None if running_loop() is None else mark))


# What marks a coroutine function differs between Python versions; Django asks for it.
for _name, _value in vars(markcoroutinefunction(lambda: None)).items():
    _mark(_name, _value)


def _answer(request: HttpRequest, content: bytes | None, secret: str | None) -> HttpResponse:
    wait = getattr(request, "adjax_retry_after", None)
    if content is None:
        response = empty_response()
    elif wait is None:
        response = json_response(content)
    else:
        response = too_many_requests(content, wait)
    if request.META.get("CSRF_COOKIE") != secret:
        # A login has changed the token, and no script can read the new one elsewhere where
        # it is in the session or in an HttpOnly cookie. Other origins can't read headers.
        response[csrf.csrf_header()] = get_token(request)
    return response


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request whose calls are not even looked at."""
    if isinstance(exception, Refusal):
        return exception.response()
    if isinstance(exception, AuthenticationRequiredError):
        challenge = getattr(exception, "challenge", UNKNOWN_TO_BROWSERS)
        return Refusal(401, exception, {"WWW-Authenticate": challenge}).response()
    if isinstance(exception, CsrfError):
        token = csrf.renewed_token(request)
        headers = {} if token is None else {csrf.csrf_header(): token}
        return Refusal(403, exception, headers).response()
    if isinstance(exception, RpcError):
        return Refusal(403, exception).response()
    return json_response(gateway().answer_fault(exception, request))


@cache
def gateway() -> Gateway:
    """Give the gateway that answers by the project's settings."""
    hooks = Hooks(
        authorize=permissions.authorize,
        transaction=transactions.transaction,
        atomic_batch=transactions.atomic_batch if settings.atomic_batch else None,
        translate=exceptions.translate,
        report=exceptions.report,
        observe=observer.observe,
        reserve=idempotency.reserve,
        throttle=throttling.throttle_entries,
        throttles_all=bool(settings.throttle),
        debug=django_settings.DEBUG,
    )
    return Gateway(registry, settings.limits, hooks)


@receiver(setting_changed)
def _forget(**kwargs: Any) -> None:
    gateway.cache_clear()
