"""The CSRF check of a request."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.functional import SimpleLazyObject

from ..conf import settings
from ..errors import CsrfError


class _Check(CsrfViewMiddleware):
    """Django's own check, which answers with its reason in the place of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason

    def is_own(self, request: HttpRequest) -> bool:
        """Whether ``Origin`` names this place, or one that the project trusts."""
        verified: bool = self._origin_verified(request)  # type: ignore[attr-defined]
        return verified


_check = _Check(lambda request: None)  # type: ignore[arg-type]


def enforce_csrf(request: HttpRequest) -> None:
    """Ask for the CSRF token. Raises ``CsrfError``."""
    _check.process_request(request)
    reason: Any = _check.process_view(request, _exempted_nowhere, (), {})
    if reason is not None:
        raise CsrfError(str(reason))


def _exempted_nowhere(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def is_authenticated_by_cookie(request: HttpRequest) -> bool:
    """Whether the browser may have added what authenticates this request by itself.

    A request without such a cookie, curl's for one, has nothing that a hostile page could borrow.
    """
    if settings.session_cookie in request.COOKIES:
        return True
    # AuthenticationMiddleware sets a lazy user from the session: without its cookie, nobody.
    # A user that is there already came from somewhere else, such as the web server's own login.
    user = request.__dict__.get("user")
    return user is not None and type(user) is not SimpleLazyObject and bool(user.is_authenticated)


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that a page of another origin sends this request."""
    if request.META.get("HTTP_SEC_FETCH_SITE", "none") not in ("same-origin", "none"):
        return True
    return "HTTP_ORIGIN" in request.META and not _check.is_own(request)


def csrf_header() -> str:
    """Give the name of the header that holds a token."""
    return django_settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-")


def renewed_token(request: HttpRequest) -> str | None:
    """Give a token to a page of this origin whose own was refused, ``None`` to anybody else."""
    from_here = "HTTP_ORIGIN" in request.META or "HTTP_SEC_FETCH_SITE" in request.META
    return get_token(request) if from_here and not is_from_elsewhere(request) else None
