"""The same answers under every server that a Django project is deployed with."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.support.http_calls import call, request, send
from tests.support.servers import DEPLOYED, serve

pytestmark = pytest.mark.server

MAXIMUM = 20_000


@pytest.fixture(scope="module", params=DEPLOYED)
def url(request, tmp_path_factory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp(request.param)
    overrides = {"DEBUG": False, "DATA_UPLOAD_MAX_MEMORY_SIZE": MAXIMUM}
    with serve(request.param, directory, overrides=overrides) as url:
        yield url


def wishes(url: str, sku: str) -> int:
    articles = call(url, "shop.products")["result"]
    return {article["sku"]: article["wishes"] for article in articles}[sku]


def test_a_call_is_answered(url):
    answer = send(url, json.dumps(request("shop.stock", "A1")))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {"jsonrpc": "2.0", "result": 12, "id": 1}


def test_a_batch_runs_synchronous_and_asynchronous_methods(url):
    batch = [
        request("shop.search", "cup", id="a"),
        request("shop.stock", "B1", id="b"),
        request("shop.stock", "A2", id=...),
        request("shop.search", "bowl", id="c"),
    ]
    answer = send(url, json.dumps(batch))
    assert answer.status == 200
    first, second, third = answer.json
    assert [each["id"] for each in answer.json] == ["a", "b", "c"]
    assert [article["sku"] for article in first["result"]] == ["A1", "A2"]
    assert second["result"] == 5
    assert [article["sku"] for article in third["result"]] == ["B1"]


def test_a_notification_runs_and_is_answered_204(url):
    before = wishes(url, "C2")
    answer = send(url, json.dumps(request("shop.wish", "C2", id=...)))
    assert (answer.status, answer.content) == (204, b"")
    assert "content-length" not in answer.headers
    assert wishes(url, "C2") == before + 1


def test_a_chunked_body_is_read_to_its_end(url):
    text = json.dumps(request("shop.stock", "A1")).encode()
    answer = send(url, iter([text[:20], text[20:]]))
    assert (answer.status, answer.json["result"]) == (200, 12)


def test_a_body_shorter_than_announced_runs_nothing(url):
    before = wishes(url, "B2")
    body = json.dumps(request("shop.wish", "B2")).encode()
    head = "\r\n".join(
        [
            "POST /rpc/ HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            f"Content-Length: {len(body) + 10}",
            "Connection: close",
            "\r\n",
        ]
    )
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
    # Django's ASGI handler ends without an answer once the client is gone; granian then sends
    # a 500 of its own to whoever may still listen.
    if received and b"server: granian" not in received:
        assert received.split(b" ")[1] == b"400"
    assert wishes(url, "B2") == before


def test_a_body_over_the_limit_is_413(url):
    answer = send(url, b" " * (MAXIMUM + 1))
    assert answer.status == 413
    assert answer.json["error"] == {
        "code": -32005,
        "message": "Limit exceeded",
        "data": {"limit": "body_bytes", "maximum": MAXIMUM},
    }


def test_another_method_is_405(url):
    answer = send(url, method="GET", content_type=None)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST, OPTIONS"
    assert answer.json["error"]["code"] == -32600


def test_another_content_type_is_415(url):
    answer = send(url, json.dumps(request("shop.stock", "A1")), content_type="text/plain")
    assert answer.status == 415
    assert answer.json["error"]["code"] == -32600


def test_a_method_that_raises_tells_nothing_but_a_reference(url):
    error = call(url, "shop.average_rating", "A1")["error"]
    assert (error["code"], error["message"]) == (-32603, "Internal error")
    assert list(error["data"]) == ["reference"]


def test_an_application_error_is_sent_as_raised(url):
    assert call(url, "shop.login", "ann", "wrong") == {
        "jsonrpc": "2.0",
        "error": {"code": 1002, "message": "Wrong name or password"},
        "id": 1,
    }
