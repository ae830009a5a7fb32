"""The views: the endpoint, interface.js for pages, and openrpc.json for tools."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from functools import cache
from typing import Any

from asgiref.sync import markcoroutinefunction, sync_to_async
from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.db import connections
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import reverse
from django.utils.html import escapejs
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_headers

from . import access, discovery, failures, http, signals, throttling, transactions
from .conf import settings
from .dispatch import Hooks
from .errors import CsrfError, DispatchError, WireError
from .gateway import Gateway
from .method import Method
from .registry import registry
from .tags import TAG

__all__ = ["DispatchError", "Endpoint", "endpoint", "interface", "openrpc"]


class Endpoint:
    """The one URL that all calls go to: a view for Django's WSGI and ASGI handlers alike.

    Under ASGI it gives Django a coroutine, so that asynchronous methods hold no thread; under
    WSGI a response, so that no event loop is made for synchronous ones.
    """

    # It makes these checks itself, call by call and with answers in JSON.
    csrf_exempt = True
    login_required = False

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        """Answer one HTTP request; nothing that a client sends raises."""
        return self._arespond(request) if _is_on_event_loop() else self._respond(request)

    @property
    def _non_atomic_requests(self) -> frozenset[str]:
        return frozenset(connections)

    def _respond(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method != "POST":
                return _not_a_call(request)
            http.refuse_other_requests(request)
            access.check_csrf(request)
            body = http.read_body(request)
        except CsrfError as error:
            return http.Refusal(403, error).response()
        except http.Refusal as refusal:
            return refusal.response()
        except Exception as fault:  # where sessions are kept may be gone
            return _answer(request, _gateway().answer_fault(fault, request))
        tags = http.reads_tags(request)
        return _answer(request, _gateway().handle(body, request, bigint_tags=tags))

    async def _arespond(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method != "POST":
                return _not_a_call(request)
            http.refuse_other_requests(request)
            if access.is_authenticated_by_cookie(request):
                # With CSRF_USE_SESSIONS it reads the session, which may be in a database.
                await sync_to_async(access.check_csrf)(request)
            body = http.read_body(request)
        except CsrfError as error:
            return http.Refusal(403, error).response()
        except http.Refusal as refusal:
            return refusal.response()
        except Exception as fault:
            answer_fault = sync_to_async(_gateway().answer_fault)
            return _answer(request, await answer_fault(fault, request))
        tags = http.reads_tags(request)
        return _answer(request, await _gateway().ahandle(body, request, bigint_tags=tags))


endpoint = Endpoint()


def _is_on_event_loop() -> bool:
    return asyncio._get_running_loop() is not None


def _mark(name: str, mark: Any) -> None:
    setattr(Endpoint, name, property(lambda endpoint: mark if _is_on_event_loop() else None))


# What marks a coroutine function differs between Python versions; Django asks for it.
for _name, _value in vars(markcoroutinefunction(lambda: None)).items():
    _mark(_name, _value)


def _not_a_call(request: HttpRequest) -> HttpResponse:
    return http.options_response() if request.method == "OPTIONS" else http.method_refused()


def _answer(request: HttpRequest, content: bytes | None) -> HttpResponse:
    if content is None:
        return http.empty_response()
    wait = getattr(request, "adjax_retry_after", None)
    return http.json_response(content) if wait is None else http.too_many_requests(content, wait)


@cache
def _gateway() -> Gateway:
    hooks = Hooks(
        authorize=access.authorize,
        transactions=transactions.transactions,
        as_one=transactions.as_one if settings.atomic_batch else None,
        translate=failures.translate,
        report=failures.report,
        observe=signals.observe,
        throttle=throttling.waits,
        throttles_all=bool(settings.throttle),
        debug=django_settings.DEBUG,
    )
    return Gateway(registry, settings.limits, hooks)


@receiver(setting_changed)
def _forget_gateway(**kwargs: Any) -> None:
    _gateway.cache_clear()


@require_safe
def interface(request: HttpRequest) -> HttpResponse:
    """Serve interface.js, which makes the object that pages call methods through.

    Its template gets ``variable``, ``data``, ``views`` and ``type`` as in django-adjax 1.2, and
    ``options``; each but the first is text that stands safely between single quotes.
    """
    context = {
        "variable": settings.variable,
        "data": _quoted(dict(settings.data)),
        "views": _quoted(interface_methods()),
        "type": TAG,
        "options": _quoted(interface_options()),
    }
    content = loader.render_to_string(settings.template, context, request)
    response = HttpResponse(content, content_type=settings.content_type)
    response["Cache-Control"] = "no-cache"
    return response


interface.login_required = False  # type: ignore[attr-defined]


def _quoted(value: Any) -> str:
    return escapejs(json.dumps(registry.serializer.to_wire(value), allow_nan=False))


def interface_methods() -> dict[str, dict[str, Any]]:
    """Describe each method for the client: ``{app: {name: {args, defaults, url}}}``."""
    apps: dict[str, dict[str, Any]] = {}
    for method in registry.methods.values():
        app, _, name = method.name.partition(".")
        apps.setdefault(app, {})[name] = _described(method)
    return apps


def _described(method: Method) -> dict[str, Any]:
    defaults = method.signature.defaults
    return {
        "args": method.signature.names,
        "defaults": {name: value for name, value in defaults.items() if _can_be_sent(value)},
        "url": reverse("adjax_rpc"),
    }


def _can_be_sent(value: Any) -> bool:
    try:
        registry.serializer.encode(value)
    except (TypeError, WireError):
        return False
    return True


def interface_options() -> dict[str, Any]:
    """Give what the client needs to know of the project's settings."""
    header = django_settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-")
    return {
        "url": reverse("adjax_rpc"),
        "csrf": {"cookieName": django_settings.CSRF_COOKIE_NAME, "headerName": header},
        "maxBatchSize": settings.limits.batch_size,
    }


@require_safe
@conditional_page
@vary_on_headers("Authorization", "Cookie")
def openrpc(request: HttpRequest) -> HttpResponse:
    """Serve the OpenRPC document of what this caller may call."""
    response = http.json_response(json.dumps(discovery.discover(request)).encode())
    response["Cache-Control"] = "private, no-cache"
    return response


openrpc.login_required = False  # type: ignore[attr-defined]
