"""Who may call a method: login and permissions."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from ..errors import AuthenticationRequiredError, PermissionDeniedError, RpcError
from ..methods.method import Method
from ..methods.registry import registry


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


def identify(request: Any, hidden: Sequence[Method]) -> None:
    """Look up the user, the session and the permissions that hidden methods may ask for.

    Whoever reads them sets headers such as ``Vary`` and the deletion of an expired session's
    cookie. After this call it makes no difference whether a hidden method reads them.
    """
    session = getattr(request, "session", None)
    if session is not None:
        session.get("")  # loads it
    user = getattr(request, "user", None)
    if user is None or not is_logged_in(user):
        return
    permission = next((each.options.permission for each in hidden if each.options.permission), None)
    if permission:
        user.has_perms(permission)  # backends store what they find for the user


def suggest(request: Any, name: str) -> str | None:
    """Return the nearest name of a method that the caller may call and that is not hidden."""
    names = [each.name for each in registry.methods.values() if _may_see(request, each)]
    return next(iter(get_close_matches(name[:200], names, 1)), None)


def _may_see(request: Any, method: Method) -> bool:
    if method.is_hidden:
        return False
    try:
        authorize(request, method)
    except RpcError:
        return False
    return True


def user_key(request: Any) -> str | None:
    """Return a text that identifies the logged-in user, ``None`` if there is none.

    Raises ``ImproperlyConfigured`` for a user that nothing tells from others.
    """
    user = getattr(request, "user", None)
    if user is None or not is_logged_in(user):
        return None
    meta, state = getattr(user, "_meta", None), getattr(user, "_state", None)
    kind = user.__class__.__qualname__ if meta is None else meta.concrete_model._meta.label
    pk = getattr(user, "pk", None)
    if pk is not None and not (state is not None and state.adding):  # it may be a new one each time
        return f"{kind} {pk}"
    name = user.get_username() if hasattr(user, "get_username") else None
    if name and isinstance(name, str):
        return f"{kind} with the name {name}"
    raise ImproperlyConfigured(
        f"a user ({kind}) has neither a pk nor a get_username() that returns a "
        "name, so idempotency keys and throttles can't tell callers apart: let the authenticator "
        "return a saved user, or adjax_jsonrpc.authentication.Caller(name)"
    )


def is_logged_in(user: Any) -> bool:
    """Return whether a user is authenticated and active, whatever the backend allows."""
    return bool(user.is_authenticated and getattr(user, "is_active", True))
