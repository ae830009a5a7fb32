"""System checks of what is registered, each with its id."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.test import override_settings
from django.views.decorators.cache import cache_page, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from adjax_jsonrpc import Registry
from adjax_jsonrpc.checks import registration


@pytest.fixture
def registry(monkeypatch):
    registry = Registry(app_label=lambda module: "t")
    monkeypatch.setattr(registration, "registry", registry)
    return registry


REGISTERS = "from adjax_jsonrpc import registry\n\n@registry.register\ndef f(request): ...\n"


@pytest.mark.parametrize(
    ("name", "source", "is_found"),
    [
        ("views.py", REGISTERS, True),
        ("inner/calls.py", REGISTERS, True),
        ("calls.py", "import adjax_jsonrpc as a\na.registry.mount('b', {})\n", True),
        ("ajax.py", REGISTERS, False),  # of the app tests.gates, which is imported
        ("tests/test_calls.py", REGISTERS, False),
        ("admin.py", "from django.contrib import admin\nadmin.site.register(5)\n", False),
        ("docs.py", "# registry.register of adjax_jsonrpc\n", False),
        ("broken.py", REGISTERS + "def", False),
    ],
)
def test_a_module_that_registers_methods_is_imported(tmp_path, monkeypatch, name, source, is_found):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    monkeypatch.setattr(apps.get_app_config("gates"), "path", str(tmp_path))
    found = [each for each in registration.check_places(None) if str(tmp_path) in each.msg]
    assert [each.id for each in found] == ["adjax_jsonrpc.W015"] * is_found
    if is_found:
        assert str(path) in found[0].msg and "tests.gates.ajax" in found[0].hint


@pytest.mark.parametrize(
    ("permission", "is_found"),
    [
        ("auth.add_user", False),
        (["auth.add_user", "sessions.view_session"], False),
        ("auth.ad_user", True),
        ("shop.change_order", True),
        ("add_user", True),
    ],
)
def test_an_app_declares_the_permission(registry, permission, is_found):
    registry.register(permission=permission)(lambda request: None)
    found = registration.check_permissions(None)
    assert [each.id for each in found] == ["adjax_jsonrpc.W016"] * is_found
    with override_settings(AUTHENTICATION_BACKENDS=["tests.gates.callers.OwnBackend"]):
        assert registration.check_permissions(None) == []


async def later(request): ...


@pytest.mark.parametrize(
    ("decorate", "is_found"),
    [
        (login_required, True),
        (permission_required("auth.add_user"), True),
        (csrf_exempt, True),
        (require_POST, True),
        (never_cache, True),
        (cache_page(5), True),
        (lambda function: sensitive_variables()(login_required(function)), True),
        (sensitive_variables(), False),
        (transaction.atomic, False),
        (lambda function: function, False),
    ],
)
def test_decorators_of_views_are_not_for_methods(registry, decorate, is_found):
    @registry.register
    @decorate
    def method(request): ...

    found = registration.check_decorators(None)
    assert [each.id for each in found] == ["adjax_jsonrpc.W017"] * is_found


@pytest.mark.parametrize("decorate", [login_required, csrf_exempt, require_POST])
def test_nor_for_asynchronous_methods(registry, decorate):
    registry.register(decorate(later))
    assert [each.id for each in registration.check_decorators(None)] == ["adjax_jsonrpc.W017"]
