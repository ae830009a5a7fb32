"""What Django and middleware refuse at the endpoint is JSON, under WSGI and ASGI."""

from __future__ import annotations

import asyncio
import json
import logging
from http.cookies import SimpleCookie

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import AsyncClient, Client, override_settings

from tests.support.calls import a_request

JSON_ERRORS = "adjax_jsonrpc.middleware.JsonErrorsMiddleware"
HERE = "tests.http.test_json_errors"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
ADD = json.dumps(a_request("shapes.add", [1, 2]))
BROKEN_SESSIONS = {"SESSION_ENGINE": "tests.gates.broken_sessions"}


def by_wsgi(body, content_type, url, **headers):
    client = Client(raise_request_exception=False)
    return client.post(url, body, content_type, headers=headers)


def by_asgi(body, content_type, url, **headers):
    client = AsyncClient(raise_request_exception=False)
    client.cookies = SimpleCookie(headers.pop("Cookie", None))  # it sends no other ones
    return asyncio.run(client.post(url, body, content_type, headers=headers))


@pytest.fixture(params=[by_wsgi, by_asgi], ids=["WSGI", "ASGI"])
def post(request):
    def post(body=ADD, content_type="application/json", url="/rpc/", **headers):
        return request.param(body, content_type, url, **headers)

    return post


def reads_body(get_response):
    def respond(request):
        request.body
        return get_response(request)

    return respond


def reads_post(get_response):
    def respond(request):
        request.POST
        return get_response(request)

    return respond


def raising(exception):
    def middleware(get_response):
        def respond(request):
            raise exception

        return respond

    return middleware


denies = raising(PermissionDenied("a secret"))
finds_nothing = raising(Http404("a secret"))
fails = raising(ValueError("a secret"))


def closed(get_response):
    def respond(request):
        response = HttpResponse("closed for an hour", status=503)
        response["Retry-After"] = "3600"
        response.set_cookie("seen", "yes")
        return response

    return respond


def unknown_user(get_response):
    return lambda request: HttpResponse(status=401, headers={"WWW-Authenticate": "Credential"})


SESSION = {"Cookie": "sessionid=abcdefghijklmnop"}
FORM = "multipart/form-data; boundary=b"
PART = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n1\r\n'
FIELDS = "".join(PART.format(each) for each in "abc") + "--b--\r\n"


@pytest.mark.parametrize("debug", [False, True], ids=["", "DEBUG"])
@pytest.mark.parametrize(
    ("middleware", "settings", "sent", "status", "code"),
    [
        ([COMMON], {"ALLOWED_HOSTS": ["shop.example"]}, {"Host": "evil.example"}, 400, -32600),
        (["reads_body"], {"DATA_UPLOAD_MAX_MEMORY_SIZE": 5}, {}, 413, -32005),
        (
            ["reads_post"],
            {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 2},
            {"body": FIELDS, "content_type": FORM},
            400,
            -32600,
        ),
        (["reads_post"], {}, {"body": "{}", "content_type": "multipart/form-data"}, 400, -32600),
        ([SESSIONS, CSRF], {**BROKEN_SESSIONS, "CSRF_USE_SESSIONS": True}, SESSION, 200, -32603),
        ([SESSIONS], {**BROKEN_SESSIONS, "SESSION_SAVE_EVERY_REQUEST": True}, SESSION, 200, -32603),
        (["denies"], {}, {}, 403, -32002),
        (["finds_nothing"], {}, {}, 404, -32600),
        (["fails"], {}, {}, 200, -32603),
        (["closed"], {}, {}, 503, -32603),
        (["unknown_user"], {}, {}, 401, -32001),
    ],
)
def test_a_refusal_before_the_endpoint_is_json(
    post, middleware, settings, sent, status, code, debug
):
    named = [each if "." in each else f"{HERE}.{each}" for each in middleware]
    with override_settings(MIDDLEWARE=[JSON_ERRORS, *named], DEBUG=debug, **settings):
        response = post(**sent)
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    assert int(response.get("Content-Length", len(response.content))) == len(response.content)
    document = response.json()
    assert (document["jsonrpc"], document["id"]) == ("2.0", None)
    assert document["error"]["code"] == code
    assert b"secret" not in response.content


def test_headers_and_cookies_of_the_refusal_are_kept(post):
    with override_settings(MIDDLEWARE=[JSON_ERRORS, f"{HERE}.closed"]):
        response = post()
    assert response["Retry-After"] == "3600" and response.cookies["seen"].value == "yes"
    with override_settings(MIDDLEWARE=[JSON_ERRORS, f"{HERE}.unknown_user"]):
        assert post()["WWW-Authenticate"] == "Credential"


def test_a_failure_is_in_the_log_with_its_reference(post, caplog):
    with (
        override_settings(MIDDLEWARE=[JSON_ERRORS, f"{HERE}.fails"]),
        caplog.at_level(logging.INFO),
    ):
        error = post().json()["error"]
    assert error["message"] == "Internal error"
    *_, before, last = caplog.records
    assert last.reference == error["data"]["reference"]
    assert last.reference in last.getMessage()
    assert "a secret" in str(before.exc_info[1])


def test_other_addresses_and_other_answers_stay_as_they_are(post):
    with override_settings(MIDDLEWARE=[JSON_ERRORS, f"{HERE}.closed"]):
        assert post(url="/elsewhere/").content == b"closed for an hour"
        assert post(url="/rpc/interface.js").content == b"closed for an hour"
    with override_settings(MIDDLEWARE=[JSON_ERRORS]):
        assert post().json()["result"] == 3
        assert post("{").json()["error"]["code"] == -32700
        refused = post(content_type="text/plain")
        assert (refused.status_code, refused.json()["error"]["code"]) == (415, -32600)
        assert "application/json" in refused.json()["error"]["data"]
