"""What one connection sends, and the answer that each call must get."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

MAX_BODY_BYTES = 100_000


@dataclass(frozen=True)
class Entry:
    """A Request with what it is answered: a ``result``, a ``code``, or nothing (``silent``)."""

    kind: str
    request: Any
    result: Any = None
    code: int | None = None
    silent: bool = False
    writes: str | None = None
    must_not_write: str | None = None


@dataclass(frozen=True)
class Exchange:
    """One HTTP request: entries, or a body that holds none, with the status it is answered by."""

    entries: list[Entry]
    body: bytes
    status: int = 200
    code: int | None = None
    content_type: str = "application/json"
    is_batch: bool = False

    def problems(self, status: int, content: bytes) -> list[str]:
        """Say what is wrong with an answer."""
        answered = [entry for entry in self.entries if not entry.silent]
        wanted = self.status if answered or not self.entries else 204
        if status != wanted:
            return [f"{status} in the place of {wanted}: {content[:200]!r} to {self.body[:200]!r}"]
        if wanted == 204:
            return [f"a body with 204: {content[:200]!r}"] if content else []
        responses = json.loads(content)
        if not self.entries:
            return [] if _code(responses) == self.code else [f"{responses} to {self.body[:200]!r}"]
        listed = responses if self.is_batch else [responses]
        if len(listed) != len(answered):
            return [f"{len(listed)} responses to {len(answered)} calls"]
        return [
            f"{response} to {entry.request}"
            for entry, response in zip(answered, listed, strict=True)
            if not _is_right(entry, response)
        ]


def _is_right(entry: Entry, response: dict[str, Any]) -> bool:
    if response.get("jsonrpc") != "2.0" or response.get("id") != entry.request.get("id"):
        return False
    if entry.code is not None:
        return _code(response) == entry.code
    return "error" not in response and bool(response["result"] == entry.result)


def _code(response: Any) -> Any:
    return response.get("error", {}).get("code") if isinstance(response, dict) else None


class Plan:
    """The calls of one connection, different for each ``name``; every key that it writes is new."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._random = Random(name)
        self._numbers = count(1)

    def next(self) -> Exchange:
        """Return what to send next."""
        kind = self._random.random()
        if kind < 0.08:
            return self._hopeless()
        if kind < 0.6:
            entry = self._entry()
            return Exchange([entry], json.dumps(entry.request).encode())
        entries = [self._entry() for _ in range(self._random.randint(1, 6))]
        body = json.dumps([entry.request for entry in entries]).encode()
        return Exchange(entries, body, is_batch=True)

    def _hopeless(self) -> Exchange:
        bodies = [
            (b"", 200, -32700),
            (b'{"jsonrpc":"2.0","method":"soak.ec', 200, -32700),
            (b'{"jsonrpc":"2.0","method":"soak.echo","params":[NaN],"id":1}', 200, -32700),
            (b"\xff\xfe{}", 200, -32700),
            (b"[" * 5000 + b"]" * 5000, 200, -32700),
            (b"[" + b",".join([b"1"] * 101) + b"]", 200, -32005),
            (b"[]", 200, -32600),
            (b'"soak.echo"', 200, -32600),
            (b" " * (MAX_BODY_BYTES + 1), 413, -32005),
        ]
        body, status, code = self._random.choice(bodies)
        if self._random.random() < 0.1:
            return Exchange([], b"a=1", 415, -32600, "application/x-www-form-urlencoded")
        return Exchange([], body, status, code)

    def _entry(self) -> Entry:
        number = next(self._numbers)
        key = f"{self._name}-{number}"
        makes = [
            self._write, self._write, self._write, self._notify, self._bill, self._bill,
            self._echo, self._slow, self._refused, self._undone,
        ]  # fmt: skip
        return self._random.choice(makes)(number, key)

    def _write(self, number: int, key: str) -> Entry:
        method = self._random.choice(["write", "write", "write_later"])
        wanted = {"key": key, "square": number * number}
        return Entry("good", _request(method, [key, number], number), wanted, writes=key)

    def _notify(self, number: int, key: str) -> Entry:
        request = _request("write", {"key": key, "number": number}, None)
        return Entry("good", request, silent=True, writes=key)

    def _bill(self, number: int, key: str) -> Entry:
        day = 1 + number % 16
        items = [{"sku": "A", "qty": 1 + number % 7, "price": "1.10"}]
        params = {"items": items, "ordered": f"2026-03-{day:02}T08:00:00Z"}
        cents = 110 * (1 + number % 7)
        result = {
            "total": {"__type__": "decimal", "value": f"{cents // 100}.{cents % 100:02}"},
            "due": {"__type__": "datetime", "value": f"2026-03-{day + 14:02}T08:00:00+00:00"},
        }
        return Entry("good", _request("bill", params, f"bill {number}"), result)

    def _echo(self, number: int, key: str) -> Entry:
        value = self._random.choice(
            [
                {"__type__": "bytes", "value": "aGVsbG8="},
                {"__type__": "set", "value": [number]},
                {"deep": [[[{"é": number}]]], "n": None},
                "x" * self._random.randint(1, 20_000),
            ]
        )
        return Entry("good", _request("echo", [value], number), value)

    def _slow(self, number: int, key: str) -> Entry:
        method = self._random.choice(["slow", "slow_later"])
        seconds = round(self._random.uniform(0.02, 0.3), 3)
        return Entry("slow", _request(method, [number, seconds], number), number)

    def _refused(self, number: int, key: str) -> Entry:
        request, code = self._random.choice(
            [
                (_request("nothing", [], number), -32601),
                (_request("write", [number, key], number), -32602),
                (_request("write", [key], number), -32602),
                (_request("refuse", [number], number), number),
                (_request("echo", [{"__type__": "no tag"}], number), -32602),
                ({"jsonrpc": "1.0", "method": "soak.echo", "id": number}, -32600),
            ]
        )
        return Entry("bad", request, code=code, must_not_write=key)

    def _undone(self, number: int, key: str) -> Entry:
        method = self._random.choice(["write_and_fail", "write_unsendable"])
        return Entry("bad", _request(method, [key], number), code=-32603, must_not_write=key)


def _request(method: str, params: Any, request_id: Any) -> dict[str, Any]:
    made = {"jsonrpc": "2.0", "method": f"soak.{method}", "params": params}
    return made if request_id is None else {**made, "id": request_id}
