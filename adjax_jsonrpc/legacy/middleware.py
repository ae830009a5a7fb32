"""django-adjax 1.2's middleware, for projects that have it in their settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.deprecation import MiddlewareMixin

from .errors import DispatchError


class DispatchErrorMiddleware(MiddlewareMixin):
    """Answers a ``DispatchError`` that any other view of the project raises.

    Methods need no middleware: the endpoint sends their errors by itself.
    """

    HTTP_STATUS = 422

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Give ``{"error": true, "message": …}`` with status 422."""
        if not isinstance(exception, DispatchError):
            return None
        content = {"error": True, "message": str(exception)}
        return JsonResponse(content, status=self.HTTP_STATUS)


class CsrfEnforceMiddleware(MiddlewareMixin):
    """Makes sure that every page sends the CSRF cookie."""

    def process_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Ask for the token, which makes Django set the cookie."""
        get_token(request)
