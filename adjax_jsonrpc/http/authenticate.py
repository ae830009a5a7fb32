"""Asks the authenticators of ``ADJAX_AUTHENTICATION`` who a caller is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.module_loading import import_string

from ..authentication import Authenticator, InvalidCredentialError, basic, known_user, session
from ..conf import settings
from ..methods.functions import is_coroutine_function
from . import csrf


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
            csrf.enforce_csrf(request)

    async def aadmit(self, request: HttpRequest) -> None:
        """Do what ``admit`` does on an event loop."""
        if _needs_token(request, await self._aidentify(request)):
            await sync_to_async(csrf.enforce_csrf)(request)

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
