"""The options ``--user NAME`` and ``--anonymous``: export only what one caller may call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser
from django.http import HttpRequest

from ..http.authenticate import anonymous_user
from ..http.discovery import visible_methods
from ..methods.method import Method
from ..methods.registry import registry


def add_arguments(parser: CommandParser) -> None:
    """Add both options."""
    callers = parser.add_mutually_exclusive_group()
    callers.add_argument("--user", help="only the methods that the user with this name may call")
    callers.add_argument(
        "--anonymous", action="store_true", help="only the methods that everybody may call"
    )


def methods_for(options: Mapping[str, Any]) -> list[Method]:
    """Return the methods that the caller of the options may call; without a caller, all methods.

    Raises ``CommandError`` for an unknown user.
    """
    request = HttpRequest()
    if options["anonymous"]:
        request.user = anonymous_user()
    elif options["user"] is not None:
        users = get_user_model()
        try:
            request.user = users._default_manager.get_by_natural_key(options["user"])
        except users.DoesNotExist:
            raise CommandError(f"there is no user {options['user']!r}") from None
    else:
        return list(registry.methods.values())
    return visible_methods(request)
