"""System checks of settings and methods."""

from . import idempotency, methods, settings

__all__ = ["idempotency", "methods", "settings"]
