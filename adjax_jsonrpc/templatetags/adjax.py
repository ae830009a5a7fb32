"""``{% load adjax %}{% adjax_scripts %}``: the two scripts that a page needs."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def adjax_scripts(context: Any = None, *args: Any, **kwargs: Any) -> SafeString:
    """Load the client and interface.js, and make sure that the page has a CSRF token.

    The scripts carry the CSP nonce that django-csp or Django's own CSP support made for the
    page. Where no script can read the token from a cookie, a ``meta`` element holds it.
    Arguments are those of ``{% url %}``: what the path before ``include`` captures.
    """
    context = {} if context is None else context
    request = context.get("request")
    return format_html(
        "{}{}{}",
        _token(request),
        _script(static("adjax_jsonrpc/adjax.js"), context, request),
        _script(reverse("adjax_interface", args=args, kwargs=kwargs), context, request),
    )


def _script(source: str, context: Any, request: Any) -> SafeString:
    nonce = context.get("csp_nonce") or getattr(request, "csp_nonce", None)
    if nonce:
        return format_html('<script src="{}" nonce="{}"></script>', source, str(nonce))
    return format_html('<script src="{}"></script>', source)


def _token(request: Any) -> str:
    if request is None:
        return ""
    token = get_token(request)
    if settings.CSRF_USE_SESSIONS or settings.CSRF_COOKIE_HTTPONLY:
        return format_html('<meta name="csrf-token" content="{}">', token)
    return ""
