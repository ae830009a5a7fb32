"""Large bodies and large results are worked on beside the event loop, which serves others."""

from __future__ import annotations

import asyncio
import json
import threading
from contextvars import ContextVar
from dataclasses import dataclass

import pytest
from msgspec import Struct

from adjax_jsonrpc import ObjectType, Registry, Serializer
from adjax_jsonrpc.calls.gateway import Gateway
from adjax_jsonrpc.calls.hooks import Hooks
from adjax_jsonrpc.calls.off_loop import LARGE_BODY, is_large_result

CALLER = ContextVar("CALLER", default="nobody")


class Part:
    """A value that tells in which thread it was decoded and encoded."""


class PartType(ObjectType):
    cls, name = Part, "part"
    schema = {}
    decoded: list = []
    encoded: list = []
    wait = staticmethod(lambda: None)

    @classmethod
    def decode(cls, value):
        cls.decoded.append((threading.get_ident(), CALLER.get()))
        cls.wait()
        return Part()

    @classmethod
    def encode(cls, value):
        cls.encoded.append(threading.get_ident())
        return {}


@pytest.fixture(autouse=True)
def part(monkeypatch):
    monkeypatch.setattr(PartType, "decoded", [])
    monkeypatch.setattr(PartType, "encoded", [])
    return PartType


async def count(request, parts: list[Part]) -> int:
    return len(parts)


async def make(request, number: int) -> list[Part]:
    return [Part() for _ in range(number)]


def serving(*functions, **options) -> Gateway:
    registry = Registry(Serializer([PartType]))
    for function in functions:
        registry.register(name=f"t.{function.__name__}", **options)(function)
    return Gateway(registry, hooks=Hooks(authorize=lambda request, method: None))


def body_of(method, params) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": 1}).encode()


PARTS = [{"__type__": "part"}] * (LARGE_BODY // 20)


def ask(gateway, method, params):
    """Return the result, and the thread of the event loop."""
    CALLER.set("ann")

    async def main():
        return await gateway.ahandle(body_of(method, params)), threading.get_ident()

    content, thread = asyncio.run(main())
    return json.loads(content)["result"], thread


OPTIONS = {
    "open": {},
    "with a permission": {"permission": "shop.view"},
    "with an access function": {"access": lambda request, params: True},
    "hidden": {"hidden": True, "access": lambda request, params: True},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_a_large_body_is_decoded_in_another_thread_in_the_context_of_the_request(part, options):
    result, loop = ask(serving(count, **options), "t.count", [PARTS])
    assert result == len(PARTS) == len(part.decoded)
    threads = {thread for thread, _ in part.decoded}
    assert len(threads) == 1 and loop not in threads
    assert {caller for _, caller in part.decoded} == {"ann"}


def test_a_small_body_takes_no_thread(part):
    result, loop = ask(serving(count), "t.count", [PARTS[:3]])
    assert (result, part.decoded) == (3, [(loop, "ann")] * 3)


def test_a_large_result_is_written_in_another_thread(part):
    result, loop = ask(serving(make), "t.make", [5000])
    assert len(result) == len(part.encoded) == 5000
    assert loop not in part.encoded
    part.encoded.clear()
    _, loop = ask(serving(make), "t.make", [3])
    assert part.encoded == [loop] * 3


def test_other_requests_are_answered_while_a_large_body_is_decoded(part, monkeypatch):
    released = threading.Event()
    waited = []

    async def release(request):
        released.set()

    monkeypatch.setattr(part, "wait", staticmethod(lambda: waited.append(released.wait(10))))
    gateway = serving(count, release)

    async def main():
        return await asyncio.gather(
            gateway.ahandle(body_of("t.count", [PARTS])), gateway.ahandle(body_of("t.release", []))
        )

    large, _ = asyncio.run(main())
    assert json.loads(large)["result"] == len(PARTS)
    assert all(waited)


def test_wrong_params_of_a_large_body_are_explained():
    gateway = serving(count)
    content = asyncio.run(gateway.ahandle(body_of("t.count", [[*PARTS, 5]])))
    (error,) = json.loads(content)["error"]["data"]["errors"]
    assert error["path"] == f"/0/{len(PARTS)}"


@dataclass
class Page:
    items: list


class Row(Struct):
    items: list


@pytest.mark.parametrize(
    ("value", "is_large"),
    [
        (None, False),
        ("x" * 1000, False),
        ("x" * 1_000_000, True),
        ([0] * 100, False),
        ([0] * 3000, True),
        ({"a": {"b": [[0] * 1500, [0] * 1500]}}, True),
        (["x" * 50_000] * 10, True),
        (Page([0] * 3000), True),
        (Row([0] * 3000), True),
        (Page([0]), False),
        (object(), False),
    ],
)
def test_the_size_of_a_result_is_estimated_by_its_parts(value, is_large):
    assert is_large_result(value) is is_large
