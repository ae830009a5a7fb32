"""System checks of ``--deploy``, each with its id."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from logging.config import dictConfig

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django.utils.log import DEFAULT_LOGGING

from adjax_jsonrpc import Registry
from adjax_jsonrpc.checks import deploy
from tests.support.checks import ids_found

LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SHARED = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://a"}
}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


@contextmanager
def logging_as(configuration):
    """Log as a project with this LOGGING does; pytest's own handlers are away."""
    names = ["", "django", "django.request", "adjax_jsonrpc", "adjax_jsonrpc.calls"]
    loggers = [logging.getLogger(name) for name in names]
    before = [(each.handlers[:], each.level, each.propagate, each.disabled) for each in loggers]
    for each in loggers:
        each.handlers.clear()
        each.propagate, each.disabled = True, False
        each.setLevel(logging.NOTSET if each.name != "root" else logging.WARNING)
    dictConfig(DEFAULT_LOGGING)
    if configuration:
        dictConfig(configuration)
    try:
        yield
    finally:
        for each, (handlers, level, propagate, disabled) in zip(loggers, before, strict=True):
            each.handlers[:] = handlers
            each.propagate, each.disabled = propagate, disabled
            each.setLevel(level)


def console(**root):
    handlers = {"console": {"class": "logging.StreamHandler"}}
    root = {"handlers": ["console"], **root}
    return {"version": 1, "disable_existing_loggers": False, "handlers": handlers, "root": root}


def ids_of(check, **settings):
    with override_settings(**settings):
        return [each.id for each in check(None)]


def test_these_checks_are_made_for_deployment_only():
    found = {each for each in ids_found(deploy=True) if each >= "adjax_jsonrpc.W010"}
    assert "adjax_jsonrpc.W014" in found
    assert not [each for each in ids_found() if each.startswith("adjax_jsonrpc.W01")]


def test_a_cache_of_one_process_counts_for_one_process(monkeypatch):
    registry = Registry(app_label=lambda module: "t")
    monkeypatch.setattr(deploy, "registry", registry)
    assert ids_of(deploy.check_local_cache, CACHES=LOCAL) == []
    check = ["adjax_jsonrpc.W010"]
    assert ids_of(deploy.check_local_cache, CACHES=LOCAL, ADJAX_THROTTLE="1/s") == check
    assert ids_of(deploy.check_local_cache, CACHES=SHARED, ADJAX_THROTTLE="1/s") == []
    assert ids_of(deploy.check_local_cache, CACHES=LOCAL, ADJAX_CACHE="nowhere") == []
    registry.register(throttle="1/s")(lambda request: None)
    registry.resolve()
    assert ids_of(deploy.check_local_cache, CACHES=LOCAL) == check


@pytest.mark.parametrize(
    ("names", "is_on", "found"),
    [
        (["default"], True, []),
        (["default", "other"], False, []),
        (["default", "other"], True, ["adjax_jsonrpc.W011"]),
    ],
)
def test_an_atomic_batch_has_one_database(monkeypatch, names, is_on, found):
    monkeypatch.setattr(deploy, "connections", dict.fromkeys(names, SQLITE))
    assert ids_of(deploy.check_atomic_batch, ADJAX_ATOMIC_BATCH=is_on) == found


@pytest.mark.parametrize(
    ("configuration", "settings", "found"),
    [
        (None, {}, ["adjax_jsonrpc.W012"] * 2),
        (None, {"ADMINS": ["a@shop.example"]}, ["adjax_jsonrpc.W012"]),
        (console(), {}, []),
        (console(level="CRITICAL"), {}, ["adjax_jsonrpc.W012"]),
        (console(), {"ADJAX_LOG_CALLS": "json"}, ["adjax_jsonrpc.W013"]),
        (console(level="INFO"), {"ADJAX_LOG_CALLS": "json"}, []),
    ],
)
def test_somebody_writes_what_is_logged(configuration, settings, found):
    with logging_as(configuration):
        assert ids_of(deploy.check_logging, **settings) == found


def test_middleware_that_makes_json_of_errors_is_the_first():
    name, others = deploy.JSON_ERRORS, django_settings.MIDDLEWARE
    check = deploy.check_middleware
    assert ids_of(check, MIDDLEWARE=[name, *others]) == []
    assert ids_of(check, MIDDLEWARE=[*others, name]) == ["adjax_jsonrpc.W014"]
    assert ids_of(check, MIDDLEWARE=others) == ["adjax_jsonrpc.W014"]
