"""System checks of the store of idempotency keys."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.memcached import BaseMemcachedCache
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.utils.module_loading import import_string

from ..conf import IN_DATABASE, settings
from ..methods.registry import registry

_APP = "adjax_jsonrpc.contrib.idempotency"
_HINT = f"Install the app {_APP}, and set ADJAX_IDEMPOTENCY = {IN_DATABASE!r}."

_CAN_NOT_KEEP: dict[type, str] = {
    DummyCache: "stores nothing, so every repeated call runs",
    FileBasedCache: "may reserve a key for two processes at once",
    DatabaseCache: "removes keys if it has more than MAX_ENTRIES entries",
}
_MAY_LOSE: dict[type, str] = {
    LocMemCache: "is one of each process: another process runs a repeated call",
    BaseMemcachedCache: "drops answers over 1 MB, and keys when it is full or restarted",
}


@register
def check_idempotency(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E018: ``ADJAX_IDEMPOTENCY`` names no store."""
    name = settings.idempotency
    reason = None
    if name == IN_DATABASE and IN_DATABASE not in caches.settings:
        if not apps.is_installed(_APP):
            reason = f"the app {_APP} is not in INSTALLED_APPS"
    elif name is not None and name not in caches.settings:
        try:
            import_string(name)
        except (ImportError, AttributeError, TypeError) as error:
            reason = str(error)
    if reason is None:
        return []
    return [
        Error(
            f"ADJAX_IDEMPOTENCY is {name!r}, but {reason}",
            hint=f"Set {IN_DATABASE!r} and install {_APP}, or name an entry of CACHES.",
            id="adjax_jsonrpc.E018",
        )
    ]


@register
def check_cache_keeps_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W002: idempotency keys are in a cache that can't keep them."""
    return _warn(_CAN_NOT_KEEP, "adjax_jsonrpc.W002")


@register(Tags.caches, deploy=True)
def check_cache_loses_no_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W003: idempotency keys are in a cache that may lose them."""
    return _warn(_MAY_LOSE, "adjax_jsonrpc.W003")


def _warn(reasons: dict[type, str], check_id: str) -> list[CheckMessage]:
    alias = settings.idempotency or settings.cache
    if alias not in caches.settings or not any(m.has_key for m in registry.methods.values()):
        return []
    backend = type(caches[alias])
    return [
        CheckWarning(
            f"idempotency keys are in the cache {alias!r}, but {backend.__name__} {reason}",
            hint=_HINT,
            id=check_id,
        )
        for kind, reason in reasons.items()
        if issubclass(backend, kind)
    ]
