"""Posts bodies to the endpoint: in this process by WSGI and ASGI, and by HTTP."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from time import perf_counter
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from .worst_shapes import Shape


def post(shape: Shape, body: bytes) -> tuple[bytes, float]:
    """Return the content of the answer, and the longest pause of the event loop in seconds."""
    headers = {"Content-Type": "application/json", **shape.headers}
    if shape.is_async:
        return _loop().run_until_complete(_post_asgi(headers, body))
    return _post_wsgi(headers, body), 0


@cache
def _wsgi() -> Any:
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


@cache
def _asgi() -> Any:
    from django.core.handlers.asgi import ASGIHandler

    return ASGIHandler()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def _post_wsgi(headers: dict[str, str], body: bytes) -> bytes:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/rpc/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers["Content-Type"],
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": headers.get("Accept", "*/*"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    response = _wsgi()(environ, lambda status, headers: None)
    content = b"".join(response)
    response.close()
    return content


async def _post_asgi(headers: dict[str, str], body: bytes) -> tuple[bytes, float]:
    sent: list[bytes] = []
    received = [{"type": "http.request", "body": body}]

    async def receive() -> dict[str, Any]:
        if received:
            return received.pop()
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("body", b""))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/rpc/",
        "query_string": b"",
        "headers": [(n.lower().encode(), v.encode()) for n, v in headers.items()],
        "client": ["127.0.0.1", 9],
        "server": ["localhost", 8000],
    }
    pauses = [0.0]
    ticking = asyncio.create_task(_tick(pauses))
    await asyncio.sleep(0.01)
    await _asgi()(scope, receive, send)
    await asyncio.sleep(0.01)
    ticking.cancel()
    return b"".join(sent), max(pauses)


async def _tick(pauses: list[float]) -> None:
    while True:
        start = perf_counter()
        await asyncio.sleep(0.001)
        pauses.append(perf_counter() - start - 0.001)


# ── by HTTP ──


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Log nothing."""


def over_http(shapes: list[Shape], size: int) -> Iterator[tuple[Shape, float]]:
    """Post shapes to a server in a process of its own; yield each with the CPU it took there."""
    server = make_server("127.0.0.1", 0, _wsgi(), handler_class=_Quiet)
    child = os.fork()
    if child == 0:
        try:
            server.serve_forever()
        finally:
            os._exit(0)
    try:
        for shape in shapes:
            for each in (600, 10_000, size):
                before = _cpu_seconds(child)
                _send(server.server_port, shape, shape.build(each))
            yield shape, _cpu_seconds(child) - before
    finally:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


def _send(port: int, shape: Shape, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/rpc/", body, {"Content-Type": "application/json", **shape.headers})
    response = connection.getresponse()
    if response.status != 200:
        raise SystemExit(f"{shape.name}: {response.status}")
    response.read()
    connection.close()


def _cpu_seconds(process: int) -> float:
    """Return the CPU time of a process, from Linux's /proc."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
