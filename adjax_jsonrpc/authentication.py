"""Who calls: the callables of ``ADJAX_AUTHENTICATION``, each a credential → its user."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias, TypeVar

from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth import authenticate
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from . import access
from .conf import settings
from .errors import AuthenticationRequiredError
from .method import is_coroutine_function

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
    return user if user is not None and access.is_somebody(user) else None


def bearer(lookup: Lookup) -> Authenticator:
    """Take ``Authorization: Bearer <token>``; ``lookup(token)`` gives its user or ``None``.

    ``lookup`` may be asynchronous. It compares tokens, so it is what must not take longer for
    a token that is nearly right: look a digest of the token up, or compare in constant time.
    """

    @sensitive_variables()
    def by_token(request: HttpRequest) -> Any:
        token = _bearer_token(request)
        return None if token is None else _known(lookup(token), _BEARER)

    @sensitive_variables()
    async def by_token_later(request: HttpRequest) -> Any:
        token = _bearer_token(request)
        return None if token is None else _known(await lookup(token), _BEARER)

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
    return _known(authenticate(request, username=name, password=password))


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


def _known(user: Any, challenge: str = UNKNOWN_TO_BROWSERS) -> Any:
    if user is None or not access.is_somebody(user):
        raise InvalidCredentialError(challenge)
    return user


# ── asking them ──


class Authentication:
    """Finds out who a caller is by a list of callables, and whether a CSRF token must show it.

    ``session`` is asked last, wherever it stands: what a caller says explicitly counts for more
    than what a browser adds.
    """

    def __init__(self, authenticators: list[Authenticator]) -> None:
        self._others = [each for each in authenticators if each is not session]
        self._has_session = len(self._others) < len(authenticators)

    def admit(self, request: HttpRequest) -> None:
        """Set ``request.user``, and ask for the CSRF token where one is needed.

        Raises ``AuthenticationRequiredError`` for a credential that is wrong, or ``CsrfError``.
        """
        if _needs_token(request, self.identify(request)):
            access.enforce_csrf(request)

    async def aadmit(self, request: HttpRequest) -> None:
        """Do what ``admit`` does on an event loop."""
        if _needs_token(request, await self._aidentify(request)):
            await sync_to_async(access.enforce_csrf)(request)

    def identify(self, request: HttpRequest) -> Authenticator | None:
        """Set ``request.user``, and give what found that user; ``None`` for Django or nobody."""
        for authenticator in self._others:
            ask: Any = authenticator
            if is_coroutine_function(authenticator):
                ask = async_to_sync(authenticator)
            with _refusals():
                user = ask(request)
            if _is_found(user):
                _set_user(request, user)
                return authenticator
        self._nobody(request)
        return None

    async def _aidentify(self, request: HttpRequest) -> Authenticator | None:
        for authenticator in self._others:
            ask: Any = authenticator
            if not is_coroutine_function(authenticator):
                ask = sync_to_async(authenticator)
            with _refusals():
                user = await ask(request)
            if _is_found(user):
                _set_user(request, user)
                return authenticator
        self._nobody(request)
        return None

    def _nobody(self, request: HttpRequest) -> None:
        if not self._has_session:
            # Its module can be imported only where the app is installed.
            _set_user(request, import_string("django.contrib.auth.models.AnonymousUser")())


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (PermissionDenied, ObjectDoesNotExist):
        raise InvalidCredentialError from None


def _is_found(user: Any) -> bool:
    if user is None or not user.is_authenticated:
        return False
    _known(user)
    return True


def _set_user(request: HttpRequest, user: Any) -> None:
    async def auser() -> Any:
        return user

    request.user = user
    request.auser = auser


def _needs_token(request: HttpRequest, found_by: Authenticator | None) -> bool:
    """Whether a hostile page could have had a browser send this request with its credential."""
    if found_by is None:
        return access.is_authenticated_by_cookie(request)
    if getattr(found_by, "is_explicit", False):
        return False
    if access.is_from_elsewhere(request):
        return True
    # Browsers resend a password to the place that they have it from, and to no other.
    return found_by is not basic and bool(request.COOKIES)


@cache
def authentication() -> Authentication | None:
    """Give what the project's settings ask for, ``None`` for Django's user alone."""
    authenticators = settings.authenticators
    return None if authenticators == [session] else Authentication(authenticators)


@receiver(setting_changed)
def _forget(**kwargs: Any) -> None:
    authentication.cache_clear()
