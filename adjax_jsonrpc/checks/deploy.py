"""System checks of ``manage.py check --deploy``: what is fine only while developing."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from ..conf import settings
from ..integration.logs import calls, errors, is_written
from ..methods.registry import registry
from .settings import is_throttled

JSON_ERRORS = "adjax_jsonrpc.middleware.JsonErrorsMiddleware"


@register(deploy=True)
def check_local_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W010: throttles use a cache that is local to a process."""
    alias = settings.cache
    if alias not in caches.settings or not isinstance(caches[alias], LocMemCache):
        return []
    if not (is_throttled() or any(each.options.throttle for each in registry.methods.values())):
        return []
    return [
        CheckWarning(
            f"throttles use the cache {alias!r}, which is in the memory of one process: with "
            "several processes, a caller may make as many times more calls",
            hint="Set ADJAX_CACHE to a cache on Redis or Memcached.",
            id="adjax_jsonrpc.W010",
        )
    ]


@register(deploy=True)
def check_atomic_batch(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W011: ``ADJAX_ATOMIC_BATCH`` with several databases."""
    if not settings.atomic_batch or len(list(connections)) < 2:
        return []
    return [
        CheckWarning(
            "ADJAX_ATOMIC_BATCH is on, and there are several databases "
            f"({', '.join(map(repr, connections))}): each commits for itself, so a batch that "
            "writes to several of them may be half of it",
            hint="Set using= for the methods, so that the calls of a batch use one database.",
            id="adjax_jsonrpc.W011",
        )
    ]


@register(deploy=True)
def check_logging(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W012: no handler writes internal errors. W013: none writes the calls."""
    found: list[CheckMessage] = []
    hint = 'Add a handler to LOGGING, such as {"root": {"handlers": ["console"]}}.'
    for name in (errors.name, "adjax_jsonrpc"):
        if not is_written(name, logging.ERROR):
            text = f"no handler writes the errors of the logger {name!r}"
            found.append(CheckWarning(text, hint=hint, id="adjax_jsonrpc.W012"))
    if settings.log_calls and not is_written(calls.name, logging.INFO):
        text = f"ADJAX_LOG_CALLS is set, but no handler writes INFO records of {calls.name!r}"
        found.append(CheckWarning(text, hint=hint, id="adjax_jsonrpc.W013"))
    return found


@register(deploy=True)
def check_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W014: what Django refuses at the endpoint is an HTML page."""
    if [*django_settings.MIDDLEWARE][:1] == [JSON_ERRORS]:
        return []
    return [
        CheckWarning(
            "what Django or middleware refuses at the endpoint, such as a wrong Host, is answered "
            "with an HTML page",
            hint=f"Make {JSON_ERRORS!r} the first entry of MIDDLEWARE.",
            id="adjax_jsonrpc.W014",
        )
    ]
