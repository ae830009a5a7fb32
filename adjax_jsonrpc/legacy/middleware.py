"""The middleware of django-adjax 1.2, for projects with it in their settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.deprecation import MiddlewareMixin

from .errors import DispatchError


class DispatchErrorMiddleware(MiddlewareMixin):
    """Sends a ``DispatchError`` that another view of the project raises.

    Methods do not need this middleware: the endpoint sends their errors.
    """

    HTTP_STATUS = 422

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return ``{"error": true, "message": …}`` with status 422, for a ``DispatchError``."""
        if not isinstance(exception, DispatchError):
            return None
        content = {"error": True, "message": str(exception)}
        return JsonResponse(content, status=self.HTTP_STATUS)


class CsrfEnforceMiddleware(MiddlewareMixin):
    """Sets the CSRF cookie in the response of every view."""

    def process_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Get the token, so that Django sets the cookie."""
        get_token(request)
