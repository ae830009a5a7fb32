"""Who may call a method: login and permissions."""

from __future__ import annotations

from typing import Any

from ..errors import AuthenticationRequiredError, PermissionDeniedError
from ..methods.method import Method


def authorize(request: Any, method: Method) -> None:
    """Hold a caller against a method's ``login_required`` and ``permission``.

    Raises ``AuthenticationRequiredError`` or ``PermissionDeniedError``.
    """
    if not method.needs_login:
        return
    user = getattr(request, "user", None)
    if user is None or not is_somebody(user):
        raise AuthenticationRequiredError
    permission = method.options.permission
    if permission and not user.has_perms(permission):
        raise PermissionDeniedError


def name_of_user(request: Any) -> str | None:
    """Give a text for the user who is logged in that no other has, ``None`` for nobody."""
    user = getattr(request, "user", None)
    return f"user {user.pk}" if user is not None and is_somebody(user) else None


def is_somebody(user: Any) -> bool:
    """Whether a user is logged in; an inactive one is nobody, whatever a backend says."""
    return bool(user.is_authenticated and getattr(user, "is_active", True))
