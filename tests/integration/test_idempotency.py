"""Idempotency keys: a call that is repeated gets the first answer, and is not made again."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import pickle
import threading
import time
from contextlib import contextmanager, nullcontext
from functools import partial
from types import SimpleNamespace
from typing import Annotated
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.db import IntegrityError
from django.test import AsyncClient, Client, override_settings
from django.test.client import RequestFactory

from adjax_jsonrpc import RegistrationError, Registry, RpcError, Schema, Serializer
from adjax_jsonrpc import registry as project
from adjax_jsonrpc.authentication import Caller
from adjax_jsonrpc.calls import concurrent
from adjax_jsonrpc.calls.hooks import Hooks, UnknownOutcomeError
from adjax_jsonrpc.calls.steps import fingerprint
from adjax_jsonrpc.errors import AuthenticationRequiredError, RateLimitedError
from adjax_jsonrpc.gateway import Gateway
from adjax_jsonrpc.integration import idempotency
from adjax_jsonrpc.views import interface_methods
from tests.support.calls import a_request

KEY = str(uuid4())
if settings.ADJAX_IDEMPOTENCY == "database":
    pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_answers():
    cache.clear()


def from_user(user=None, **headers):
    request = RequestFactory().post("/rpc/", headers=headers)
    request.user = user or AnonymousUser()
    return request


def serving(function, hooks=Hooks(reserve=idempotency.reserve), **options) -> Gateway:
    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(**{"name": "t.pay", "idempotent": "key", **options})(function)
    return Gateway(registry, hooks=hooks)


def under_wsgi(gateway, body, request):
    return gateway.handle(json.dumps(body).encode(), request)


def under_asgi(gateway, body, request):
    return asyncio.run(gateway.ahandle(json.dumps(body).encode(), request))


@pytest.fixture(params=[under_wsgi, under_asgi], ids=["WSGI", "ASGI"])
def handle(request):
    def handle(gateway, body, request_=None):
        content = request.param(gateway, body, request_ or from_user())
        return None if content is None else json.loads(content)

    return handle


@pytest.fixture(params=["sync", "async"])
def paying(request):
    """A method that counts its calls, or does what it is told; and the amounts it was paid."""
    paid = []

    def pay(request, amount: int, key: str = ""):
        paid.append(amount)
        if isinstance(paying_.outcome, Exception):
            raise paying_.outcome
        return {"number": len(paid), "amount": amount}

    async def pay_later(request, amount: int, key: str = ""):
        await asyncio.sleep(0)
        return pay(request, amount, key)

    paying_ = SimpleNamespace(
        method=pay if request.param == "sync" else pay_later, paid=paid, outcome=None
    )
    return paying_


def pay(amount=5, key=KEY, **kwargs):
    return a_request("t.pay", {"amount": amount, "key": key}, **kwargs)


def test_a_repeated_call_gets_the_first_answer(handle, paying):
    gateway = serving(paying.method)
    first = handle(gateway, pay(request_id="a"))
    assert first["result"] == {"number": 1, "amount": 5}
    assert handle(gateway, pay(request_id="b")) == {**first, "id": "b"}
    assert handle(gateway, [pay(request_id="c")]) == [{**first, "id": "c"}]
    assert handle(gateway, pay(request_id=...)) is None
    assert paying.paid == [5]


def test_other_keys_are_other_calls(handle, paying):
    gateway = serving(paying.method)
    numbers = [handle(gateway, pay(key=key))["result"]["number"] for key in ("a", "b", "a" * 9000)]
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("key", ["", ...])
def test_without_a_key_each_call_is_made(handle, paying, key):
    gateway = serving(paying.method)
    params = {"amount": 5} if key is ... else {"amount": 5, "key": key}
    for number in (1, 2):
        assert handle(gateway, a_request("t.pay", params))["result"]["number"] == number


def test_a_notification_is_not_repeated_either(handle, paying):
    gateway = serving(paying.method)
    assert handle(gateway, pay(request_id=...)) is None
    assert handle(gateway, pay())["result"]["number"] == 1


@pytest.mark.parametrize(
    ("params", "path"), [({"amount": 6, "key": KEY}, "/key"), ([6, KEY], "/1"), ([5, KEY], "/1")]
)
def test_a_key_that_came_with_other_params_is_refused(handle, paying, params, path):
    gateway = serving(paying.method)
    handle(gateway, pay())
    error = handle(gateway, a_request("t.pay", params))["error"]
    assert error["code"] == -32602
    (wrong,) = error["data"]["errors"]
    assert (wrong["path"], wrong["keyword"]) == (path, "idempotent")
    assert KEY not in wrong["message"]
    assert paying.paid == [5]


def test_params_are_the_same_in_any_order_of_their_names(handle, paying):
    gateway = serving(paying.method)
    handle(gateway, a_request("t.pay", {"key": KEY, "amount": 5}))
    assert handle(gateway, pay())["result"]["number"] == 1


def test_an_answer_is_one_method_s(handle, paying):
    gateway = serving(paying.method)
    gateway.registry.register(name="t.pay_too", idempotent="key")(paying.method)
    handle(gateway, pay())
    other = {**pay(), "method": "t.pay_too"}
    assert handle(gateway, other)["result"]["number"] == 2


def test_an_answer_is_one_user_s(handle, paying):
    gateway = serving(paying.method)
    ann, ben = (SimpleNamespace(is_authenticated=True, is_active=True, pk=pk) for pk in (1, 2))
    numbers = [
        handle(gateway, pay(), from_user(user))["result"]["number"]
        for user in (ann, ben, ann, None, None)
    ]
    assert numbers == [1, 2, 1, 3, 3]


@pytest.mark.parametrize("named", [Caller, lambda name: get_user_model()(username=name)])
def test_users_without_a_primary_key_have_keys_of_their_own(handle, paying, named):
    gateway = serving(paying.method)
    numbers = [
        handle(gateway, pay(), from_user(user))["result"]["number"]
        for user in (named("ann"), named("ben"), named("ann"), None)
    ]
    assert numbers == [1, 2, 1, 3]


def test_a_primary_key_of_a_user_that_is_not_saved_identifies_nobody(handle, paying):
    """A UUID as primary key is a new one for each instance."""
    gateway = serving(paying.method)
    users = [get_user_model()(pk=pk, username="ann") for pk in (1, 2)]
    assert [handle(gateway, pay(), from_user(user))["result"]["number"] for user in users] == [1, 1]


def test_users_of_two_kinds_share_no_keys(handle, paying):
    gateway = serving(paying.method)
    machine = SimpleNamespace(is_authenticated=True, pk=1)
    person = get_user_model()(pk=1, username="ann")
    person._state.adding = False
    numbers = [
        handle(gateway, pay(), from_user(user))["result"]["number"] for user in (machine, person)
    ]
    assert numbers == [1, 2]


def test_a_user_that_nothing_tells_from_others_is_refused(handle, paying, caplog):
    gateway = serving(paying.method)
    user = SimpleNamespace(is_authenticated=True, pk=None)
    assert handle(gateway, pay(), from_user(user))["error"]["code"] == -32603
    assert paying.paid == []
    assert "(SimpleNamespace) has neither a pk nor a get_username()" in caplog.text
    assert handle(gateway, pay(key=""), from_user(user))["result"]["number"] == 1


def test_an_error_of_the_method_s_own_is_an_answer(handle, paying):
    gateway = serving(paying.method)
    paying.outcome = RpcError(7, "seven", {"at": UUID(int=7), "__type__": "plain"})
    first = handle(gateway, pay())
    assert first["error"]["code"] == 7
    paying.outcome = None
    assert handle(gateway, pay()) == first
    paying.outcome = RpcError(8, "without data")
    first = handle(gateway, pay(key="other"))
    assert handle(gateway, pay(key="other")) == first
    assert paying.paid == [5, 5]


@pytest.mark.parametrize("failure", [RateLimitedError(1), AuthenticationRequiredError()])
def test_an_error_that_says_not_yet_is_not_kept(handle, paying, failure):
    gateway = serving(paying.method)
    paying.outcome = failure
    assert "error" in handle(gateway, pay())
    paying.outcome = None
    assert handle(gateway, pay())["result"]["number"] == 2


@pytest.mark.parametrize("failure", [ValueError("a secret"), IntegrityError()])
def test_a_fault_is_kept_because_nobody_knows_what_was_done_before(handle, paying, failure):
    gateway = serving(paying.method)
    paying.outcome = failure
    first = handle(gateway, pay())
    assert first["error"]["code"] == -32603
    paying.outcome = None
    assert handle(gateway, pay()) == first  # with the same reference
    assert handle(gateway, pay(key="other", request_id=...)) is None
    assert paying.paid == [5, 5]


def test_a_fault_of_a_notification_is_kept_too(handle, paying):
    gateway = serving(paying.method)
    paying.outcome = ValueError("a secret")
    assert handle(gateway, pay(request_id=...)) is None
    assert handle(gateway, pay())["error"]["code"] == -32603
    assert paying.paid == [5]


def undone(method):
    """The transaction of a method, for a gateway: nothing is left of a call that fails."""
    return nullcontext


@pytest.mark.parametrize("failure", [ValueError("a secret"), IntegrityError()])
def test_a_fault_that_is_rolled_back_is_not_kept(handle, failure):
    paid = []

    def pay_carefully(request, amount: int, key: str):
        paid.append(amount)
        if len(paid) == 1:
            raise failure
        return len(paid)

    hooks = Hooks(reserve=idempotency.reserve, transaction=undone)
    gateway = serving(pay_carefully, hooks)
    assert handle(gateway, pay())["error"]["code"] == -32603
    assert [handle(gateway, pay())["result"] for _ in range(2)] == [2, 2]


def test_a_commit_that_may_have_happened_keeps_the_key(handle):
    @contextmanager
    def losing(method):
        yield
        raise UnknownOutcomeError(ValueError("the connection is lost"))

    hooks = Hooks(reserve=idempotency.reserve, transaction=lambda method: partial(losing, method))
    paid = []

    def pay_once(request, amount: int, key: str):
        paid.append(amount)

    gateway = serving(pay_once, hooks)
    assert handle(gateway, pay())["error"]["code"] == -32603
    assert is_unknown(handle(gateway, pay()))
    assert paid == [5]


def is_unknown(response) -> bool:
    """Say whether a call was told that nobody knows the outcome, and for how much longer."""
    error = response["error"]
    seconds = error["data"].pop("expiresAfter")
    return 86390 < seconds <= 86400 and error == {
        "code": -32007,
        "message": "Outcome unknown",
        "data": {"outcome": "unknown"},
    }


def test_a_call_that_is_refused_takes_no_key(handle, paying):
    gateway = serving(paying.method)
    assert handle(gateway, pay(amount="five"))["error"]["code"] == -32602
    assert handle(gateway, pay())["result"]["number"] == 1


def test_a_kept_answer_is_for_those_who_may_call(paying):
    def authorize(request, method):
        if request.user is None:
            raise AuthenticationRequiredError

    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(name="t.pay", idempotent="key", login_required=True)(paying.method)
    gateway = Gateway(registry, hooks=Hooks(reserve=idempotency.reserve, authorize=authorize))
    allowed, refused = from_user(), from_user()
    refused.user = None
    assert "result" in under_wsgi(gateway, pay(), allowed).decode()
    assert b"-32001" in under_wsgi(gateway, pay(), refused)


def test_a_repeated_call_is_told_that_the_first_is_still_running(handle):
    seen = []

    def pay_slowly(request, amount: int, key: str):
        if not seen:
            seen.append(None)
            seen.append(under_wsgi(gateway, pay(), from_user()))
        return amount

    gateway = serving(pay_slowly)
    assert handle(gateway, pay())["result"] == 5
    error = json.loads(seen[1])["error"]
    assert error == {"code": -32007, "message": "Call in progress", "data": {"retryAfter": 1}}
    assert handle(gateway, pay())["result"] == 5
    assert len(seen) == 2


def test_of_identical_calls_in_one_batch_one_runs(handle, paying):
    answers = handle(serving(paying.method), [pay(request_id=index) for index in range(3)])
    assert {"number": 1, "amount": 5} in [each.get("result") for each in answers]
    assert {each["error"]["code"] for each in answers if "error" in each} <= {-32007}
    assert paying.paid == [5]


class Shop:
    """A method that is paid, then waits until it is told to go on."""

    def __init__(self) -> None:
        self.paid: list[int] = []
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def pay(self, request, amount: int, key: str = ""):
        self.paid.append(amount)
        self.begun.set()
        await self.go_on.wait()
        return amount


async def ask(gateway, **kwargs):
    content = await gateway.ahandle(json.dumps(pay(**kwargs)).encode(), from_user())
    return json.loads(content)


async def answer_of(gateway):
    """Repeat the call until it is answered."""
    while (response := await ask(gateway)).get("error", {}).get("code") == -32007:
        await asyncio.sleep(0.001)
    return response


def test_a_late_call_goes_on_and_its_answer_is_stored():
    async def main():
        shop = Shop()
        gateway = serving(shop.pay, timeout=0.05)
        assert (await ask(gateway))["error"]["code"] == -32008
        await shop.begun.wait()
        patient = serving(shop.pay)
        assert (await ask(patient))["error"]["data"] == {"retryAfter": 1}
        shop.go_on.set()
        assert (await answer_of(patient))["result"] == 5
        assert shop.paid == [5]
        assert not in_background()

    asyncio.run(main())


def test_under_wsgi_a_late_call_is_waited_for():
    paid = []

    async def pay_late(request, amount: int, key: str):
        paid.append(amount)
        end = time.monotonic() + 0.1
        while time.monotonic() < end:
            await asyncio.sleep(0.01)
        return amount

    gateway = serving(pay_late, timeout=0.05)
    assert b"-32008" in under_wsgi(gateway, pay(), from_user())
    assert json.loads(under_wsgi(serving(pay_late), pay(), from_user()))["result"] == 5
    assert paid == [5]


def test_a_late_call_that_does_not_end_is_cancelled_and_its_outcome_is_unknown(caplog):
    async def main():
        shop = Shop()
        gateway = serving(shop.pay, timeout=0.05)
        assert (await ask(gateway))["error"]["code"] == -32008
        await shop.begun.wait()
        await give_up()
        assert is_unknown(await ask(serving(shop.pay)))
        assert shop.paid == [5]

    asyncio.run(main())
    assert "t.pay: cancelled 60 s after its deadline" in caplog.text


def in_background():
    """The calls that go on without their caller. Other event loops may have left theirs."""
    loop = asyncio.get_running_loop()
    return [task for task in concurrent._detached if task.get_loop() is loop]


async def give_up():
    """Do now what is done a minute after the deadline."""
    (task,) = in_background()
    concurrent._give_up(task, "t.pay")
    await asyncio.wait([task])


@pytest.fixture
def close_soon(monkeypatch):
    """Let the event loop of a body close soon after its call has begun."""
    wait = concurrent._wait_before_close
    begun = asyncio.Event()

    async def wait_after_begin(tasks):
        await begun.wait()
        await wait(tasks)

    monkeypatch.setattr(concurrent, "_wait_before_close", wait_after_begin)
    monkeypatch.setattr(concurrent, "SECONDS_BEFORE_CLOSE", 0.01)
    return begun


def test_under_wsgi_a_late_call_that_does_not_end_is_cancelled_soon(close_soon):
    shop = Shop()
    shop.begun = close_soon
    gateway = serving(shop.pay, timeout=0.05)
    assert b"-32008" in under_wsgi(gateway, pay(), from_user())
    assert is_unknown(json.loads(under_wsgi(serving(shop.pay), pay(), from_user())))
    assert shop.paid == [5]


def test_a_call_that_is_cancelled_before_it_has_begun_frees_its_key():
    async def main():
        shop, may_reserve = Shop(), threading.Event()

        def reserve(*args):
            may_reserve.wait()
            return idempotency.reserve(*args)

        gateway = serving(shop.pay, Hooks(reserve=reserve), timeout=0.05)
        assert (await ask(gateway))["error"]["code"] == -32008
        asyncio.get_running_loop().call_soon(may_reserve.set)
        await give_up()
        assert shop.paid == []
        shop.go_on.set()
        assert (await answer_of(serving(shop.pay)))["result"] == 5

    asyncio.run(main())


def test_a_call_without_a_key_is_cancelled_at_its_deadline():
    async def main():
        shop = Shop()
        gateway = serving(shop.pay, timeout=0.5)
        assert (await ask(gateway, key=""))["error"]["code"] == -32008
        assert not in_background()

    asyncio.run(main())


@pytest.mark.parametrize("times", [1, 2])
def test_a_caller_who_hangs_up_does_not_end_the_call(times):
    """Django cancels the view; a server that is in a hurry cancels Django, too."""

    async def main():
        shop = Shop()
        gateway = serving(shop.pay)
        call = asyncio.create_task(ask(gateway))
        await shop.begun.wait()
        for _ in range(times):
            call.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        if times == 2:
            with pytest.raises(asyncio.CancelledError):
                await call
        assert (await ask(gateway))["error"]["data"] == {"retryAfter": 1}
        shop.go_on.set()
        assert (await answer_of(gateway))["result"] == 5
        with pytest.raises(asyncio.CancelledError):
            await call
        assert shop.paid == [5]

    asyncio.run(main())


def test_a_caller_who_hangs_up_while_the_key_is_reserved_does_not_keep_it():
    async def main():
        shop, loop = Shop(), asyncio.get_running_loop()
        reserving, may_reserve = asyncio.Event(), threading.Event()

        def reserve(*args):
            loop.call_soon_threadsafe(reserving.set)
            may_reserve.wait()
            return idempotency.reserve(*args)

        gateway = serving(shop.pay, Hooks(reserve=reserve))
        call = asyncio.create_task(ask(gateway))
        await reserving.wait()
        call.cancel()
        may_reserve.set()
        shop.go_on.set()
        assert (await answer_of(gateway))["result"] == 5
        assert shop.paid == [5]
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(main())


def test_a_server_that_ends_leaves_an_unknown_outcome():
    shop = Shop()

    async def main():
        asyncio.create_task(ask(gateway))  # noqa: RUF006 - the loop cancels it
        await shop.begun.wait()

    gateway = serving(shop.pay)
    asyncio.run(main())
    assert is_unknown(json.loads(under_wsgi(gateway, pay(), from_user())))
    assert shop.paid == [5]


def test_a_process_that_has_died_leaves_an_unknown_outcome(monkeypatch):
    shop = Shop()
    gateway = serving(shop.pay)
    request, method = from_user(), gateway.registry.methods["t.pay"]
    reserved = {"amount": 5, "key": KEY}
    idempotency.reserve(request, method, fingerprint(reserved), ([5, KEY], {}), True)
    assert b'"retryAfter":1' in under_wsgi(gateway, pay(), request)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100)  # a call takes 20 s, and a minute
    response = json.loads(under_wsgi(gateway, pay(), request))
    assert response["error"]["data"] == {"outcome": "unknown", "expiresAfter": 86300}
    monkeypatch.setattr(time, "time", lambda: now + 86401)
    shop.go_on.set()
    assert b'"result":5' in under_wsgi(gateway, pay(), request)


class Dropping(LocMemCache):
    """Does as Memcached with values over a size: it drops them, or its client raises an error."""

    most, raises = 100_000, False

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        if len(pickle.dumps(value)) > self.most:
            if self.raises:
                raise ValueError("object too large for cache")
            self.delete(key, version)
        else:
            super().set(key, value, timeout, version)


@pytest.mark.parametrize("raises", [False, True])
def test_a_call_whose_answer_is_too_large_for_the_cache_runs_once(handle, raises, monkeypatch):
    monkeypatch.setattr(Dropping, "raises", raises)
    paid = []

    def pay_much(request, amount: int, key: str):
        paid.append(amount)
        return "x" * amount

    dropping = {"BACKEND": f"{__name__}.Dropping", "LOCATION": "dropping"}
    with override_settings(CACHES={"default": dropping}, ADJAX_IDEMPOTENCY="default"):
        gateway = serving(pay_much)
        for amount in (50_000, 150_000):
            key = str(uuid4())
            first = handle(gateway, pay(amount, key))
            assert len(first["result"]) == amount
            again = handle(gateway, pay(amount, key))
            if amount == 50_000:
                assert again == first
            else:
                data = {"outcome": "done"}
                error = {"code": -32011, "message": "Answer not stored", "data": data}
                assert again["error"] == error
    assert paid == [50_000, 150_000]


def test_a_call_that_never_ends_is_reported_once_when_it_is_dropped(close_soon, caplog):
    async def deaf(request, key: str):
        close_soon.set()
        while True:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    under_wsgi(serving(deaf, timeout=0.05), a_request("t.pay", ["k"]), from_user())
    with caplog.at_level(logging.ERROR, "adjax_jsonrpc"):
        concurrent._detached.clear()
        gc.collect()
    assert [each.getMessage().split()[0] for each in caplog.records].count("t.pay") == 1


def test_a_cache_that_is_gone_stops_the_call(handle, paying):
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///no"}
    with override_settings(CACHES={"default": nowhere}, ADJAX_IDEMPOTENCY="default"):
        assert handle(serving(paying.method), pay())["error"]["code"] == -32603
    assert paying.paid == []


def test_an_answer_that_can_not_be_kept_is_given_all_the_same(handle, paying, caplog):
    def reserve(*args):
        made = idempotency.reserve(*args)
        made.store = unable
        return made

    def unable(answer):
        raise ConnectionError

    assert handle(serving(paying.method, Hooks(reserve=reserve)), pay())["result"]["number"] == 1
    assert "storing the answer of t.pay" in caplog.text


def test_an_annotation_may_be_a_uuid(handle):
    paid = []

    def f(request, key: UUID | None = None, *rest: int):
        paid.append(key)
        return len(paid)

    gateway = serving(f)
    for _ in range(2):
        assert handle(gateway, a_request("t.pay", [KEY]))["result"] == 1
    tagged = {"__type__": "uuid", "value": KEY}
    assert handle(gateway, a_request("t.pay", [tagged]))["error"]["code"] == -32602
    assert handle(gateway, a_request("t.pay", [None]))["result"] == 2


def test_a_key_that_has_only_a_name_is_none_of_the_rest(handle):
    def f(request, a: int, *rest: int, key: str = ""):
        return [a, *rest]

    gateway = serving(f)
    for last in (3, 4):
        assert handle(gateway, a_request("t.pay", [1, 2, last]))["result"] == [1, 2, last]


def test_the_header_is_the_key_of_a_call_that_is_alone(handle, paying):
    gateway = serving(paying.method)
    request, call = from_user(**{"Idempotency-Key": KEY}), a_request("t.pay", [5])
    for _ in range(2):
        assert handle(gateway, call, request)["result"]["number"] == 1
    other = handle(gateway, a_request("t.pay", [6]), request)["error"]
    assert (other["code"], other["data"]["errors"][0]["path"]) == (-32602, "")
    # In a batch nobody could say whose it is; the parameter goes before it.
    assert handle(gateway, [call], request)[0]["result"]["number"] == 2
    assert handle(gateway, pay(key="own"), request)["result"]["number"] == 3


def test_the_header_alone(handle):
    paid = []

    def f(request, amount: int):
        paid.append(amount)
        return len(paid)

    gateway = serving(f, idempotent="Idempotency-Key")
    request = from_user(**{"Idempotency-Key": KEY})
    for _ in range(2):
        assert handle(gateway, a_request("t.pay", [5]), request)["result"] == 1
    assert handle(gateway, a_request("t.pay", [5]))["result"] == 2


def key_of_number(request, key: int): ...
def key_of_anything(request, key): ...
def key_of_nothing(request, key: None): ...
def no_key(request, amount: int): ...
def keys(request, *key: str): ...


@pytest.mark.parametrize(
    ("function", "options", "message"),
    [
        (key_of_number, {}, "annotate the parameter"),
        (key_of_anything, {}, "annotate the parameter"),
        (key_of_nothing, {}, "annotate the parameter"),
        (no_key, {}, "is not the name of a parameter"),
        (keys, {}, "is not the name of a parameter"),
        (no_key, {"idempotent": ""}, "is not the name of a parameter"),
        (no_key, {"idempotent": "Idempotency-Key", "readonly": True}, "readonly=True"),
    ],
)
def test_what_makes_no_sense_is_refused_at_start_up(function, options, message):
    with pytest.raises(RegistrationError, match=message):
        serving(function, **options).registry.resolve()


def optional(request, key: str = ""): ...
def required(request, key: Annotated[str, Schema(minLength=1)]): ...


@pytest.mark.parametrize(
    ("function", "options", "told"),
    [
        (optional, {"idempotent": False}, {}),
        (optional, {"idempotent": True}, {"idempotent": True}),
        (optional, {"idempotent": False, "readonly": True}, {"readonly": True, "idempotent": True}),
        (optional, {"idempotent": "key"}, {}),
        (required, {"idempotent": "key"}, {"idempotent": True}),
        (required, {"idempotent": "Idempotency-Key"}, {}),
    ],
)
def test_clients_are_told_what_may_be_repeated(function, options, told):
    methods = serving(function, **options).registry.methods.values()
    (described,) = interface_methods(methods, "/rpc/")["t"].values()
    assert {
        name: described[name] for name in ("readonly", "idempotent") if name in described
    } == told


# ── over HTTP, with transactions ──


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("all_or_nothing", [False, True])
def test_a_call_that_is_undone_keeps_no_answer(all_or_nothing):
    def send(*calls):
        client = Client(raise_request_exception=False)
        return client.post("/rpc/", json.dumps(calls), "application/json").json()

    def names():
        return sorted(get_user_model().objects.values_list("username", flat=True))

    write = a_request("shapes.write_once", ["ann", KEY])
    fail = a_request("shapes.fail", ["value"])
    with override_settings(ADJAX_ATOMIC_BATCH=all_or_nothing):
        first, _ = send(write, fail)
        assert ("result" in first) is not all_or_nothing
        assert names() == ([] if all_or_nothing else ["ann"])
        (again,) = send(write)
        assert again["result"] == 1
        assert send(write) == [again]
        assert names() == ["ann"]


def test_under_asgi_over_http():
    body = json.dumps(a_request("shapes.number_once"))
    headers = {"Idempotency-Key": KEY}

    async def main():
        client = AsyncClient()
        return [
            (
                await client.post("/rpc/", body, content_type="application/json", headers=headers)
            ).json()
            for _ in range(2)
        ]

    first, second = asyncio.run(main())
    assert first == second and "result" in first


def test_the_projects_methods_say_so_in_openrpc():
    document = Client().get("/rpc/openrpc.json").json()
    found = {method["name"]: method for method in document["methods"]}
    assert found["shapes.number_once"]["x-idempotency-key"] == "Idempotency-Key"
    assert found["shapes.write_once"]["x-idempotency-key"] == "key"
    assert found["shapes.write_once"]["x-idempotent"] is True
    assert -32007 in [error["code"] for error in found["shapes.write_once"]["errors"]]
    assert project.methods["shapes.write_once"].is_repeatable
