"""Calls the endpoint for ``manage.py rpc``: in this process, or by HTTP."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.http import HttpRequest

from ..http.authenticate import anonymous_user
from ..http.endpoint import gateway
from ..http.request import ADJAX_MEDIA_TYPE
from .call_arguments import MISSPELT

FAILED = 1
"""The exit status if a call has failed."""


def call_here(body: bytes, user_name: str | None) -> Any:
    """Return the JSON of the answer to a body, called in this process; ``None`` without one.

    The caller is the user with this name, nobody for ``None``. Throttles, permissions and
    validation apply as for a request; middleware does not run. Raises ``CommandError``.
    """
    request = HttpRequest()
    request.method = "POST"
    request.META = {
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/json",
    }
    request.user = anonymous_user() if user_name is None else _user(user_name)
    if "django.contrib.sessions" in django_settings.INSTALLED_APPS:
        engine = import_module(django_settings.SESSION_ENGINE)
        request.session = engine.SessionStore()
    content = gateway().handle(body, request, bigint_tags=True)
    return None if content is None else json.loads(content)


def _user(name: str) -> Any:
    users = get_user_model()
    try:
        return users._default_manager.get_by_natural_key(name)
    except users.DoesNotExist:
        raise CommandError(f"there is no user {name!r}", returncode=MISSPELT) from None


def call_at(url: str, body: bytes, headers: dict[str, str], timeout: float) -> Any:
    """Return the JSON of the answer of a server; ``None`` without one. Raises ``CommandError``."""
    if not url.startswith(("http://", "https://")):
        raise CommandError(f"{url!r} is not an address: http://…/rpc/", returncode=MISSPELT)
    sent = {"Content-Type": "application/json", "Accept": ADJAX_MEDIA_TYPE, **headers}
    try:
        with urlopen(Request(url, body, sent, method="POST"), timeout=timeout) as response:  # noqa: S310 - http only
            content = response.read()
    except HTTPError as error:  # refusals are JSON, too
        content = error.read()
    except (URLError, TimeoutError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise CommandError(f"{url} does not answer: {reason}", returncode=FAILED) from None
    try:
        return json.loads(content) if content else None
    except ValueError:
        raise CommandError(
            f"{url} does not answer with JSON: is it the address of the endpoint?",
            returncode=FAILED,
        ) from None
