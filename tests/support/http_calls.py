"""Calls over real HTTP with nothing but the standard library."""

from __future__ import annotations

import json
import math
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes
    cookies: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.content)


def send(
    url: str,
    body: Any = None,
    *,
    method: str = "POST",
    path: str = "/rpc/",
    content_type: str | None = "application/json",
    **headers: str,
) -> Answer:
    """Send one HTTP request; an iterator is sent in chunks."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type:
        sent["Content-Type"] = content_type
    try:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        cookies = SimpleCookie("; ".join(response.headers.get_all("Set-Cookie", [])))
        values = {name: morsel.value for name, morsel in cookies.items()}
        return Answer(response.status, names, response.read(), values)
    finally:
        connection.close()


def request(name: str, *params: Any, id: Any = 1) -> dict[str, Any]:
    """Make a Request; without an ``id`` (``...``) a Notification."""
    made = {"jsonrpc": "2.0", "method": name, "params": list(params)}
    return made if id is ... else {**made, "id": id}


def call(url: str, name: str, *params: Any) -> Any:
    """Call one method and return its Response."""
    return send(url, json.dumps(request(name, *params))).json


def strictly(content: bytes) -> Any:
    """Read JSON as a parser does that takes nothing else: UTF-8, _finite, no name twice."""
    value = json.loads(
        content.decode("utf-8"),
        parse_constant=_refuse,
        parse_float=_finite,
        object_pairs_hook=_unrepeated,
    )
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # no lone surrogate
    return value


def _refuse(name: str) -> Any:
    raise AssertionError(f"{name} is not JSON")


def _finite(text: str) -> float:
    assert math.isfinite(float(text))
    return float(text)


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
