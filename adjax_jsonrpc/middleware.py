"""The import path of django-adjax 1.2's middleware, for settings."""

from .legacy.middleware import CsrfEnforceMiddleware, DispatchErrorMiddleware

__all__ = ["CsrfEnforceMiddleware", "DispatchErrorMiddleware"]
