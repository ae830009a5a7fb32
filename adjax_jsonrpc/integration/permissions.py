"""Who may call a method: login and permissions."""

from __future__ import annotations

from typing import Any

from ..errors import AuthenticationRequiredError, PermissionDeniedError
from ..methods.method import Method


def authorize(request: Any, method: Method) -> None:
    """Check ``login_required`` and ``permission`` of a method.

    Raises ``AuthenticationRequiredError`` or ``PermissionDeniedError``.
    """
    if not method.needs_login:
        return
    user = getattr(request, "user", None)
    if user is None or not is_logged_in(user):
        raise AuthenticationRequiredError
    permission = method.options.permission
    if permission and not user.has_perms(permission):
        raise PermissionDeniedError


def user_key(request: Any) -> str | None:
    """Return a text that identifies the logged-in user, ``None`` if there is none."""
    user = getattr(request, "user", None)
    return f"user {user.pk}" if user is not None and is_logged_in(user) else None


def is_logged_in(user: Any) -> bool:
    """Return whether a user is authenticated and active, whatever the backend allows."""
    return bool(user.is_authenticated and getattr(user, "is_active", True))
