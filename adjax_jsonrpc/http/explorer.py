"""The explorer: a page in which people see the methods that they may call, and call them."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template import loader
from django.urls import NoReverseMatch
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

from ..conf import settings
from ..errors import NotFoundError
from ..integration.permissions import is_logged_in
from . import csrf
from .responses import Refusal

_STATIC = Path(__file__).parent.parent / "static" / "adjax_jsonrpc"
_ROOT = "adjax_rpc"
"""The name of the endpoint's URL in ``adjax_jsonrpc.urls``, which has the explorer's, too."""


def redirect_to_explorer(request: HttpRequest) -> HttpResponse | None:
    """Return the redirect of a browser from the endpoint to its explorer, ``None`` without one."""
    match = request.resolver_match
    if (
        request.method != "GET"
        or "text/html" not in request.META.get("HTTP_ACCEPT", "")
        or match is None
        or match.url_name != _ROOT
        or not _is_on()
    ):
        return None
    path = escape_leading_slashes(escape_uri_path(request.path))
    return HttpResponseRedirect(f"{path}explorer", headers={"Vary": "Accept"})


def _is_on() -> bool:
    return settings.explorer == "staff" or (settings.explorer == "debug" and django_settings.DEBUG)


def may_explore(request: HttpRequest) -> bool:
    """Return whether the caller may see the explorer: ``ADJAX_EXPLORER``."""
    if settings.explorer == "staff":
        user: Any = getattr(request, "user", None)
        return user is not None and is_logged_in(user) and getattr(user, "is_staff", False)
    return _is_on()


def explorer_page(request: HttpRequest, url: str) -> HttpResponse:
    """Return the explorer of the endpoint at ``url``. Raises ``Refusal`` (404).

    The page may run its own script only, and connect to its own origin only.
    """
    if not may_explore(request):
        raise Refusal(404, NotFoundError())
    nonce = secrets.token_urlsafe(16)
    context = {
        "config": _config(request, url),
        "nonce": nonce,
        "script": _asset("explorer.js"),
        "style": _asset("explorer.css"),
        "title": settings.openrpc_info.get("title", ""),
    }
    response = HttpResponse(loader.render_to_string("adjax/explorer.html", context, request))
    response["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    response["Referrer-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@cache
def _asset(name: str) -> str:
    return (_STATIC / name).read_text("utf-8")


def _config(request: HttpRequest, url: str) -> dict[str, Any]:
    user: Any = getattr(request, "user", None)
    is_somebody = user is not None and is_logged_in(user)
    return {
        "url": url,
        "title": settings.openrpc_info.get("title", ""),
        "user": user.get_username() if is_somebody else None,
        "loginUrl": _login_url(),
        "csrf": {
            "cookieName": django_settings.CSRF_COOKIE_NAME,
            "headerName": csrf.csrf_header(),
        },
    }


def _login_url() -> str | None:
    """Return the address of the project's login page, ``None`` if ``LOGIN_URL`` leads nowhere."""
    try:
        return resolve_url(django_settings.LOGIN_URL)
    except NoReverseMatch:
        return None
