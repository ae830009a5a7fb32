"""The endpoint: the view of all calls."""

from __future__ import annotations

import math
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
from ..errors import AuthenticationRequiredError, CsrfError, RateLimitedError, RpcError
from ..integration import exceptions, idempotency, observer, permissions, throttling, transactions
from ..methods.registry import registry
from . import csrf
from .authenticate import authenticate
from .explorer import redirect_to_explorer
from .request import accepts_tags, check_headers, read_body
from .responses import (
    Refusal,
    empty_response,
    json_response,
    respond_to_other_method,
    too_many_requests,
)


class _AllDatabases:
    """Contains the alias of every database. Django checks each alias for every request."""

    def __contains__(self, alias: object) -> bool:
        return True


class Endpoint:
    """The view of all calls, for Django's WSGI and ASGI handlers.

    Under ASGI it returns a coroutine, so that asynchronous methods need no thread. Under WSGI it
    returns a response, so that synchronous methods need no event loop.
    """

    # These are checked for each call, with JSON Responses.
    csrf_exempt = True
    login_required = False
    _non_atomic_requests = _AllDatabases()

    def __call__(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse | Awaitable[HttpResponse]:
        """Return the response to an HTTP request. No request makes this raise.

        Captured parts of the path are not used here; methods find them in
        ``request.resolver_match``.
        """
        if running_loop() is not None:
            return self._arespond(request)
        try:
            if request.method != "POST":
                return redirect_to_explorer(request) or respond_to_other_method(request)
            check_headers(request)
            flow = authenticate(request)
            if flow is not None:
                run(flow)
            body = read_body(request)
        except Exception as exception:
            return failure_response(request, exception)
        secret = request.META.get("CSRF_COOKIE")
        content = gateway().handle(body, request, bigint_tags=accepts_tags(request))
        return _response(request, content, secret)

    async def _arespond(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method != "POST":
                return redirect_to_explorer(request) or respond_to_other_method(request)
            check_headers(request)
            flow = authenticate(request)
            if flow is not None:
                await arun(flow)
            body = read_body(request)
        except Refusal as refusal:
            return refusal.response()
        except Exception as exception:  # a report may send mails or write into a database
            return await sync_to_async(failure_response)(request, exception)
        secret = request.META.get("CSRF_COOKIE")
        content = await gateway().ahandle(body, request, bigint_tags=accepts_tags(request))
        return _response(request, content, secret)


endpoint = Endpoint()


def _mark_as_coroutine_function(name: str, mark: Any) -> None:
    setattr(Endpoint, name, property(lambda endpoint: None if running_loop() is None else mark))


# Django calls iscoroutinefunction(). The attribute for this differs between Python versions.
for _name, _value in vars(markcoroutinefunction(lambda: None)).items():
    _mark_as_coroutine_function(_name, _value)


def _response(request: HttpRequest, content: bytes | None, secret: str | None) -> HttpResponse:
    retry_after = getattr(request, "adjax_retry_after", None)
    if content is None:
        response = empty_response()
    elif retry_after is None:
        response = json_response(content)
    else:
        response = too_many_requests(content, retry_after)
    if request.META.get("CSRF_COOKIE") != secret:
        # A login has changed the token. If the token is in the session or in an HttpOnly cookie,
        # scripts can read it only from this header. Pages of other origins can't read headers.
        response[csrf.csrf_header()] = get_token(request)
    return response


def failure_response(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response to a request that failed before its body was read as calls."""
    if isinstance(exception, Refusal):
        return exception.response()
    if isinstance(exception, AuthenticationRequiredError):
        challenge = getattr(exception, "challenge", UNKNOWN_TO_BROWSERS)
        return Refusal(401, exception, {"WWW-Authenticate": challenge}).response()
    if isinstance(exception, CsrfError):
        token = csrf.renewed_token(request)
        headers = {} if token is None else {csrf.csrf_header(): token}
        return Refusal(403, exception, headers).response()
    if isinstance(exception, RateLimitedError):
        seconds = {"Retry-After": str(math.ceil(exception.data["retryAfter"]))}
        return Refusal(429, exception, seconds).response()
    if isinstance(exception, RpcError):
        return Refusal(403, exception).response()
    return json_response(gateway().answer_fault(exception, request))


@cache
def gateway() -> Gateway:
    """Return the gateway with the settings of the project."""
    hooks = Hooks(
        authorize=permissions.authorize,
        identify=permissions.identify,
        transaction=transactions.transaction,
        atomic_batch=transactions.atomic_batch if settings.atomic_batch else None,
        translate=exceptions.translate,
        report=exceptions.report,
        observe=observer.observe_and_log if settings.log_calls else observer.observe,
        reserve=idempotency.reserve,
        joins_transaction=idempotency.joins_transaction,
        throttle=throttling.throttle_entries,
        count_quietly=throttling.count_quietly,
        throttles_all=bool(settings.throttle),
        suggest=permissions.suggest if django_settings.DEBUG else None,
        debug=django_settings.DEBUG,
    )
    return Gateway(registry, settings.limits, hooks)


@receiver(setting_changed)
def _clear_cache(**kwargs: Any) -> None:
    gateway.cache_clear()
