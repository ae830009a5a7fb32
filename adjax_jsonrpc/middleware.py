"""The path that django-adjax 1.2's middleware has in settings."""

from .legacy.middleware import CsrfEnforceMiddleware, DispatchErrorMiddleware

__all__ = ["CsrfEnforceMiddleware", "DispatchErrorMiddleware"]
