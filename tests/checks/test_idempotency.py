"""The store of idempotency keys: whether it exists, and whether it can keep them."""

from __future__ import annotations

import pytest

from adjax_jsonrpc import Registry
from adjax_jsonrpc.checks import idempotency as checks
from tests.support.checks import ids_found

APP = "adjax_jsonrpc.contrib.idempotency"
STORE = f"{APP}.store.DatabaseKeys"


@pytest.mark.parametrize("value", ["", "nowhere", "no.such.Store", 5])
def test_the_store_exists(value):
    assert ids_found(ADJAX_IDEMPOTENCY=value) == ["adjax_jsonrpc.E018"]


@pytest.mark.parametrize("value", [None, "default", "database", STORE])
def test_a_store_that_exists_passes(value):
    assert ids_found(ADJAX_IDEMPOTENCY=value) == []


def test_the_table_needs_its_app(settings):
    settings.INSTALLED_APPS = [each for each in settings.INSTALLED_APPS if each != APP]
    assert ids_found(ADJAX_IDEMPOTENCY="database") == ["adjax_jsonrpc.E018"]


def keys_found(**settings):
    """Return the ids of the checks of keys, with those for deployment."""
    ids = ("adjax_jsonrpc.W002", "adjax_jsonrpc.W003")
    return [each for each in ids_found(**settings, deploy=True) if each in ids]


@pytest.mark.parametrize(
    ("backend", "always", "deployed"),
    [
        ("dummy.DummyCache", ["adjax_jsonrpc.W002"], []),
        ("db.DatabaseCache", ["adjax_jsonrpc.W002"], []),
        ("filebased.FileBasedCache", ["adjax_jsonrpc.W002"], []),
        ("locmem.LocMemCache", [], ["adjax_jsonrpc.W003"]),
        ("redis.RedisCache", [], []),
    ],
)
def test_the_cache_keeps_keys(monkeypatch, backend, always, deployed):
    locmem = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    made = {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "/nowhere"}
    caching = {"CACHES": {"default": locmem, "keys": made}, "ADJAX_IDEMPOTENCY": "keys"}
    assert ids_found(**caching) == always
    assert keys_found(**caching) == sorted([*always, *deployed])
    assert keys_found(CACHES=caching["CACHES"], ADJAX_IDEMPOTENCY="database") == []
    monkeypatch.setattr(checks, "registry", Registry())  # no method has a key
    assert keys_found(**caching) == []
