"""Asks the authenticators of ``ADJAX_AUTHENTICATION`` who a caller is."""

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
from ..authentication import Authenticator, InvalidCredentialError, basic, known_user, session
from ..conf import settings
from ..methods.functions import is_coroutine_function
from . import csrf


def admission(request: HttpRequest) -> Flow[None] | None:
    """Return the steps that find out who calls and check the CSRF token, ``None`` for no step."""
    configured = authentication()
    if configured is not None:
        return configured.admit(request)
    return _check_csrf(request) if csrf.is_authenticated_by_cookie(request) else None


def _check_csrf(request: HttpRequest) -> Flow[None]:
    # With CSRF_USE_SESSIONS it reads the session, which may be in a database.
    yield Invoke(csrf.enforce_csrf, (request,))


class Authentication:
    """Finds out who a caller is by the authenticators, and whether a CSRF token is needed.

    ``session`` is asked last, wherever it stands in the list: a credential that the caller sends
    counts for more than one that a browser adds.
    """

    def __init__(self, authenticators: list[Authenticator]) -> None:
        self._others = [each for each in authenticators if each is not session]
        self._has_session = len(self._others) < len(authenticators)

    def admit(self, request: HttpRequest) -> Flow[None]:
        """Set ``request.user``, and check the CSRF token where one is needed.

        Raises ``AuthenticationRequiredError`` for a wrong credential, or ``CsrfError``.
        """
        found_by = yield from self.identify(request)
        if _needs_token(request, found_by):
            yield Invoke(csrf.enforce_csrf, (request,))

    def identify(self, request: HttpRequest) -> Flow[Authenticator | None]:
        """Set ``request.user``; return what found that user, ``None`` for Django or nobody."""
        for authenticator in self._others:
            with _refusals():
                is_async = is_coroutine_function(authenticator)
                user = yield Invoke(authenticator, (request,), is_async)
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
    known_user(user)
    return True


def _set_user(request: HttpRequest, user: Any) -> None:
    async def auser() -> Any:
        return user

    request.user = user
    request.auser = auser


def _needs_token(request: HttpRequest, found_by: Authenticator | None) -> bool:
    """Whether a hostile page could have had a browser send this request with its credential."""
    if found_by is None:
        return csrf.is_authenticated_by_cookie(request)
    if getattr(found_by, "is_explicit", False):
        return False
    if csrf.is_from_elsewhere(request):
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
