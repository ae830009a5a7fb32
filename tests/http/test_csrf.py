"""Who may call: CSRF, login, permissions; alone and in a batch the same."""

from __future__ import annotations

import asyncio
import json
from http.cookies import SimpleCookie

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import AsyncClient, Client, override_settings

from tests.support.calls import a_request

URL = "/rpc/"
WHOAMI = json.dumps(a_request("shapes.whoami"))

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ann():
    return get_user_model().objects.create_user("ann", password="x")


def post(client, body, **headers):
    return client.post(URL, body, content_type="application/json", headers=headers)


def logged_in(user, **options):
    client = Client(enforce_csrf_checks=True, **options)
    client.force_login(user)
    return client


def token_of(client):
    client.get("/rpc/interface.js")  # CsrfEnforceMiddleware sends the cookie
    return client.cookies["csrftoken"].value


def test_a_caller_without_cookies_needs_no_token():
    client = Client(enforce_csrf_checks=True)
    response = post(client, json.dumps(a_request("shapes.add", [1, 2])))
    assert response.json()["result"] == 3


def test_a_session_needs_its_token(ann):
    client = logged_in(ann)
    response = post(client, WHOAMI)
    assert response.status_code == 403
    error = response.json()["error"]
    assert (error["code"], error["message"]) == (-32003, "CSRF verification failed")
    assert error["data"]["reason"] == "CSRF cookie not set."
    assert response.json()["id"] is None
    token = token_of(client)
    assert post(client, WHOAMI, **{"X-CSRFToken": token}).json()["result"] == "ann"
    assert post(client, WHOAMI, **{"X-CSRFToken": "x" * 64}).status_code == 403


def test_a_session_needs_its_token_whatever_its_cookie_is_called(ann):
    assert post(logged_in(ann), WHOAMI).status_code == 403
    with override_settings(SESSION_COOKIE_NAME="shop_session"):
        client = logged_in(ann)
        assert list(client.cookies) == ["shop_session"]
        assert post(client, WHOAMI).status_code == 403


def test_a_session_needs_its_token_for_open_methods_too(ann):
    client = logged_in(ann)
    body = json.dumps([a_request("shapes.add", [1])])
    assert post(client, body).status_code == 403


def test_a_foreign_origin_is_refused(ann):
    client = logged_in(ann)
    token = token_of(client)
    headers = {"X-CSRFToken": token, "Origin": "https://elsewhere.example"}
    response = post(client, WHOAMI, **headers)
    assert response.status_code == 403
    assert "elsewhere.example" in response.json()["error"]["data"]["reason"]


def test_the_token_may_live_in_the_session(ann):
    with override_settings(CSRF_USE_SESSIONS=True):
        client = logged_in(ann)
        assert post(client, WHOAMI).status_code == 403
        client.get("/rpc/interface.js")
        token = client.session["_csrftoken"]
        assert post(client, WHOAMI, **{"X-CSRFToken": token}).json()["result"] == "ann"


def test_csrf_is_checked_under_asgi(ann):
    async def run(**settings):
        client = AsyncClient(enforce_csrf_checks=True)
        await client.aforce_login(ann)
        refused = await post(client, WHOAMI)
        await client.get("/rpc/interface.js")
        token = client.cookies["csrftoken"].value
        accepted = await post(client, WHOAMI, **{"X-CSRFToken": token})
        return refused, accepted

    refused, accepted = asyncio.run(run())
    assert refused.status_code == 403 and refused.json()["error"]["code"] == -32003
    assert accepted.json()["result"] == "ann"


SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
USERS = "django.contrib.auth.middleware.AuthenticationMiddleware"


def by_wsgi(body, headers):
    return post(Client(enforce_csrf_checks=True), body, **headers)


def by_asgi(body, headers):
    client = AsyncClient(enforce_csrf_checks=True)
    headers = dict(headers)
    client.cookies = SimpleCookie(headers.pop("Cookie", None))  # it sends no other ones
    return asyncio.run(post(client, body, **headers))


@pytest.mark.parametrize("send", [by_wsgi, by_asgi], ids=["WSGI", "ASGI"])
@pytest.mark.parametrize(
    ("middleware", "headers"),
    [
        (["tests.gates.callers.lazy_user"], {"Cookie": "jwt=ann"}),
        (["tests.gates.callers.lazy_user"], {"X-Jwt": "ann"}),
        ([SESSIONS, USERS, "tests.gates.callers.lazy_user"], {"Cookie": "jwt=ann"}),
        ([SESSIONS, USERS, "tests.gates.callers.lazy_user_over"], {"Cookie": "jwt=ann"}),
        (["tests.gates.callers.remote_user"], {"X-Remote-User": "ann"}),
        (["tests.gates.callers.other_session", USERS], {"Cookie": "other={session}"}),
        (["tests.gates.callers.other_session"], {"Cookie": "other={session}"}),
    ],
)
def test_whoever_middleware_knows_needs_a_token(ann, middleware, headers, send):
    session = logged_in(ann).cookies["sessionid"].value
    headers = {name: value.format(session=session) for name, value in headers.items()}
    body = json.dumps(a_request("shapes.add", [1, 2]))
    cookie = "; ".join(filter(None, [headers.get("Cookie"), f"csrftoken={'s' * 32}"]))
    with override_settings(MIDDLEWARE=middleware):
        assert send(body, headers).json()["error"]["code"] == -32003
        with_token = {**headers, "Cookie": cookie, "X-CSRFToken": "s" * 32}
        assert send(body, with_token).json()["result"] == 3
        assert send(body, {}).json()["result"] == 3
        assert send(body, {"Cookie": "jwt=nobody"}).json()["result"] == 3


def test_nobody_is_looked_up_to_answer_an_open_method(django_assert_num_queries):
    with override_settings(MIDDLEWARE=[SESSIONS, USERS]), django_assert_num_queries(0):
        response = post(Client(), json.dumps(a_request("shapes.add", [1, 2])))
    assert response.json()["result"] == 3 and not response.has_header("Vary")


METHODS = ["shapes.whoami", "shapes.later_whoami"]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_may_require_a_login(ann, method):
    anonymous = {"code": -32001, "message": "Authentication required"}
    body = json.dumps(a_request(method))
    assert post(Client(), body).json()["error"] == anonymous
    client = Client()
    client.force_login(ann)
    assert post(client, body).json()["result"] == "ann"
    mixed = json.dumps([a_request("shapes.add", [1], 1), a_request(method, None, 2)])
    first, second = post(Client(), mixed).json()
    assert first["result"] == 2 and second["error"] == anonymous


def test_a_method_may_require_a_permission(ann):
    body = json.dumps(a_request("shapes.powerful"))
    client = Client()
    assert post(client, body).json()["error"]["code"] == -32001
    client.force_login(ann)
    assert post(client, body).json()["error"] == {"code": -32002, "message": "Permission denied"}
    ann.user_permissions.add(Permission.objects.get(codename="add_user"))
    assert post(client, body).json()["result"] is True


def test_who_may_not_call_learns_nothing_of_the_params():
    response = post(Client(), json.dumps(a_request("shapes.whoami", ["no such parameter"])))
    assert response.json()["error"]["code"] == -32001


def test_django_login_required_middleware_does_not_redirect_calls():
    middleware = "django.contrib.auth.middleware.LoginRequiredMiddleware"
    from django.conf import settings

    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, middleware]):
        assert post(Client(), json.dumps(a_request("shapes.add", [1]))).json()["result"] == 2
        assert Client().get("/rpc/interface.js").status_code == 200
