"""Who calls: credentials of every kind, right, wrong and malformed, under WSGI and ASGI."""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64encode

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import OperationalError
from django.test import AsyncClient, Client, override_settings

from adjax_jsonrpc.authentication import Caller, explicit
from adjax_jsonrpc.http.authenticate import authentication
from tests.gates.ajax import ran
from tests.support.calls import a_request

URL = "/rpc/"
SESSION, BASIC = "adjax_jsonrpc.authentication.session", "adjax_jsonrpc.authentication.basic"
BEARER, BEARER_LATER = "tests.gates.callers.by_token", "tests.gates.callers.by_token_later"
KEY, EXPLICIT_KEY = "tests.gates.callers.by_key", "tests.gates.callers.by_explicit_key"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def people():
    users = get_user_model().objects
    ran.clear()
    return {name: users.create_user(name, password="x") for name in ("ann", "bob")}


class Sync:
    """Sends through Django's WSGI handler."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def post(self, body, **headers):
        return self.client.post(URL, body, "application/json", headers=headers)


class Async:
    """Sends through Django's ASGI handler."""

    def __init__(self):
        self.client = AsyncClient(enforce_csrf_checks=True, raise_request_exception=False)

    def post(self, body, **headers):
        posted = self.client.post(URL, body, content_type="application/json", headers=headers)
        return asyncio.run(self._awaited(posted))

    async def _awaited(self, posted):
        return await posted


@pytest.fixture(params=[Sync, Async], ids=["WSGI", "ASGI"])
def http(request):
    return request.param()


def who(method="open", key="1"):
    return json.dumps(a_request(f"gates.{method}", [key]))


def basic(name, password="x"):
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


def give_session(http, user):
    """Log in, and return the CSRF token."""
    client = Client()
    client.force_login(user)
    client.get("/rpc/interface.js")
    http.client.cookies = client.cookies
    return client.cookies["csrftoken"].value


def assert_refused(response, status, code):
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    body = json.loads(response.content)
    assert body["error"]["code"] == code and body["id"] is None
    assert ran == []


def result(response):
    assert response.status_code == 200, response.content
    return json.loads(response.content)["result"]


def test_djangos_user_alone_needs_nothing_of_all_this():
    assert authentication() is None
    with override_settings(ADJAX_AUTHENTICATION=[SESSION, BEARER]):
        assert authentication() is not None


@pytest.mark.parametrize("bearer", [BEARER, BEARER_LATER])
@pytest.mark.parametrize("method", ["login", "later_login"])
def test_a_token_is_its_user_without_a_csrf_token(http, settings, bearer, method):
    settings.ADJAX_AUTHENTICATION = [bearer]
    for scheme in ("Bearer", "bearer", "BEARER "):
        sent = {"Authorization": f"{scheme} token-ann"}
        assert result(http.post(who(method), **sent)) == "ann"
        assert result(http.post(who(method), **sent, Origin="https://else.example")) == "ann"


@pytest.mark.parametrize("order", [[SESSION, BEARER], [BEARER, SESSION]])
def test_what_a_caller_says_counts_for_more_than_what_a_browser_adds(http, settings, people, order):
    settings.ADJAX_AUTHENTICATION = order
    token = give_session(http, people["bob"])
    assert result(http.post(who(), Authorization="Bearer token-ann")) == "ann"
    assert result(http.post(who(), **{"X-CSRFToken": token})) == "bob"
    ran.clear()
    assert_refused(http.post(who()), 403, -32003)


@pytest.mark.parametrize("bearer", [BEARER, BEARER_LATER])
@pytest.mark.parametrize(
    "credential",
    [
        "Bearer token-nobody",
        "Bearer",
        "Bearer  ",
        "Bearer token-ann token-ann",
        "Bearer token-ann, Bearer token-ann",
        "Bearer\ttoken-ännchen",
        "Bearer token-ann\x00",
        "Basic",
        "Basic !!!!",
        "Basic bm9jb2xvbg==",
        "Basic /////w==",
        basic("ann", "wrong"),
        basic("nobody"),
        basic("ann\x00"),
        basic("ann", "x\x00"),
    ],
)
def test_a_wrong_credential_is_refused_as_a_whole(http, settings, people, bearer, credential):
    settings.ADJAX_AUTHENTICATION = [bearer, BASIC, SESSION]
    token = give_session(http, people["bob"])
    for headers in ({}, {"X-CSRFToken": token}):
        response = http.post(who(), Authorization=credential, **headers)
        assert_refused(response, 401, -32001)
        challenge = response["WWW-Authenticate"]
        assert challenge and not challenge.lower().startswith("basic")
        assert "ann" not in response.content.decode()


def test_a_scheme_that_nobody_takes_is_left_alone(http, settings, people):
    settings.ADJAX_AUTHENTICATION = [BEARER, SESSION]
    for credential in (basic("ann"), "Digest token-ann", "Token token-ann", ""):
        assert result(http.post(who(), Authorization=credential)) == ""
    token = give_session(http, people["bob"])
    proxys = {"Authorization": basic("staging"), "X-CSRFToken": token}
    assert result(http.post(who(), **proxys)) == "bob"


def test_an_inactive_user_is_nobody(http, settings, people):
    everybody = "django.contrib.auth.backends.AllowAllUsersModelBackend"
    settings.AUTHENTICATION_BACKENDS = [everybody]
    settings.ADJAX_AUTHENTICATION = [BEARER, BASIC, KEY, SESSION]
    token = give_session(http, people["ann"])
    get_user_model().objects.update(is_active=False)
    answer = json.loads(http.post(who("login"), **{"X-CSRFToken": token}).content)
    assert answer["error"]["code"] == -32001
    for sent in ({"Authorization": "Bearer token-ann"}, {"Authorization": basic("ann")}):
        assert_refused(http.post(who(), **sent), 401, -32001)
    assert_refused(http.post(who(), **{"X-Key": "ann"}), 401, -32001)


def test_without_session_a_session_cookie_authenticates_nobody(http, settings, people):
    settings.ADJAX_AUTHENTICATION = [BEARER]
    token = give_session(http, people["ann"])
    assert result(http.post(who(), **{"X-CSRFToken": token})) == ""
    assert result(http.post(who("later_open"), **{"X-CSRFToken": token})) == ""
    answer = json.loads(http.post(who("login"), **{"X-CSRFToken": token}).content)
    assert answer["error"]["code"] == -32001


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://else.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
@pytest.mark.parametrize("credential", [{"Authorization": basic("ann")}, {"X-Key": "ann"}])
def test_what_a_browser_may_resend_needs_a_csrf_token_from_elsewhere(
    http, settings, headers, status, credential
):
    settings.ADJAX_AUTHENTICATION = [BASIC, KEY]
    response = http.post(who(), **credential, **headers)
    if status == 200:
        assert result(response) == "ann"
    else:
        assert_refused(response, 403, -32003)


def test_a_callable_that_may_have_read_a_cookie_needs_a_csrf_token(http, settings):
    settings.ADJAX_AUTHENTICATION = [KEY, EXPLICIT_KEY]
    http.client.cookies["key"] = "ann"
    assert_refused(http.post(who()), 403, -32003)
    token = "t" * 32
    http.client.cookies["csrftoken"] = token
    assert result(http.post(who(), **{"X-CSRFToken": token})) == "ann"
    del http.client.cookies["key"]
    ran.clear()
    assert_refused(http.post(who(), **{"X-Key": "ann"}), 403, -32003)
    assert result(http.post(who(), **{"X-Explicit-Key": "ann"})) == "ann"


def test_a_callable_that_finds_no_user_refuses(http, settings):
    settings.ADJAX_AUTHENTICATION = [KEY, EXPLICIT_KEY]
    for name in ("X-Key", "X-Explicit-Key"):  # DoesNotExist
        assert_refused(http.post(who(), **{name: "nobody"}), 401, -32001)


@pytest.mark.parametrize("bearer", [BEARER, BEARER_LATER])
def test_a_lookup_that_fails_is_an_internal_error_that_names_no_token(
    http, settings, caplog, bearer
):
    settings.ADJAX_AUTHENTICATION = [bearer]
    with caplog.at_level(logging.ERROR):
        response = http.post(who(), Authorization="Bearer broken")
    assert_refused(response, 200, -32603)
    reference = json.loads(response.content)["error"]["data"]["reference"]
    assert reference in caplog.text and "the table of tokens is gone" in caplog.text
    assert "Bearer" not in caplog.text and "the table" not in response.content.decode()


class GoneSessions(DatabaseSessions):
    """Sessions whose database is away."""

    def load(self):
        raise OperationalError("the database is away")


SessionStore = GoneSessions  # this module is a SESSION_ENGINE


def test_a_database_that_is_away_is_an_internal_error(http, settings, people, caplog):
    give_session(http, people["ann"])
    settings.SESSION_ENGINE = "tests.http.test_authenticate"
    settings.CSRF_USE_SESSIONS = True
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "csrf" not in m.lower()]
    with caplog.at_level(logging.ERROR):
        assert_refused(http.post(who(), **{"X-CSRFToken": "t" * 32}), 200, -32603)
    assert "the database is away" in caplog.text


# ── documents ──


@pytest.mark.parametrize("document", ["openrpc.json", "interface.js"])
def test_documents_show_what_a_caller_may_call(settings, people, document):
    settings.ADJAX_AUTHENTICATION = [BEARER_LATER, SESSION]
    path = URL + document

    def text(client=None, **headers):
        response = (client or Client()).get(path, headers=headers)
        assert response.status_code == 200
        assert {"Cookie", "Authorization"} <= {v.strip() for v in response["Vary"].split(",")}
        assert "private" in response["Cache-Control"] and "no-cache" in response["Cache-Control"]
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        return response.content.decode()

    session = Client()
    session.force_login(people["bob"])
    by_token = text(Authorization="Bearer token-ann")
    for mine in (by_token, text(session)):
        assert "hidden_login" in mine and "login_no" in mine
        assert "hidden_one" not in mine and "hidden_no" not in mine and "powerful" not in mine
    anonymous = text()
    assert "silent" in anonymous and "login" not in anonymous
    refused = Client().get(path, headers={"Authorization": "Bearer token-nobody"})
    assert refused.status_code == 401 and refused.json()["error"]["code"] == -32001
    broken = Client(raise_request_exception=False).get(
        path, headers={"Authorization": "Bearer broken"}
    )
    assert broken.json()["error"]["code"] == -32603


@pytest.mark.parametrize("document", ["openrpc.json", "interface.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_documents_are_read_by_get(people, document, method):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["ann"])
    response = client.generic(method, URL + document)
    assert response.status_code == 405 and response["Allow"] == "GET, HEAD"
    assert response.json()["error"]["code"] == -32600
    assert client.head(URL + document).status_code == 200


def test_by_default_a_method_may_be_nobodys(settings, client):
    def seen():
        answer = client.post(URL, a_request("rpc.discover"), "application/json").json()
        methods = {method["name"]: method for method in answer["result"]["methods"]}
        return {name.partition(".")[2]: each for name, each in methods.items() if "gates" in name}

    assert {"silent", "open", "yes", "no"} <= seen().keys()
    assert "errors" not in seen()["silent"]
    settings.ADJAX_DEFAULT_ACCESS = "authenticated"
    assert "silent" not in seen() and "open" in seen()
    client.force_login(get_user_model().objects.get(username="ann"))
    assert seen()["silent"]["errors"] == [{"code": -32001, "message": "Authentication required"}]
    settings.ADJAX_DEFAULT_ACCESS = "deny"
    assert "silent" not in seen() and "login" in seen()


# ── tokens that change ──


def login_as(client, name, **headers):
    call = a_request("gates.sign_in", [name])
    return client.post(URL, json.dumps(call), "application/json", headers=headers)


@pytest.mark.parametrize(
    "where", [{}, {"CSRF_USE_SESSIONS": True}, {"CSRF_HEADER_NAME": "HTTP_X_TOKEN"}]
)
def test_a_login_sends_the_new_token_along(settings, where):
    for name, value in where.items():
        setattr(settings, name, value)
    header = "X-Token" if "CSRF_HEADER_NAME" in where else "X-CSRFToken"
    client = Client(enforce_csrf_checks=True)
    response = login_as(client, "ann")
    token = response[header]
    again = client.post(URL, who("login"), "application/json", headers={header: token})
    assert again.json()["result"] == "ann"
    assert header not in again
    refused = client.post(URL, who("login"), "application/json", headers={header: "t" * 32})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("headers", "given"),
    [
        ({}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://testserver:81"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://else.example"}, False),
    ],
)
def test_a_page_of_this_origin_gets_a_token_with_its_refusal(http, people, headers, given):
    give_session(http, people["ann"])
    response = http.post(who("login"), **headers, **{"X-CSRFToken": "t" * 32})
    assert_refused(response, 403, -32003)
    assert ("X-CSRFToken" in response) is given
    if given:
        token = response["X-CSRFToken"]
        assert result(http.post(who("login"), **headers, **{"X-CSRFToken": token})) == "ann"


@pytest.mark.parametrize(("permissions", "code"), [(["auth.add_user"], None), ([], -32002)])
def test_a_caller_without_a_record_has_a_name_and_permissions(http, permissions, code):
    robot = Caller("robot", permissions)
    with override_settings(ADJAX_AUTHENTICATION=[explicit(lambda request: robot)]):
        response = http.post(json.dumps(a_request("shapes.powerful"))).json()
    assert response.get("error", {}).get("code") == code
    assert str(robot) == robot.get_username() == "robot"


@pytest.mark.parametrize("name", ["", None, 7])
def test_a_caller_needs_a_name(name):
    with pytest.raises(ValueError, match="the name of a caller must be a text"):
        Caller(name)
