"""The CSRF check of a request, by Django's own middleware."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.functional import SimpleLazyObject

from ..conf import settings
from ..errors import CsrfError


class _CsrfCheck(CsrfViewMiddleware):
    """Django's own check; it returns the reason of a failure instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason

    def is_trusted_origin(self, request: HttpRequest) -> bool:
        """Return whether ``Origin`` is this host, or is in ``CSRF_TRUSTED_ORIGINS``."""
        verified: bool = self._origin_verified(request)  # type: ignore[attr-defined]
        return verified


_check = _CsrfCheck(lambda request: None)  # type: ignore[arg-type]


def enforce_csrf(request: HttpRequest) -> None:
    """Check the CSRF token. Raises ``CsrfError``."""
    _check.process_request(request)
    reason: Any = _check.process_view(request, _view_without_exemption, (), {})
    if reason is not None:
        raise CsrfError(str(reason))


def _view_without_exemption(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def is_certainly_anonymous(request: HttpRequest) -> bool:
    """Return whether a browser has certainly added no credential to this request by itself.

    Without one (for example from curl), a page of another site can't misuse anything. If the
    result is ``False``, the user must be looked up, which may block: ``enforce_unless_anonymous``.
    """
    if _has_session(request):
        return False
    user = request.__dict__.get("user")
    if type(user) is SimpleLazyObject:
        # Without a session, the user that AuthenticationMiddleware looks up is anonymous. Other
        # middleware may find one by a cookie of its own.
        setup = user.__dict__.get("_setupfunc")
        return getattr(setup, "__module__", None) == "django.contrib.auth.middleware"
    return user is None or not user.is_authenticated


def enforce_unless_anonymous(request: HttpRequest) -> None:
    """Check the CSRF token if the caller has a session or is logged in. Raises ``CsrfError``."""
    if _has_session(request) or request.user.is_authenticated:
        enforce_csrf(request)


def _has_session(request: HttpRequest) -> bool:
    if settings.session_cookie in request.COOKIES:
        return True
    # Middleware may find the session by another cookie, or by several.
    return getattr(request.__dict__.get("session"), "session_key", None) is not None


def is_cross_origin(request: HttpRequest) -> bool:
    """Return whether the browser's headers show that a page of another origin sent this request."""
    if request.META.get("HTTP_SEC_FETCH_SITE", "none") not in ("same-origin", "none"):
        return True
    return "HTTP_ORIGIN" in request.META and not _check.is_trusted_origin(request)


def csrf_header() -> str:
    """Return the name of the header with the CSRF token."""
    return django_settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-")


def renewed_token(request: HttpRequest) -> str | None:
    """Return a new token for a page of this origin, ``None`` for any other caller."""
    from_browser = "HTTP_ORIGIN" in request.META or "HTTP_SEC_FETCH_SITE" in request.META
    return get_token(request) if from_browser and not is_cross_origin(request) else None
