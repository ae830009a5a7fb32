"""The views: interface.js for pages, openrpc.json for tools, the explorer, the endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeAlias

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.html import escapejs
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page
from django.views.decorators.vary import vary_on_headers

from ._flow import run
from .conf import settings
from .errors import WireError
from .http import csrf, discovery
from .http.authenticate import authentication
from .http.endpoint import Endpoint, endpoint, failure_response
from .http.explorer import explorer_page
from .http.responses import Refusal, json_response, method_not_allowed
from .legacy.errors import DispatchError
from .methods.method import Method
from .methods.registry import registry
from .protocol.tags import TAG

__all__ = ["DispatchError", "Endpoint", "endpoint", "explorer", "interface", "openrpc"]

_View: TypeAlias = "Callable[[HttpRequest], HttpResponse]"


def _per_caller(view: _View) -> _View:
    """Authenticate the caller, because the document depends on what the caller may call."""

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return method_not_allowed("use GET for this document", "GET, HEAD")
        try:
            configured = authentication()
            if configured is not None:
                run(configured.identify(request))
        except Exception as exception:
            return failure_response(request, exception)
        response = view(request)
        response["Cache-Control"] = "private, no-cache"
        # Otherwise pages of other origins could load the script with the user's cookie.
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    respond.login_required = False  # type: ignore[attr-defined]
    return csrf_exempt(vary_on_headers("Authorization", "Cookie")(respond))


@_per_caller
def interface(request: HttpRequest) -> HttpResponse:
    """Return interface.js, which creates the JavaScript object with the methods.

    Its template gets ``variable``, ``data``, ``views`` and ``type`` as in django-adjax 1.2, and
    ``options``. All except ``variable`` are escaped for a JavaScript string in single quotes.
    """
    url = discovery.endpoint_path(request)
    context = {
        "variable": settings.variable,
        "data": _quoted(dict(settings.data)),
        "views": _quoted(interface_methods(discovery.visible_methods(request), url)),
        "type": TAG,
        "options": _quoted(interface_options(url)),
    }
    content = loader.render_to_string(settings.template, context, request)
    return HttpResponse(content, content_type=settings.content_type)


def _quoted(value: Any) -> str:
    return escapejs(json.dumps(registry.serializer.to_wire(value), allow_nan=False))


def interface_methods(methods: Iterable[Method], url: str) -> dict[str, dict[str, Any]]:
    """Return the methods for the client: ``{app: {name: {args, defaults, url}}}``."""
    apps: dict[str, dict[str, Any]] = {}
    for method in methods:
        app, _, name = method.name.partition(".")
        apps.setdefault(app, {})[name] = _interface_method(method, url)
    return apps


def _interface_method(method: Method, url: str) -> dict[str, Any]:
    defaults = method.signature.defaults
    return {
        "args": method.signature.names,
        "defaults": {name: value for name, value in defaults.items() if _is_encodable(value)},
        "url": url,
        **({"readonly": True} if method.options.readonly else {}),
        **({"idempotent": True} if method.is_repeatable else {}),
    }


def _is_encodable(value: Any) -> bool:
    try:
        registry.serializer.encode(value)
    except (TypeError, WireError):
        return False
    return True


def interface_options(url: str) -> dict[str, Any]:
    """Return the settings that the client needs."""
    cookie, header = django_settings.CSRF_COOKIE_NAME, csrf.csrf_header()
    return {
        "url": url,
        "csrf": {"cookieName": cookie, "headerName": header},
        "maxBatchSize": settings.limits.batch_size,
    }


@_per_caller
def explorer(request: HttpRequest) -> HttpResponse:
    """Return the explorer, for the callers of ``ADJAX_EXPLORER``."""
    try:
        return explorer_page(request, discovery.endpoint_path(request))
    except Refusal as refusal:
        return refusal.response()


@_per_caller
@conditional_page
def openrpc(request: HttpRequest) -> HttpResponse:
    """Return the OpenRPC document with the methods that the caller may call."""
    return json_response(json.dumps(discovery.discover(request)).encode())
