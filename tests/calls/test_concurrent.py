"""Deadlines: of one call of a coroutine function, and of all calls of a body."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging

import pytest

from adjax_jsonrpc import RegistrationError, Registry, Serializer
from adjax_jsonrpc.gateway import Gateway, Limits
from tests.support.calls import a_request

MOMENT = 0.01
NO_TIME = 1e-9


def under_wsgi(gateway, body):
    return gateway.handle(json.dumps(body).encode())


def under_asgi(gateway, body):
    return asyncio.run(gateway.ahandle(json.dumps(body).encode()))


@pytest.fixture(params=[under_wsgi, under_asgi], ids=["WSGI", "ASGI"])
def answer(request):
    def answer(gateway, body):
        content = request.param(gateway, body)
        return None if content is None else json.loads(content)

    return answer


def serving(*functions, limits=None, **options) -> Gateway:
    """Serve functions as ``t.<name>``, each with the same options."""
    registry = Registry(Serializer(), app_label=lambda module: "t")
    for function in functions:
        registry.register(**options)(function)
    return Gateway(registry, limits or Limits())


def late(seconds, request_id=1):
    error = {"code": -32008, "message": "Timeout", "data": {"timeout": seconds}}
    return {"jsonrpc": "2.0", "error": error, "id": request_id}


async def never(request):
    await asyncio.Event().wait()


async def soon(request):
    return "done"


def test_a_call_that_outlives_its_timeout_is_cancelled(answer):
    gateway = serving(never, timeout=MOMENT)
    assert answer(gateway, a_request("t.never")) == late(MOMENT)


def test_the_others_of_its_batch_are_answered(answer):
    gateway = serving(never, timeout=MOMENT)
    gateway.registry.register(soon)
    batch = [
        a_request(name, request_id=index) for index, name in enumerate(["t.soon", "t.never"] * 2)
    ]
    first, second, third, fourth = answer(gateway, batch)
    assert (first["result"], third["result"]) == ("done", "done")
    assert (second, fourth) == (late(MOMENT, 1), late(MOMENT, 3))


def test_each_call_has_a_timeout_of_its_own(answer):
    gateway = serving(never, timeout=2 * MOMENT)
    gateway.registry.register(name="t.sooner", timeout=MOMENT)(never)
    gateway.registry.register(name="t.never_too", timeout=3600)(soon)
    batch = [a_request(f"t.{name}") for name in ("never", "sooner", "never_too")]
    first, second, third = answer(gateway, batch)
    assert (first, second, third["result"]) == (late(2 * MOMENT), late(MOMENT), "done")


def test_a_late_call_cleans_up_before_the_answer(answer):
    done = []

    async def tidy(request):
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            done.append("tidy")

    assert answer(serving(tidy, timeout=MOMENT), a_request("t.tidy")) == late(MOMENT)
    assert done == ["tidy"]


def test_a_call_that_makes_something_else_of_its_cancellation_is_late_all_the_same(answer):
    async def stubborn(request):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "not late at all"

    async def loud(request):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ValueError("a secret") from None

    gateway = serving(stubborn, loud, timeout=MOMENT)
    assert answer(gateway, [a_request("t.stubborn"), a_request("t.loud")]) == [late(MOMENT)] * 2


def test_a_call_that_will_not_end_holds_nothing_up(answer, caplog):
    async def deaf(request):
        while True:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    with caplog.at_level(logging.WARNING, "adjax_jsonrpc"):
        gateway = serving(deaf, timeout=MOMENT)
        gateway.registry.register(soon)
        assert answer(gateway, [a_request("t.deaf"), a_request("t.soon")])[0] == late(MOMENT)
    assert "t.deaf" in caplog.text


def test_a_timeout_inside_of_a_method_is_its_own_failure(answer):
    async def impatient(request):
        await asyncio.wait_for(asyncio.Event().wait(), MOMENT)

    async def raising(request):
        raise TimeoutError("a secret")

    async def cancelled(request):
        raise asyncio.CancelledError

    gateway = serving(impatient, raising, timeout=3600)
    batch = [a_request("t.impatient"), a_request("t.raising")]
    assert [each["error"]["code"] for each in answer(gateway, batch)] == [-32603, -32603]


def test_a_method_that_cancels_its_own_task_fails_alone(answer):
    async def cancels(request):
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    gateway = serving(cancels)
    gateway.registry.register(soon)
    alone = answer(gateway, a_request("t.cancels"))
    failed, made = answer(gateway, [a_request("t.cancels"), a_request("t.soon")])
    assert [alone["error"]["code"], failed["error"]["code"]] == [-32603, -32603]
    assert "result" in made


def test_late_notifications_are_not_answered(answer):
    gateway = serving(never, timeout=MOMENT)
    assert answer(gateway, [a_request("t.never", request_id=...)]) is None


def test_synchronous_calls_do_not_begin_when_the_time_of_the_body_is_over(answer):
    ran = []

    def f(request, value: int):
        ran.append(value)
        return value

    gateway = serving(f, limits=Limits(batch_seconds=NO_TIME))
    batch = [a_request("t.f", [value], value) for value in (1, 2, 3)]
    batch.insert(1, a_request("t.f", [9], ...))
    first, *others = answer(gateway, batch)
    assert first["result"] == 1
    assert others == [late(NO_TIME, 2), late(NO_TIME, 3)]
    assert ran == [1]


def test_a_single_synchronous_call_is_never_late(answer):
    gateway = serving(lambda request: 1, limits=Limits(batch_seconds=NO_TIME))
    (name,) = gateway.registry.methods
    assert answer(gateway, a_request(name))["result"] == 1


def test_asynchronous_calls_end_with_the_time_of_the_body(answer):
    gateway = serving(never, limits=Limits(batch_seconds=MOMENT))
    assert answer(gateway, [a_request("t.never")] * 2) == [late(MOMENT)] * 2
    assert answer(gateway, a_request("t.never")) == late(MOMENT)


def test_asynchronous_calls_do_not_begin_when_the_time_of_the_body_is_over(answer):
    ran = []

    async def f(request):
        ran.append(1)

    gateway = serving(f, limits=Limits(batch_seconds=NO_TIME))
    assert answer(gateway, a_request("t.f")) == late(NO_TIME)
    assert ran == []


def test_the_earlier_of_both_deadlines_counts(answer):
    gateway = serving(never, timeout=3600, limits=Limits(batch_seconds=MOMENT))
    assert answer(gateway, a_request("t.never")) == late(MOMENT)
    gateway = serving(never, timeout=MOMENT, limits=Limits(batch_seconds=3600))
    assert answer(gateway, a_request("t.never")) == late(MOMENT)


def test_none_lifts_the_limit(answer):
    gateway = serving(lambda request: 1, limits=Limits(batch_seconds=None))
    gateway.registry.register(soon)
    name = next(iter(gateway.registry.methods))
    results = [
        each["result"] for each in answer(gateway, [a_request(name)] * 2 + [a_request("t.soon")])
    ]
    assert results == [1, 1, "done"]


def test_calls_are_cancelled_where_nobody_waits_for_the_body_any_more():
    ended = []

    async def main():
        begun = asyncio.Event()

        async def f(request):
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(1)

        body = json.dumps([a_request("t.f")] * 2).encode()
        task = asyncio.create_task(serving(f, timeout=3600).ahandle(body))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert ended == [1, 1]


def test_a_timeout_is_for_coroutine_functions():
    with pytest.raises(RegistrationError, match="a synchronous function can't be interrupted"):
        serving(lambda request: 1, timeout=5).registry.resolve()


@pytest.mark.parametrize("timeout", [0, -1, "5", True, float("inf"), float("nan")])
def test_a_timeout_is_a_positive_number(timeout):
    with pytest.raises(RegistrationError, match="not a positive number of seconds"):
        serving(soon, timeout=timeout).registry.resolve()
