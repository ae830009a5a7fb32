"""Who may see the explorer, and what its page may do."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, override_settings

BROWSER = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def debug():
    with override_settings(DEBUG=True):
        yield


def test_a_browser_is_led_from_the_endpoint_to_the_explorer(client, debug):
    response = client.get("/rpc/", **BROWSER)
    assert (response.status_code, response["Location"]) == (302, "/rpc/explorer")
    assert "Accept" in response["Vary"]
    assert client.get("/rpc/explorer").status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_other_callers_are_told_to_post(client, debug, accept):
    assert client.get("/rpc/", HTTP_ACCEPT=accept).status_code == 405
    assert client.put("/rpc/", **BROWSER).status_code == 405


def test_there_is_no_explorer_without_debug(client):
    assert client.get("/rpc/", **BROWSER).status_code == 405
    response = client.get("/rpc/explorer", **BROWSER)
    assert (response.status_code, response.json()["error"]["code"]) == (404, -32004)


@override_settings(ADJAX_EXPLORER=None, DEBUG=True)
def test_the_explorer_is_switched_off(client):
    assert client.get("/rpc/", **BROWSER).status_code == 405
    assert client.get("/rpc/explorer").status_code == 404


@override_settings(ADJAX_EXPLORER="staff")
def test_staff_sees_the_explorer(db):
    users = get_user_model().objects
    for name, is_staff, status in [("sam", True, 200), ("ann", False, 404)]:
        client = Client()
        client.force_login(users.create_user(name, is_staff=is_staff))
        assert client.get("/rpc/explorer").status_code == status
    assert Client().get("/rpc/explorer").status_code == 404
    assert Client().get("/rpc/", **BROWSER).status_code == 302


def test_the_page_runs_its_own_script_only(client, debug):
    first, second = client.get("/rpc/explorer"), client.get("/rpc/explorer")
    policy = first["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert "unsafe" not in policy
    nonces = set(re.findall(r"nonce-([\w-]+)", policy))
    assert len(nonces) == 1
    assert nonces.isdisjoint(re.findall(r"nonce-([\w-]+)", second["Content-Security-Policy"]))
    html = first.content.decode()
    tags = re.findall(r"<(?:script|style)\b[^>]*>", html)
    executed = [tag for tag in tags if "application/json" not in tag]
    assert len(executed) == 2
    assert all(f'nonce="{nonces.copy().pop()}"' in tag for tag in executed)
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert first["Cache-Control"] == "private, no-cache"


@override_settings(DEBUG=True, ADJAX_OPENRPC_INFO={"title": "</script><b>&'\"", "version": "1"})
def test_the_title_is_text(client):
    html = client.get("/rpc/explorer").content.decode()
    assert "</script><b>" not in html


@override_settings(DEBUG=True, LOGIN_URL="nowhere-that-is-known")
def test_a_login_url_that_leads_nowhere_is_left_out(client):
    assert '"loginUrl": null' in client.get("/rpc/explorer").content.decode()
