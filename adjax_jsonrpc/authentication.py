"""The built-in authenticators: session, bearer tokens and Basic passwords."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from .errors import AuthenticationRequiredError
from .integration import permissions
from .methods.functions import is_coroutine_function

__all__ = ["basic", "bearer", "explicit", "session"]

Lookup: TypeAlias = "Callable[[str], Any]"
Authenticator: TypeAlias = "Callable[[HttpRequest], Any]"
_Callable = TypeVar("_Callable", bound=Authenticator)

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # b64token of RFC 6750
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BEARER = 'Bearer error="invalid_token"'
# One that browsers know would make them ask for a password, and send it from then on.
UNKNOWN_TO_BROWSERS = "Credential"


class InvalidCredentialError(AuthenticationRequiredError):
    """A credential that is there and wrong. ``challenge`` is the ``WWW-Authenticate`` to send."""

    def __init__(self, challenge: str = UNKNOWN_TO_BROWSERS) -> None:
        super().__init__("the credential is not valid")
        self.challenge = challenge


# ── the built-in ones ──


def session(request: HttpRequest) -> Any:
    """Give Django's own user, whom the session or other middleware has found."""
    user = getattr(request, "user", None)
    return user if user is not None and permissions.is_logged_in(user) else None


def bearer(lookup: Lookup) -> Authenticator:
    """Take ``Authorization: Bearer <token>``; ``lookup(token)`` gives its user or ``None``.

    ``lookup`` may be asynchronous. It compares tokens, so it is what must not take longer for
    a token that is nearly right: look a digest of the token up, or compare in constant time.
    """

    @sensitive_variables()
    def by_token(request: HttpRequest) -> Any:
        token = _bearer_token(request)
        return None if token is None else known_user(lookup(token), _BEARER)

    @sensitive_variables()
    async def by_token_later(request: HttpRequest) -> Any:
        token = _bearer_token(request)
        return None if token is None else known_user(await lookup(token), _BEARER)

    return explicit(by_token_later if is_coroutine_function(lookup) else by_token)


@sensitive_variables()
def _bearer_token(request: HttpRequest) -> str | None:
    token = _credentials(request, "bearer")
    if token is not None and not _TOKEN.fullmatch(token):
        raise InvalidCredentialError(_BEARER)
    return token


@sensitive_variables()
def basic(request: HttpRequest) -> Any:
    """Take ``Authorization: Basic …``, a name and a password, by Django's ``authenticate()``."""
    sent = _credentials(request, "basic")
    if sent is None:
        return None
    try:
        name, colon, password = b64decode(sent, validate=True).decode().partition(":")
    except ValueError:
        raise InvalidCredentialError from None
    if not colon or _CONTROL.search(name + password):
        raise InvalidCredentialError
    return known_user(authenticate(request, username=name, password=password))


def explicit(authenticator: _Callable) -> _Callable:
    """Mark a callable whose credential no browser adds to a request by itself.

    A header that scripts must set is such a credential. A cookie, a client certificate and the
    caller's address are not.
    """
    authenticator.is_explicit = True  # type: ignore[attr-defined]
    return authenticator


def _credentials(request: HttpRequest, scheme: str) -> str | None:
    sent, *credentials = request.META.get("HTTP_AUTHORIZATION", "").split(None, 1) or [""]
    if sent.lower() != scheme:
        return None
    return credentials[0].rstrip(" ") if credentials else ""


def known_user(user: Any, challenge: str = UNKNOWN_TO_BROWSERS) -> Any:
    if user is None or not permissions.is_logged_in(user):
        raise InvalidCredentialError(challenge)
    return user


# ── asking them ──
