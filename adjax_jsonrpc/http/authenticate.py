"""Authenticates requests with the callables of ``ADJAX_AUTHENTICATION``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.module_loading import import_string

from .._flow import Flow, Invoke
from ..authentication import (
    Authenticator,
    InvalidCredentialError,
    active_user,
    basic,
    has_scheme,
    session,
)
from ..conf import settings
from ..integration.credential_throttle import (
    begin_check,
    fail_check,
    pass_check,
    take_back,
)
from ..methods.functions import is_coroutine_function
from . import csrf


def authenticate(request: HttpRequest) -> Flow[None] | None:
    """Return the flow that sets ``request.user`` and checks the CSRF token.

    Returns ``None`` if the request needs neither.
    """
    configured = authentication()
    if configured is not None:
        return configured.authenticate(request)
    return None if csrf.is_certainly_anonymous(request) else _check_csrf(request)


def _check_csrf(request: HttpRequest) -> Flow[None]:
    # This may block: it may look up the user, and with CSRF_USE_SESSIONS it reads the session.
    yield Invoke(csrf.enforce_unless_anonymous, (request,))


class Authentication:
    """Finds the user of a request with the authenticators, and checks the CSRF token if needed.

    ``session`` is always the last one, whatever its place in the list: a credential that the
    caller sends has priority over a credential that a browser adds.
    """

    def __init__(self, authenticators: list[Authenticator]) -> None:
        self._others = [each for each in authenticators if each is not session]
        self._has_session = len(self._others) < len(authenticators)

    def authenticate(self, request: HttpRequest) -> Flow[None]:
        """Set ``request.user``, and check the CSRF token if one is needed.

        Raises ``AuthenticationRequiredError`` for a wrong credential, or ``CsrfError``.
        """
        authenticator = yield from self.identify(request)
        if authenticator is not None:
            if _needs_token(request, authenticator):
                yield Invoke(csrf.enforce_csrf, (request,))
        elif not csrf.is_certainly_anonymous(request):
            yield Invoke(csrf.enforce_unless_anonymous, (request,))

    def identify(self, request: HttpRequest) -> Flow[Authenticator | None]:
        """Set ``request.user``. Return the authenticator that found the user.

        Returns ``None`` if the user is Django's own (``session``) or anonymous.
        """
        for authenticator in self._others:
            user = yield from _check_credential(request, authenticator)
            if user is not None:
                _set_user(request, user)
                return authenticator
        if not self._has_session:
            _set_user(request, anonymous_user())
        return None


def _check_credential(request: HttpRequest, authenticator: Authenticator) -> Flow[Any]:
    """Return the user of the credential, ``None`` if the request has none for ``authenticator``.

    A wrong credential is counted. Only the built-in authenticators tell before the check whether
    the request has a credential.
    """
    is_async = is_coroutine_function(authenticator)
    scheme: str | None = getattr(authenticator, "scheme", None)
    is_throttled = bool(settings.credential_throttle)
    is_counted = False
    if scheme is not None:
        if not has_scheme(request, scheme):
            return None
        if is_throttled:
            is_counted = yield Invoke(begin_check, (request,))
    try:
        with _invalid_credential():
            user = yield Invoke(authenticator, (request,), is_async)
        if not _is_authenticated(user):
            return None
    except InvalidCredentialError:
        if is_throttled and not is_counted:
            yield Invoke(fail_check, (request,))
        raise
    except Exception:  # such as a database that does not respond
        if is_counted:
            yield Invoke(take_back, (request,))
        raise
    if is_throttled and (is_counted or scheme is None):
        yield Invoke(pass_check, (request, is_counted))
    return user


def anonymous_user() -> Any:
    """Return Django's ``AnonymousUser``."""
    # Its module can be imported only if the app is installed.
    return import_string("django.contrib.auth.models.AnonymousUser")()


@contextmanager
def _invalid_credential() -> Iterator[None]:
    try:
        yield
    except (PermissionDenied, ObjectDoesNotExist):
        raise InvalidCredentialError from None


def _is_authenticated(user: Any) -> bool:
    if user is None or not user.is_authenticated:
        return False
    active_user(user)
    return True


def _set_user(request: HttpRequest, user: Any) -> None:
    async def auser() -> Any:
        return user

    request.user = user
    request.auser = auser


def _needs_token(request: HttpRequest, authenticator: Authenticator) -> bool:
    """Return whether a page of another site could make a browser send this credential."""
    if getattr(authenticator, "is_explicit", False):
        return False
    if csrf.is_cross_origin(request):
        return True
    # Browsers send a stored password only to the origin that asked for it.
    return authenticator is not basic and bool(request.COOKIES)


@cache
def authentication() -> Authentication | None:
    """Return the ``Authentication`` of the settings, ``None`` if it is only ``session``."""
    authenticators = settings.authenticators
    return None if authenticators == [session] else Authentication(authenticators)


@receiver(setting_changed)
def _clear_cache(**kwargs: Any) -> None:
    authentication.cache_clear()
