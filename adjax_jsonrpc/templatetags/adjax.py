"""``{% load adjax %}{% adjax_scripts %}``: the two scripts for a page."""

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
    """Return the script elements of the client and of interface.js, and the CSRF token.

    The scripts get the CSP nonce of django-csp, or of Django's own CSP support. If scripts can't
    read the token from a cookie, a ``meta`` element contains the token. The arguments are those of
    ``{% url %}``: the captured parts of the path before ``include``.
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
