"""Never a 500, never HTML, never a leak: what can go wrong, and the answer it gets."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import OperationalError
from django.test import AsyncClient, Client, override_settings

from tests.shapes.awkward import ERRORS, FAILURES, RESULTS
from tests.support.calls import a_gateway, a_request
from tests.support.http_calls import call, send, strictly
from tests.support.servers import serve, workers_of

pytestmark = [pytest.mark.every_python, pytest.mark.slow]

GOOD = a_request("shapes.add", [1, 2], "good")
SERVED = {"jsonrpc": "2.0", "result": 3, "id": "good"}


def wsgi(body, **headers):
    client = Client(raise_request_exception=False)
    return client.post("/rpc/", body, content_type="application/json", headers=headers)


def asgi(body, **headers):
    client = AsyncClient(raise_request_exception=False)
    return asyncio.run(client.post("/rpc/", body, content_type="application/json", headers=headers))


@pytest.fixture(params=[wsgi, asgi], ids=["WSGI", "ASGI"])
def answered(request):
    """Send a call alone and beside a good one; return its Response."""

    def answered(body: str | dict[str, Any]) -> dict[str, Any]:
        text = body if isinstance(body, str) else json.dumps(body)
        alone = _json(request.param(text))
        beside, good = _json(request.param(f"[{text},{json.dumps(GOOD)}]"))
        assert good == SERVED
        assert _opaque(beside) == _opaque(alone)
        return alone

    return answered


def _json(response) -> Any:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert b"secret" not in response.content and b"Traceback" not in response.content
    return strictly(response.content)


def _opaque(response):
    """A Response without its reference, of which each has another."""
    if response.get("error", {}).get("code") != -32603:
        return response
    assert list(response["error"]["data"]) == ["reference"]
    return {**response, "error": {**response["error"], "data": {"reference": "…"}}}


INTERNAL = {"code": -32603, "message": "Internal error", "data": {"reference": "…"}}


# ── what a method does ──


@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("method", ["shapes.breaks", "shapes.later_breaks"])
def test_a_method_that_fails_is_an_internal_error(answered, method, how):
    if (method, how) == ("shapes.later_breaks", "CancelledError") and sys.version_info < (3, 11):
        pytest.skip("before Python 3.11 nothing tells it from a call that is cancelled")
    assert _opaque(answered(a_request(method, [how])))["error"] == INTERNAL


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("what", RESULTS)
@pytest.mark.parametrize("method", ["shapes.gives", "shapes.later_gives"])
def test_a_result_that_can_not_be_sent_is_an_internal_error(answered, method, what):
    assert _opaque(answered(a_request(method, [what])))["error"] == INTERNAL


@pytest.mark.parametrize("how", ERRORS)
@pytest.mark.parametrize("method", ["shapes.refuses", "shapes.later_refuses"])
def test_an_error_that_can_not_be_sent_is_an_internal_error(answered, method, how):
    assert _opaque(answered(a_request(method, [how])))["error"] == INTERNAL


def test_an_asynchronous_generator_is_no_method_to_call(answered):
    assert _opaque(answered(a_request("shapes.yields")))["error"] == INTERNAL


def test_a_suspicious_operation_is_the_callers(answered):
    error = {"code": -32600, "message": "Invalid Request"}
    assert answered(a_request("shapes.suspicious"))["error"] == error


def test_an_interrupt_from_the_keyboard_is_for_the_server():
    def interrupted(request):
        raise KeyboardInterrupt

    async def later_interrupted(request):
        raise KeyboardInterrupt

    gateway = a_gateway(interrupted, later_interrupted)
    for name in ("interrupted", "later_interrupted"):
        body = json.dumps(a_request(f"t.{name}")).encode()
        with pytest.raises(KeyboardInterrupt):
            gateway.handle(body)
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(gateway.ahandle(body))


# ── what a caller sends, and what comes back ──


@pytest.mark.parametrize("digits", [4299, 4300, 5000, 20_000])
def test_a_result_of_thousands_of_digits(answered, digits):
    response = answered(a_request("shapes.power", [digits]))
    if digits < 4300:  # Python writes no number that has more
        assert response["result"] == 10**digits
    else:
        assert _opaque(response)["error"] == INTERNAL


@pytest.mark.parametrize("send", [wsgi, asgi])
@pytest.mark.parametrize("method", ["shapes.echo", "shapes.add", "shapes.strict_day"])
def test_params_of_thousands_of_digits(send, method):
    body = json.dumps(a_request(method, ["N"])).replace('"N"', "9" * 5000)
    response = _json(send(body))
    assert response["error"]["code"] == -32700 and response["id"] is None


@pytest.mark.parametrize("method", ["shapes.echo", "shapes.add", "shapes.nowhere"])
@pytest.mark.parametrize("send", [wsgi, asgi])
def test_params_with_a_lone_surrogate(send, method):
    response = _json(send(json.dumps(a_request(method, ["\ud800"]))))
    assert response["error"]["code"] == -32700


@pytest.mark.parametrize(
    "params", [["9999999-01-01"], ["0000-00-00"], ["\u0000"], [{"__type__": "date", "value": "x"}]]
)
def test_a_value_that_no_type_holds(answered, params):
    assert answered(a_request("shapes.ordinal", params))["error"]["code"] == -32602


@pytest.mark.parametrize("send", [wsgi, asgi])
def test_a_result_of_50_megabytes(send):
    calls = [a_request("shapes.add", [1], 1), a_request("shapes.large", [50_000_000], 2)]
    first, second = _json(send(json.dumps([*calls, a_request("shapes.add", [1], 3)])))[:2]
    assert first["result"] == 2
    assert second["error"]["data"] == {"limit": "response_bytes", "maximum": 16 * 2**20}


# ── DEBUG ──


@pytest.mark.parametrize("send", [wsgi, asgi])
@pytest.mark.parametrize("how", FAILURES)
def test_only_with_debug_an_internal_error_tells_more(send, how):
    body = json.dumps([a_request("shapes.breaks", [how]), GOOD])
    with override_settings(DEBUG=True):
        response = send(body)
    failed, good = strictly(response.content)
    assert good == SERVED
    assert failed["error"]["data"].keys() == {"reference", "type", "text", "traceback"}
    assert "awkward.py" in failed["error"]["data"]["traceback"]


@pytest.mark.parametrize("send", [wsgi, asgi])
def test_with_debug_no_other_error_tells_more_than_a_name(send):
    calls = [a_request("shapes.fail", [how]) for how in ("404", "denied", "rpc_without_data")]
    calls += [a_request("shapes.add", ["one"]), 5, a_request("shapes.adds")]
    plain = _json(send(json.dumps(calls)))
    with override_settings(DEBUG=True):
        *others, unknown = _json(send(json.dumps(calls)))
    assert others == plain[:-1]
    assert unknown["error"].pop("data") == {"hint": "did you mean shapes.add?"}
    assert unknown == plain[-1]


# ── the surroundings ──


# Django's own middleware for CSRF would meet the session before any view.
MIDDLEWARE = [each for each in settings.MIDDLEWARE if "Csrf" not in each]


class SessionStore(SessionBase):
    """Sessions whose database is gone."""

    def _gone(self, *args: Any, **kwargs: Any) -> Any:
        raise OperationalError("a secret of the database")

    exists = create = save = delete = load = _gone


@pytest.mark.django_db
@pytest.mark.parametrize("send", [wsgi, asgi])
@pytest.mark.parametrize("method", ["shapes.whoami", "shapes.later_whoami", "shapes.whose"])
def test_sessions_that_are_gone_are_an_internal_error(send, method):
    """A call that asks who calls fails, and no other."""
    body = json.dumps([a_request(method), GOOD])
    with override_settings(SESSION_ENGINE=__name__, MIDDLEWARE=MIDDLEWARE):
        failed, good = _json(send(body, Cookie=f"sessionid={'x' * 32}"))
    assert _opaque(failed)["error"] == INTERNAL and good == SERVED


@pytest.mark.django_db
@pytest.mark.parametrize("send", [wsgi, asgi])
def test_a_token_in_a_session_that_is_gone_is_an_internal_error(send):
    gone = {"SESSION_ENGINE": __name__, "CSRF_USE_SESSIONS": True}
    with override_settings(**gone, MIDDLEWARE=MIDDLEWARE):
        response = send(json.dumps(GOOD), Cookie=f"sessionid={'x' * 32}")
    assert _opaque(_json(response)) == {"jsonrpc": "2.0", "error": INTERNAL, "id": None}


@pytest.mark.parametrize("send", [wsgi, asgi])
def test_a_host_that_is_not_allowed_is_no_request(send):
    middleware = [each for each in MIDDLEWARE if "common" not in each]
    with override_settings(ALLOWED_HOSTS=["example.com"], MIDDLEWARE=middleware):
        response = _json(send(json.dumps(a_request("rpc.discover")), Host="elsewhere"))
    assert response["error"] == {"code": -32600, "message": "Invalid Request"}


# ── clients that hang up ──


@pytest.fixture(scope="module", params=["gunicorn", "uvicorn"])
def url(request, tmp_path_factory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp(request.param)
    (directory / "db.sqlite3").touch()
    with serve(request.param, directory, settings="tests.settings") as url:
        # gunicorn listens before it has a worker.
        assert call(url, "shapes.add", 1)["result"] == 2
        yield url


def hang_up(url: str, body: bytes, *, sent: int | None = None, read: int = 0) -> None:
    """Send some of a call, read some of the answer, and reset the connection."""
    head = (
        "POST /rpc/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(head.encode() + body[:sent])
        while read > 0 and (piece := connection.recv(min(read, 65536))):
            read -= len(piece)


@pytest.mark.server
@pytest.mark.parametrize(
    "hung_up",
    [
        {"body": a_request("shapes.echo", ["x" * 100_000]), "sent": 0},
        {"body": a_request("shapes.echo", ["x" * 100_000]), "sent": 50_000},
        {"body": a_request("shapes.large", [15_000_000])},
        {"body": a_request("shapes.large", [15_000_000]), "read": 1},
        {"body": a_request("shapes.large", [15_000_000]), "read": 1_000_000},
        {"body": a_request("shapes.later", [1, 0.2])},
        {"body": [a_request("shapes.later", [1, 0.2]), a_request("shapes.lies")]},
    ],
)
def test_a_client_that_hangs_up_harms_nobody(url, hung_up):
    body = json.dumps(hung_up["body"]).encode()
    how = {name: value for name, value in hung_up.items() if name != "body"}
    before = workers_of(url)
    for _ in range(5):
        hang_up(url, body, **how)
    for _ in range(10):
        assert call(url, "shapes.add", 1)["result"] == 2
    assert workers_of(url) == before


@pytest.mark.server
@pytest.mark.parametrize("how", [*FAILURES, "yields"])
def test_no_failure_ends_a_worker(url, how):
    before = workers_of(url)
    for method in ("shapes.breaks", "shapes.later_breaks"):
        answer = send(url, json.dumps([a_request(method, [how]), GOOD]))
        assert answer.status == 200 and answer.headers["content-type"] == "application/json"
        assert [each.get("result") for each in answer.json] == [None, 3]
    assert workers_of(url) == before
