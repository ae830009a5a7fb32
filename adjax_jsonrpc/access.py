"""Who may call: the CSRF check of a request, the policy of a method."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.functional import SimpleLazyObject

from .errors import AuthenticationRequiredError, CsrfError, PermissionDeniedError
from .method import Method


class _Check(CsrfViewMiddleware):
    """Django's own check, which answers with its reason in the place of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


_check = _Check(lambda request: None)  # type: ignore[arg-type]


def check_csrf(request: HttpRequest) -> None:
    """Ask a request that a cookie may authenticate for its CSRF token.

    A request without such a cookie, curl's for one, has nothing that a hostile page could
    borrow. Raises ``CsrfError``.
    """
    if not is_authenticated_by_cookie(request):
        return
    _check.process_request(request)
    reason: Any = _check.process_view(request, _exempted_nowhere, (), {})
    if reason is not None:
        raise CsrfError(str(reason))


def _exempted_nowhere(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def is_authenticated_by_cookie(request: HttpRequest) -> bool:
    """Whether the browser may have added what authenticates this request by itself."""
    if django_settings.SESSION_COOKIE_NAME in request.COOKIES:
        return True
    # AuthenticationMiddleware sets a lazy user from the session: without its cookie, nobody.
    # A user that is there already came from somewhere else, such as the web server's own login.
    user = request.__dict__.get("user")
    return user is not None and type(user) is not SimpleLazyObject and bool(user.is_authenticated)


def authorize(request: Any, method: Method) -> None:
    """Hold a caller against a method's ``login_required`` and ``permission``.

    Raises ``AuthenticationRequiredError`` or ``PermissionDeniedError``.
    """
    options = method.options
    if options.is_open:
        return
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        raise AuthenticationRequiredError
    if options.permission and not user.has_perms(options.permission):
        raise PermissionDeniedError
