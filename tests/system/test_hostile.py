"""Hostile bodies, each sent to real servers: the code that the table says, and nothing else.

A row of ``vectors/hostile.json`` has a ``body`` (a string, or a list of strings and of
``{"repeat": [text, times]}``) or ``bodyBase64``, perhaps ``headers``, and what is answered: the
HTTP ``status`` and the error's ``code`` (``null`` for a result), ``codes`` of a batch, or
``empty``.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.support.http_calls import Answer, call, send, strictly
from tests.support.servers import memory_of, serve, workers_of
from tests.support.vectors import HOSTILE, body_of

MEGABYTE = 2**20
MOST_GROWTH = 50 * MEGABYTE
SECRETS = [b"secret", b"Traceback", b"site-packages", b"Error:", b'File "', b"<html", b"<!DOCTYPE"]


class Served(NamedTuple):
    """A server under attack, as it was after its first answer."""

    url: str
    workers: frozenset[int]
    memory: int


@pytest.fixture(scope="module", params=["gunicorn", "uvicorn"])
def served(request, tmp_path_factory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp(request.param)
    (directory / "db.sqlite3").touch()  # these settings keep theirs in memory
    with pytest.MonkeyPatch.context() as patch:
        # Else glibc keeps freed blocks of megabytes: what is held could not be told from them.
        patch.setenv("MALLOC_MMAP_THRESHOLD_", str(128 * 1024))
        with serve(request.param, directory, settings="tests.settings") as url:
            assert call(url, "shapes.echo", 1)["result"] == 1
            workers = workers_of(url)
            yield Served(url, workers, memory_of(workers))


@pytest.mark.server
@pytest.mark.parametrize("row", HOSTILE, ids=[row["name"] for row in HOSTILE])
def test_a_body_is_answered_as_its_row_says(served, row):
    check(row, post(served.url, row))


CHUNKED = {
    "a size that is no number": b"zz\r\n{}\r\n0\r\n\r\n",
    "a negative size": b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than its size": b"2\r\n{}}}\r\n0\r\n\r\n",
    "a chunk that never ends": b"ff\r\n{}",
    "no last chunk": b"2\r\n{}\r\n",
}


@pytest.mark.server
@pytest.mark.parametrize("body", CHUNKED.values(), ids=CHUNKED)
def test_a_chunked_body_that_is_none_is_400_and_no_page(served, body):
    head = (
        b"POST /rpc/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    received = exchange(served.url, head + body)
    # An ASGI server may end without an answer once the client has hung up.
    if received:
        assert received.startswith(b"HTTP/1.1 400 ")
        assert b"<html" not in received.lower()


@pytest.mark.server
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc tells the memory")
def test_the_same_process_is_there_after_all_rows_and_has_not_grown(served):
    for row in HOSTILE:
        check(row, post(served.url, row))
    assert call(served.url, "shapes.echo", 1)["result"] == 1
    assert workers_of(served.url) == served.workers
    grown = memory_of(served.workers) - served.memory
    assert grown < MOST_GROWTH, f"{grown / MEGABYTE:.1f} MB more than at the start"


def test_there_are_more_than_300_rows_and_each_has_a_name_of_its_own():
    assert len(HOSTILE) > 300
    assert len({row["name"] for row in HOSTILE}) == len(HOSTILE)


# ── a row ──


def post(url: str, row: dict[str, Any]) -> Answer:
    headers = dict(row.get("headers", {}))
    content_type = headers.pop("Content-Type", "application/json")
    return send(url, body_of(row), content_type=content_type, **headers)


def check(row: dict[str, Any], answer: Answer) -> None:
    assert answer.status == row["status"], answer.content[:300]
    if row.get("empty"):
        assert answer.content == b""
        assert "content-type" not in answer.headers
        return
    assert answer.headers["content-type"] == "application/json"
    responses = strictly(answer.content)
    if "codes" in row:
        assert [code_of(each) for each in responses] == row["codes"]
    else:
        assert code_of(responses) == row["code"]
    if None not in row.get("codes", [row.get("code")]):  # a result may hold anything
        assert not [secret for secret in SECRETS if secret in answer.content]


def code_of(response: Any) -> int | None:
    """Return the code of a Response's error, ``None`` for a result; fail for what is neither."""
    assert isinstance(response, dict)
    if "result" in response:
        assert response.keys() == {"jsonrpc", "result", "id"}
    else:
        assert response.keys() == {"jsonrpc", "error", "id"}
    assert response["jsonrpc"] == "2.0"
    assert response["id"] is None or type(response["id"]) in (str, int, float)
    if "result" in response:
        return None
    error = response["error"]
    assert {"code", "message"} <= error.keys() <= {"code", "message", "data"}
    assert type(error["code"]) is int
    assert type(error["message"]) is str
    if error["code"] == -32603:
        assert error["data"].keys() == {"reference"}
    return error["code"]


# ── a server ──


def exchange(url: str, data: bytes) -> bytes:
    """Send bytes, hang up, and return what comes back."""
    parts = urlsplit(url)
    received = b""
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(data)
        try:
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
        except OSError:  # the server has hung up first
            pass
    return received
