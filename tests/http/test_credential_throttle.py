"""Wrong credentials are counted by address before they are checked; right ones are not counted."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64encode

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.db import OperationalError
from django.test import AsyncClient, Client

from adjax_jsonrpc import Throttle
from adjax_jsonrpc.conf import Settings
from tests.gates.ajax import ran
from tests.support.calls import a_request

BASIC, BEARER, LATER, KEY, EXPLICIT_KEY = (
    "adjax_jsonrpc.authentication.basic",
    "tests.gates.callers.by_token",
    "tests.gates.callers.by_token_later",
    "tests.gates.callers.by_key",
    "tests.gates.callers.by_explicit_key",
)
RATE = int(Settings.defaults["ADJAX_THROTTLE_CREDENTIALS"].partition("/")[0])

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ann(settings):
    del settings.ADJAX_THROTTLE_CREDENTIALS
    cache.clear()
    ran.clear()
    return get_user_model().objects.create_user("ann", password="right")


@pytest.fixture
def checked():
    """Return the passwords that were hashed and found wrong."""
    names = []

    def note(sender, credentials, **kwargs):
        names.append(credentials["username"])

    user_login_failed.connect(note)
    yield names
    user_login_failed.disconnect(note)


BODY = json.dumps(a_request("gates.open", ["1"]))


def under_wsgi(address="10.0.0.1", path="/rpc/", **headers):
    client = Client(raise_request_exception=False)
    if path != "/rpc/":
        return client.get(path, headers=headers, REMOTE_ADDR=address)
    return client.post(path, BODY, "application/json", headers=headers, REMOTE_ADDR=address)


def under_asgi(**headers):
    async def post():
        client = AsyncClient(raise_request_exception=False)
        return await client.post("/rpc/", BODY, content_type="application/json", headers=headers)

    return asyncio.run(post())


@pytest.fixture(params=[under_wsgi, under_asgi], ids=["WSGI", "ASGI"])
def post(request):
    return request.param


def basic(password, name="ann"):
    return {"Authorization": f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def assert_limited(response):
    assert response.status_code == 429
    body = json.loads(response.content)
    assert body["id"] is None and body["error"]["code"] == -32006
    assert 0 < body["error"]["data"]["retryAfter"] <= int(response["Retry-After"]) <= 60


def test_passwords_over_the_rate_are_not_hashed(settings, post, checked):
    settings.ADJAX_AUTHENTICATION = [BASIC]
    statuses = [post(**basic(f"guess{number}")).status_code for number in range(30)]
    assert statuses == [401] * RATE + [429] * (30 - RATE)
    assert len(checked) == RATE
    assert_limited(post(**basic("right")))
    assert ran == []


@pytest.mark.parametrize("authenticator", [BEARER, LATER])
def test_tokens_over_the_rate_are_not_looked_up(settings, post, authenticator):
    settings.ADJAX_AUTHENTICATION = [authenticator]
    statuses = [post(**bearer(f"token-{number}")).status_code for number in range(30)]
    assert statuses == [401] * RATE + [429] * (30 - RATE)
    assert_limited(post(**bearer("token-ann")))


@pytest.mark.parametrize(
    ("authenticator", "header"), [(KEY, "X-Key"), (EXPLICIT_KEY, "X-Explicit-Key")]
)
def test_a_right_guess_over_the_rate_does_not_show_with_authenticators_of_the_project(
    settings, post, authenticator, header
):
    settings.ADJAX_AUTHENTICATION = [authenticator]
    statuses = [post(**{header: f"guess{number}"}).status_code for number in range(30)]
    assert statuses == [401] * RATE + [429] * (30 - RATE)
    assert_limited(post(**{header: "ann"}))
    assert post().status_code == 200  # without a credential


def test_another_address_is_another_counter(settings):
    settings.ADJAX_AUTHENTICATION = [BEARER]
    for number in range(RATE):
        under_wsgi(**bearer(f"token-{number}"))
    assert_limited(under_wsgi(**bearer("token-ann")))
    assert under_wsgi("10.0.0.2", **bearer("token-ann")).status_code == 200


def test_right_credentials_are_not_counted(settings, post):
    settings.ADJAX_AUTHENTICATION = [BASIC, BEARER, EXPLICIT_KEY]
    users = [f"user{number}" for number in range(RATE + 5)]
    for name in users:
        get_user_model().objects.create_user(name)
        assert post(**bearer(f"token-{name}")).status_code == 200
        assert post(**{"X-Explicit-Key": name}).status_code == 200
    assert post(**bearer("wrong")).status_code == 401


def test_a_credential_that_was_right_is_not_refused_while_others_guess(settings, post, ann):
    settings.ADJAX_AUTHENTICATION = [BEARER]
    assert post(**bearer("token-ann")).status_code == 200
    for number in range(RATE + 1):
        post(**bearer(f"token-{number}"))
    assert post(**bearer("token-ann")).status_code == 200
    ann.delete()  # a credential that was right is counted when it is wrong
    assert_limited(post(**bearer("token-ann")))


def test_a_credential_that_was_right_is_not_stored(settings, post):
    settings.ADJAX_AUTHENTICATION = [BEARER]
    post(**bearer("token-ann"))
    assert cache._cache and "token-ann" not in repr(cache._cache)


def test_after_the_time_of_the_rate_credentials_are_checked_again(settings, post, monkeypatch):
    settings.ADJAX_AUTHENTICATION = [BEARER]
    for number in range(RATE):
        post(**bearer(f"token-{number}"))
    assert_limited(post(**bearer("token-ann")))
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert post(**bearer("token-ann")).status_code == 200


def test_a_failure_of_the_check_is_not_counted(settings, post, monkeypatch):
    settings.ADJAX_AUTHENTICATION = [BEARER]
    for _ in range(RATE + 5):
        assert json.loads(post(**bearer("broken")).content)["error"]["code"] == -32603
    assert post(**bearer("token-ann")).status_code == 200


def test_documents_are_no_way_round(settings):
    settings.ADJAX_AUTHENTICATION = [BEARER]
    for path in ("/rpc/openrpc.json", "/rpc/interface.js"):
        for number in range(RATE):
            under_wsgi(path=path, **bearer(f"token-{number}"))
    assert_limited(under_wsgi(**bearer("token-ann")))
    assert_limited(under_wsgi(path="/rpc/openrpc.json", **bearer("token-ann")))


def test_the_rate_can_be_changed_and_taken_away(settings, post):
    settings.ADJAX_AUTHENTICATION = [BEARER]
    settings.ADJAX_THROTTLE_CREDENTIALS = [Throttle("2/min"), "3/h"]
    assert [post(**bearer("no")).status_code for _ in range(3)] == [401, 401, 429]
    settings.ADJAX_THROTTLE_CREDENTIALS = None
    assert {post(**bearer("no")).status_code for _ in range(30)} == {401}


def test_other_schemes_and_callers_without_a_credential_are_not_counted(settings, post):
    settings.ADJAX_AUTHENTICATION = [BASIC, BEARER]
    assert {post(Authorization="Digest x").status_code for _ in range(30)} == {200}
    assert {post().status_code for _ in range(30)} == {200}
    assert not cache._cache


def test_a_cache_that_fails_refuses_credentials(settings, post, monkeypatch):
    settings.ADJAX_AUTHENTICATION = [BEARER]

    def fail(*args, **kwargs):
        raise OperationalError("the cache is gone")

    monkeypatch.setattr(type(cache._connections["default"]), "get", fail)
    assert json.loads(post(**bearer("token-ann")).content)["error"]["code"] == -32603
    assert post().status_code == 200
