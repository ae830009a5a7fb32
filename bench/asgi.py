"""``python -m bench.asgi``: 100 slow asynchronous methods at the same time, under ASGI.

Each sleeps 100 ms. They are asked for as 100 requests of one call, and from the gateway as one
batch of 100 calls, too. Django itself takes a thread a request, for what of its middleware is
synchronous; the bare view shows how many. Methods take none: the batch runs in one.
"""

from __future__ import annotations

import asyncio
import json
import threading
from time import perf_counter

from . import harness
from .workloads import request

SLEEP = 0.1
COUNT = 100


def main() -> None:
    harness.setup()
    _serve()
    from django.core.handlers.asgi import ASGIHandler

    handler = ASGIHandler()
    single = json.dumps(request(0, "shop.slow", [SLEEP])).encode()
    batch = json.dumps([request(n, "shop.slow", [SLEEP]) for n in range(COUNT)]).encode()
    print(f"{COUNT} calls of {SLEEP * 1000:.0f} ms each       seconds  threads")
    for title, path, bodies in [
        ("bare async view, requests", "/bare/", [single] * COUNT),
        ("adjax_jsonrpc, requests", "/rpc/", [single] * COUNT),
        ("adjax_jsonrpc, one batch", "/rpc/", [batch]),
    ]:
        taken, threads = asyncio.run(_measure(handler, path, bodies))
        print(f"{title:32} {taken:7.3f}  {threads:7}")


async def _measure(handler, path: str, bodies: list[bytes]) -> tuple[float, int]:
    await _send(handler, path, bodies[0])
    most = threading.active_count()
    done = asyncio.Event()

    async def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, threading.active_count())
            await asyncio.sleep(0.01)

    watcher = asyncio.create_task(watch())
    start = perf_counter()
    answers = await asyncio.gather(*[_send(handler, path, body) for body in bodies])
    taken = perf_counter() - start
    done.set()
    await watcher
    for body, answer in zip(bodies, answers, strict=True):
        _verify(json.loads(body), json.loads(answer))
    return taken, most


def _verify(message, answer) -> None:
    if isinstance(message, dict):
        message, answer = [message], [answer]
    wanted = [(call["id"], SLEEP) for call in message]
    if [(each["id"], each.get("result")) for each in answer] != wanted:
        raise RuntimeError(f"wrong answer: {answer!r:.300}")


async def _send(handler, path: str, body: bytes) -> bytes:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    sent: list[bytes] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        if waiting:
            return waiting.pop()
        return await asyncio.Future()  # the client stays connected

    async def send(message) -> None:
        if message["type"] == "http.response.body":
            sent.append(message.get("body", b""))

    await handler(scope, receive, send)
    return b"".join(sent)


def _serve() -> None:
    """Add the slow method and the bare view that does the same to the bench's project."""
    from django.conf import settings
    from django.http import JsonResponse
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    from adjax_jsonrpc import registry

    from .contestants import ours

    async def slow(request, seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    @csrf_exempt
    async def bare(request):
        call = json.loads(request.body)
        result = await slow(request, *call["params"])
        return JsonResponse({"jsonrpc": "2.0", "result": result, "id": call["id"]})

    registry.register(name="shop.slow")(slow)
    ours.urlpatterns.append(path("bare/", bare))
    settings.ROOT_URLCONF = "bench.contestants.ours"


if __name__ == "__main__":
    main()
