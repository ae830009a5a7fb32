"""System checks of settings, each with its id."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from adjax_jsonrpc import Registry, Throttle
from adjax_jsonrpc.checks import settings as checks
from tests.support.checks import ids_found


def test_a_sound_project_passes():
    """With all of its methods; the settings below are tried on a project of one method."""
    assert [each for each in run_checks() if each.id.startswith("adjax_jsonrpc.")] == []
    assert ids_found() == []


@pytest.mark.parametrize(
    "name",
    ["ADJAX_MAX_BODY_BYTES", "ADJAX_MAX_BATCH_SIZE", "ADJAX_MAX_DEPTH", "ADJAX_MAX_RESPONSE_BYTES"],
)
def test_a_limit_is_a_positive_integer_or_none(name):
    for value in (0, -1, "100", 1.5, True):
        assert ids_found(**{name: value}) == ["adjax_jsonrpc.E001"]
    assert ids_found(**{name: None}) == []


@pytest.mark.parametrize(
    "name",
    [
        "ADJAX_TEMPLATE",
        "ADJAX_VARIABLE",
        "ADJAX_CONTENT_TYPE",
        "ADJAX_VIEWS_MODULE_NAME",
        "ADJAX_TYPES_MODULE_NAME",
    ],
)
def test_a_name_is_a_string(name):
    for value in (None, "", 5):
        assert ids_found(**{name: value}) == ["adjax_jsonrpc.E002"]


def test_the_data_of_pages_is_a_dict_that_can_be_sent():
    for value in (5, [1], {"a": object()}):
        assert ids_found(ADJAX_DATA=value) == ["adjax_jsonrpc.E007"]
    assert ids_found(ADJAX_DATA={"a": {1, 2}}) == []


@pytest.mark.parametrize(
    "mapping",
    [
        5,
        {"no.such.Exception": 1},
        {"json.loads": 1},
        {5: 1},
        {KeyboardInterrupt: 1},
        {ValueError: "1"},
        {ValueError: "no.such.function"},
        {ValueError: True},
        {ValueError: (1,)},
        {ValueError: (1, 2)},
        {ValueError: ("1", "one")},
        {ValueError: -32700},
        {ValueError: (-32603, "mine")},
        {ValueError: -32100},
    ],
)
def test_the_errors_of_exceptions_are_errors_of_exceptions(mapping):
    assert ids_found(ADJAX_ERRORS=mapping) == ["adjax_jsonrpc.E016"]


def test_codes_that_are_free_and_those_left_to_servers_may_be_used():
    for code in (-32769, -32099, -32000, 0, 1, (7, "seven"), str, "builtins.str"):
        assert ids_found(ADJAX_ERRORS={ValueError: code, "json.JSONDecodeError": code}) == []


@pytest.mark.parametrize("name", ["ADJAX_ATOMIC_BATCH", "ADJAX_SIGNAL_PARAMS"])
def test_a_switch_is_on_or_off(name):
    for value in (None, 1, "yes"):
        assert ids_found(**{name: value}) == ["adjax_jsonrpc.E017"]
    assert ids_found(**{name: True}) == []


@pytest.mark.parametrize("value", ["yes", 1.5, "JSON", ["json"]])
def test_the_log_of_calls_has_a_known_format(value):
    assert ids_found(ADJAX_LOG_CALLS=value) == ["adjax_jsonrpc.E021"]
    for right in (None, True, False, "text", "json"):
        assert ids_found(ADJAX_LOG_CALLS=right) == []


def test_a_rate_with_a_wrong_letter_is_called_a_wrong_rate():
    with override_settings(ADJAX_THROTTLE="100 per minute"):
        (found,) = checks.check_throttle(None)
    assert "is not a rate" in found.msg and "100/min" in found.msg


def test_the_template_must_exist():
    assert ids_found(ADJAX_TEMPLATE="nowhere.js") == ["adjax_jsonrpc.E003"]


@pytest.mark.parametrize("info", [{}, {"title": "t"}, {"title": "t", "version": 1}, None])
def test_the_openrpc_document_needs_a_title_and_a_version(info):
    assert ids_found(ADJAX_OPENRPC_INFO=info) == ["adjax_jsonrpc.E005"]


@pytest.mark.parametrize("name", ["ADJAX_MAX_BATCH_SECONDS", "ADJAX_IDEMPOTENCY_SECONDS"])
def test_a_time_is_a_positive_number_or_none(name):
    for value in (0, -1, "20", True, float("inf"), float("nan")):
        assert ids_found(**{name: value}) == ["adjax_jsonrpc.E014"]
    for value in (None, 0.5, 3600):
        assert ids_found(**{name: value}) == []


@pytest.mark.parametrize("value", ["", "often", "1/year", 5, True, ["1/s", 5], "no.such.path"])
@pytest.mark.parametrize("name", ["ADJAX_THROTTLE", "ADJAX_THROTTLE_CREDENTIALS"])
def test_the_projects_throttles_can_be_read(name, value):
    assert ids_found(**{name: value}) == ["adjax_jsonrpc.E012"]


@pytest.mark.parametrize(
    "value", [None, False, "1/s", ["1/s", "5/d"], Throttle("1/s", by="address")]
)
@pytest.mark.parametrize("name", ["ADJAX_THROTTLE", "ADJAX_THROTTLE_CREDENTIALS"])
def test_a_throttle_that_can_be_read_passes(name, value):
    assert ids_found(**{name: value}) == []


def test_the_cache_exists():
    assert ids_found(ADJAX_CACHE="nowhere") == ["adjax_jsonrpc.E013"]


@pytest.mark.parametrize(
    ("backend", "found"),
    [
        ("dummy.DummyCache", ["adjax_jsonrpc.W001"]),
        ("db.DatabaseCache", ["adjax_jsonrpc.W001"]),
        ("filebased.FileBasedCache", ["adjax_jsonrpc.W001"]),
        ("locmem.LocMemCache", []),
        ("redis.RedisCache", []),
    ],
)
def test_the_cache_can_count(monkeypatch, backend, found):
    made = {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "/nowhere"}
    caches = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "counts": made,
    }
    caching = {"CACHES": caches, "ADJAX_CACHE": "counts", "ADJAX_IDEMPOTENCY": "default"}
    assert ids_found(**caching, ADJAX_THROTTLE="1/s") == found
    # So are wrong credentials, where there are any.
    basic = {"ADJAX_AUTHENTICATION": ["adjax_jsonrpc.authentication.basic"]}
    assert ids_found(**caching, **basic, ADJAX_THROTTLE_CREDENTIALS="1/s") == found
    # A method's own throttle is counted there, too; what counts nothing may have any cache.
    registry = Registry(app_label=lambda module: "t")
    monkeypatch.setattr(checks, "registry", registry)
    assert ids_found(**caching) == []
    registry.register(throttle="1/s")(lambda request: None)
    registry.resolve()
    assert ids_found(**caching) == found


def test_the_explorer_is_for_known_callers():
    for value in ("everybody", "", True):
        assert ids_found(ADJAX_EXPLORER=value) == ["adjax_jsonrpc.E020"]
    for value in ("debug", "staff", None):
        assert ids_found(ADJAX_EXPLORER=value) == []
