"""System checks of settings and methods."""

from . import deploy, idempotency, methods, registration, settings

__all__ = ["deploy", "idempotency", "methods", "registration", "settings"]
