"""The built-in authenticators: sessions, bearer tokens and Basic passwords.

An authenticator takes the request and returns the user, or ``None`` if the request has no
credential for it. It raises an error if the credential is wrong.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from .errors import AuthenticationRequiredError
from .integration import permissions
from .methods.functions import is_coroutine_function

__all__ = ["Caller", "basic", "bearer", "explicit", "session"]

Lookup: TypeAlias = "Callable[[str], Any]"
Authenticator: TypeAlias = "Callable[[HttpRequest], Any]"
_Callable = TypeVar("_Callable", bound=Authenticator)

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # b64token of RFC 6750
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BEARER = 'Bearer error="invalid_token"'
# A scheme that no browser knows. For a known one, browsers ask for a password and then send it
# with every request.
UNKNOWN_TO_BROWSERS = "Credential"


class InvalidCredentialError(AuthenticationRequiredError):
    """The credential is wrong. ``challenge`` is the ``WWW-Authenticate`` header to send."""

    def __init__(self, challenge: str = UNKNOWN_TO_BROWSERS) -> None:
        super().__init__("the credential is not valid")
        self.challenge = challenge


class Caller:
    """A user without a record in the database, such as a program with a token.

    The name tells callers apart: throttles count by it, and idempotency keys belong to it.
    ``permissions`` are those for the option ``permission`` of methods.
    """

    is_authenticated = True
    is_anonymous = False
    is_active = True
    pk = None

    def __init__(self, name: str, permissions: Iterable[str] = ()) -> None:
        if not name or not isinstance(name, str):
            raise ValueError(f"the name of a caller must be a text that is not empty, not {name!r}")
        self.name = name
        self.permissions = frozenset(permissions)

    def __str__(self) -> str:
        return self.name

    def get_username(self) -> str:
        """Return the name, as Django's users do."""
        return self.name

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Return whether the caller has a permission."""
        return permission in self.permissions

    def has_perms(self, permissions: Iterable[str], obj: object = None) -> bool:
        """Return whether the caller has all of some permissions."""
        return self.permissions.issuperset(permissions)


def session(request: HttpRequest) -> Any:
    """Return the user of Django's session, or of other middleware."""
    user = getattr(request, "user", None)
    return user if user is not None and permissions.is_logged_in(user) else None


def bearer(lookup: Lookup) -> Authenticator:
    """Return an authenticator for ``Authorization: Bearer <token>`` (RFC 6750).

    ``lookup(token)`` returns the user, or ``None`` for a wrong token. It may be asynchronous. It
    must not take longer for a token that is almost right: look up a digest of the token, or
    compare in constant time.
    """

    @sensitive_variables()
    def by_token(request: HttpRequest) -> Any:
        token = _bearer_token(request)
        return None if token is None else active_user(lookup(token), _BEARER)

    @sensitive_variables()
    async def aby_token(request: HttpRequest) -> Any:
        token = _bearer_token(request)
        return None if token is None else active_user(await lookup(token), _BEARER)

    authenticator: Any = explicit(aby_token if is_coroutine_function(lookup) else by_token)
    authenticator.scheme = "bearer"
    return authenticator  # type: ignore[no-any-return]


@sensitive_variables()
def _bearer_token(request: HttpRequest) -> str | None:
    token = _credentials(request, "bearer")
    if token is not None and not _TOKEN.fullmatch(token):
        raise InvalidCredentialError(_BEARER)
    return token


@sensitive_variables()
def basic(request: HttpRequest) -> Any:
    """Check name and password of ``Authorization: Basic …`` with Django's ``authenticate()``."""
    sent = _credentials(request, "basic")
    if sent is None:
        return None
    try:
        name, colon, password = b64decode(sent, validate=True).decode().partition(":")
    except ValueError:
        raise InvalidCredentialError from None
    if not colon or _CONTROL.search(name + password):
        raise InvalidCredentialError
    return active_user(authenticate(request, username=name, password=password))


basic.scheme = "basic"  # type: ignore[attr-defined]


def has_scheme(request: HttpRequest, scheme: str) -> bool:
    """Return whether ``Authorization`` has a credential of a scheme, in lower case."""
    return _credentials(request, scheme) is not None


def explicit(authenticator: _Callable) -> _Callable:
    """Mark an authenticator whose credential no browser adds by itself: it needs no CSRF token.

    A header that only scripts can set is such a credential. A cookie, a client certificate and
    the caller's address are not.
    """
    authenticator.is_explicit = True  # type: ignore[attr-defined]
    return authenticator


def _credentials(request: HttpRequest, scheme: str) -> str | None:
    sent, *credentials = request.META.get("HTTP_AUTHORIZATION", "").split(None, 1) or [""]
    if sent.lower() != scheme:
        return None
    return credentials[0].rstrip(" ") if credentials else ""


def active_user(user: Any, challenge: str = UNKNOWN_TO_BROWSERS) -> Any:
    """Return the user. Raises ``InvalidCredentialError`` if there is none, or an inactive one."""
    if user is None or not permissions.is_logged_in(user):
        raise InvalidCredentialError(challenge)
    return user
