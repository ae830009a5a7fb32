"""Middleware, for settings: JSON error pages; and that of django-adjax 1.2."""

from .http.json_errors import JsonErrorsMiddleware
from .legacy.middleware import CsrfEnforceMiddleware, DispatchErrorMiddleware

__all__ = ["CsrfEnforceMiddleware", "DispatchErrorMiddleware", "JsonErrorsMiddleware"]
