"""Answers one body by the real gateway and holds the answer against what must be true of any."""

from __future__ import annotations

import asyncio
import json
import os
import re
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.contrib.auth.models import AnonymousUser  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from adjax_jsonrpc import Registry, registry  # noqa: E402
from adjax_jsonrpc.gateway import Gateway, Limits  # noqa: E402
from adjax_jsonrpc.http.endpoint import gateway  # noqa: E402
from tests.support.annotations import NAMES  # noqa: E402

from . import judge  # noqa: E402
from .seeds import annotations  # noqa: E402

# They wait, fill the memory, or write: fuzzing would find nothing but that.
LEFT_OUT = re.compile(r"shapes\.(meet|later|large|collect|users|write\w*)$")
# They fail by themselves, at least for some of what they accept.
MAY_FAIL = re.compile(
    r"shapes\.(fail|give|lies|later_boom|a_user|move|lazy)$|legacy\.|legacy_context\."
)
MOST_BYTES_OF_A_REFUSAL = 20_000
_REFERENCE = re.compile(rb'"reference":"[0-9a-f]{32}"')


class _Fuzzed(Registry):
    """The methods of ``tests.shapes``, and one of each annotation of the vectors."""

    def __init__(self) -> None:
        super().__init__(registry.serializer)
        for name, annotation in annotations().items():
            self.register(name=name)(_method_of(eval(annotation, dict(NAMES))))
        self.register(name="types.later")(_later)
        served = {**registry.served, **super().served}
        self._kept = {name: each for name, each in served.items() if not LEFT_OUT.match(name)}

    @property
    def served(self) -> dict[str, Any]:
        return self._kept


def _method_of(annotation: Any) -> Any:
    def method(request, value):
        return value

    method.__annotations__.update({"value": annotation, "return": annotation})
    return method


async def _later(request: Any, value: Any = None) -> Any:
    await asyncio.sleep(0)
    return value


_fuzzed = _Fuzzed()
METHODS = frozenset(_fuzzed.served)
GATEWAY = Gateway(_fuzzed, Limits(batch_size=judge.BATCH, depth=judge.DEPTH), gateway().hooks)


class Pipeline:
    """Answers bodies; ``check`` raises ``AssertionError`` for an answer that must not be."""

    def __init__(self, gateway: Gateway = GATEWAY) -> None:
        self._gateway = gateway
        self._loop = asyncio.new_event_loop()

    def check(self, body: bytes) -> bytes | None:
        """Answer a body in every way there is; return the answer."""
        answered = self._gateway.handle(body, _a_request())
        check_answer(body, answered)
        again = self._gateway.handle(body, _a_request())
        assert say_the_same(answered, again), "another answer to the same bytes"
        on_loop = self._loop.run_until_complete(self._gateway.ahandle(body, _a_request()))
        assert say_the_same(answered, on_loop), "another answer on an event loop"
        check_answer(body, self._gateway.handle(body, _a_request(), bigint_tags=True))
        return answered


def _a_request() -> HttpRequest:
    request = HttpRequest()
    request.method = "POST"
    request.META.update(REMOTE_ADDR="192.0.2.1", SERVER_NAME="localhost", SERVER_PORT="80")
    request.user = AnonymousUser()  # type: ignore[attr-defined]
    return request


def say_the_same(one: bytes | None, other: bytes | None) -> bool:
    """Compare two answers: references differ, and a set's members come in any order.

    Where a NaN is among them they do: the hash of each NaN is its own.
    """
    if one is None or other is None:
        return one is other
    one, other = _REFERENCE.sub(b"", one), _REFERENCE.sub(b"", other)
    return one == other or _without_order(one) == _without_order(other)


def _without_order(answer: bytes) -> Any:
    def number(text: str) -> tuple[str, str]:
        return ("number", text)

    def sort(members: dict[str, Any]) -> dict[str, Any]:
        if members.get("__type__") == "set" and type(members.get("value")) is list:
            members["value"].sort(key=repr)
        return members

    return json.loads(answer, parse_int=number, parse_float=number, object_hook=sort)


def check_answer(body: bytes, answer: bytes | None) -> None:
    """Hold an answer against the body, by what ``judge`` reads there."""
    verdict = judge.judge(body, METHODS)
    if answer is None:
        assert not verdict.expected, f"no answer, where {verdict.expected} is asked for"
        return
    responses = _strictly(answer)
    assert (type(responses) is list) == verdict.is_batch, "an array is for a batch"
    listed = responses if verdict.is_batch else [responses]
    assert len(listed) == len(verdict.expected), f"{len(listed)} responses: {verdict.expected}"
    names = _methods_called(body) if verdict.expected else []
    for response, expected in zip(listed, verdict.expected, strict=True):
        _check_response(response, expected, names)


def _check_response(response: Any, expected: judge.Expected, names: list[str]) -> None:
    assert type(response) is dict, response
    kind = "result" if "result" in response else "error"
    assert response.keys() == {"jsonrpc", kind, "id"}, response
    assert response["jsonrpc"] == "2.0"
    assert judge.written(response["id"]) == expected.id, (response["id"], expected.id)
    code = None if kind == "result" else _code_of(response["error"])
    if expected.codes:
        assert code in expected.codes, (code, expected)
    else:
        assert code not in (-32700, -32601), response
    if code == -32603:
        assert response["error"]["data"].keys() == {"reference"}, "more than a reference"
        assert any(map(MAY_FAIL.match, names)), f"none of {names} fails by itself"
    elif code in (-32700, -32600, -32602):
        assert len(json.dumps(response["error"])) < MOST_BYTES_OF_A_REFUSAL


def _code_of(error: Any) -> int:
    assert {"code", "message"} <= error.keys() <= {"code", "message", "data"}, error
    assert type(error["code"]) is judge.Number and type(error["message"]) is str, error
    code = int(error["code"])
    if code == -32602 and "errors" in (error.get("data") or {}):
        errors = error["data"]["errors"]
        assert 1 <= len(errors) <= 20
        for each in errors:
            assert each.keys() == {"path", "message", "keyword"}, each
            assert all(type(text) is str for text in each.values()), each
            assert each["path"] == "" or each["path"].startswith("/"), each
    return code


def _methods_called(body: bytes) -> list[str]:
    value = judge.read(body) if _is_json(body) else []
    entries = [value] if type(value) is judge.Pairs else value
    listed = entries if type(entries) is list else []
    return [str(dict(each).get("method")) for each in listed if type(each) is judge.Pairs]


def _is_json(body: bytes) -> bool:
    try:
        judge.read(body)
    except judge.NotJsonError:
        return False
    return True


def _strictly(answer: bytes) -> Any:
    """Read an answer as ``judge`` reads a body; of its objects no name is there twice."""
    return _plain(judge.read(answer))


def _plain(value: Any) -> Any:
    if type(value) is judge.Pairs:
        assert len(dict(value)) == len(value), f"a member is there twice: {value}"
        return {name: _plain(item) for name, item in value}
    if type(value) is list:
        return [_plain(item) for item in value]
    return value
