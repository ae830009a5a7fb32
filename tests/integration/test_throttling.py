"""How many calls pass: rates, who is counted, windows; the same alone, in a batch and refused."""

from __future__ import annotations

import asyncio
import json
import math
import time
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import AsyncClient, Client, override_settings
from django.test.client import RequestFactory
from django.utils.functional import SimpleLazyObject

from adjax_jsonrpc import RegistrationError, Registry, Serializer, Throttle
from adjax_jsonrpc.authentication import Caller
from adjax_jsonrpc.calls.hooks import Hooks
from adjax_jsonrpc.gateway import Gateway
from adjax_jsonrpc.integration import throttling
from tests.support.calls import a_request, answer

URL = "/rpc/"


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


class Clock:
    """What ``time.time`` says, for the cache and the throttle alike."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "time", made)
    return made


def a_counting_gateway(*functions, project=False, **options) -> Gateway:
    """Serve functions as ``t.<name>``, each with the same options."""
    registry = Registry(Serializer(), app_label=lambda module: "t")
    for function in functions:
        registry.register(**options)(function)
    return Gateway(
        registry, hooks=Hooks(throttle=throttling.throttle_entries, throttles_all=project)
    )


def one(request) -> int:
    return 1


def two(request, value: int = 2) -> int:
    return value


def from_address(address="10.0.0.1", user=None):
    request = RequestFactory().post(URL, REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    return request


def passing(gateway, *methods, request=None) -> list[bool]:
    """Send the methods as one batch; say which calls were not rate limited."""
    batch = [a_request(name, request_id=index) for index, name in enumerate(methods)]
    codes = [
        each.get("error", {}).get("code")
        for each in answer(gateway, batch, request=request or from_address())
    ]
    return [code != -32006 for code in codes]


@pytest.mark.parametrize(
    ("rate", "calls", "seconds"),
    [
        ("100/min", 100, 60),
        ("1/s", 1, 1),
        ("2/sec", 2, 1),
        ("3/second", 3, 1),
        ("4/minute", 4, 60),
        ("5/h", 5, 3600),
        ("6/hour", 6, 3600),
        ("7/d", 7, 86400),
        ("8/day", 8, 86400),
        ("5/10s", 5, 10),
        ("100/15min", 100, 900),
    ],
)
def test_a_rate_is_calls_and_a_time(rate, calls, seconds):
    throttle = Throttle(rate)
    assert (throttle.calls, throttle.seconds) == (calls, seconds)


@pytest.mark.parametrize(
    "rate",
    ["", "100", "100/", "/min", "0/min", "-1/min", "1.5/s", "1/0s", "1/year", "1 / s", 5, "١/s"],
)
def test_what_is_no_rate_is_refused_where_it_is_written(rate):
    with pytest.raises(RegistrationError, match="is not a rate"):
        Registry(Serializer()).register(throttle=rate)


def test_callers_are_told_apart_in_a_way_that_exists():
    with pytest.raises(RegistrationError, match="write .user., .address. or a function"):
        Throttle("1/s", by="session")


def test_calls_pass_up_to_the_rate_and_the_next_is_told_when_to_come_again(clock):
    gateway = a_counting_gateway(one, throttle="2/min")
    assert passing(gateway, "t.one") == [True]
    clock.now += 10
    assert passing(gateway, "t.one") == [True]
    clock.now += 7.5
    response = answer(gateway, a_request("t.one", request_id="x"), request=from_address())
    assert response == {
        "jsonrpc": "2.0",
        "error": {"code": -32006, "message": "Rate limited", "data": {"retryAfter": 42.5}},
        "id": "x",
    }


def test_a_window_begins_with_its_first_call_and_refused_calls_do_not_extend_it(clock):
    gateway = a_counting_gateway(one, throttle="2/min")
    assert passing(gateway, *["t.one"] * 3) == [True, True, False]
    for _ in range(59):
        clock.now += 1
        assert passing(gateway, "t.one", "t.one") == [False, False]
    clock.now += 1
    assert passing(gateway, *["t.one"] * 3) == [True, True, False]


def test_the_first_calls_of_a_batch_pass():
    gateway = a_counting_gateway(one, throttle="3/h")
    assert passing(gateway, *["t.one"] * 2) == [True, True]
    assert passing(gateway, *["t.one"] * 3) == [True, False, False]


def test_each_method_has_a_count_of_its_own():
    gateway = a_counting_gateway(one, two, throttle="1/h")
    assert passing(gateway, "t.one", "t.two", "t.one", "t.two") == [True, True, False, False]


def test_calls_that_can_not_succeed_are_counted():
    gateway = a_counting_gateway(two, throttle="2/h", login_required=True)
    wrong = [a_request("t.two", ["no number"]), a_request("t.two", {"b": 1}), a_request("t.two")]
    codes = [each["error"]["code"] for each in answer(gateway, wrong, request=from_address())]
    assert codes == [-32602, -32602, -32006]


def test_a_call_is_counted_before_its_params_are_looked_at():
    gateway = a_counting_gateway(two, throttle="1/h")
    assert passing(gateway, "t.two") == [True]
    refused = answer(gateway, a_request("t.two", ["no number"]), request=from_address())
    assert refused["error"]["code"] == -32006


def test_notifications_are_counted_do_not_run_and_are_not_answered():
    ran = []
    gateway = a_counting_gateway(lambda request: ran.append(1), throttle="1/h")
    (name,) = gateway.registry.methods
    batch = [a_request(name, request_id=...) for _ in range(3)]
    assert answer(gateway, batch, request=from_address()) is None
    assert ran == [1]


def test_a_call_of_several_throttles_passes_where_all_let_it(clock):
    gateway = a_counting_gateway(one, throttle=["2/s", "3/min"])
    assert passing(gateway, *["t.one"] * 3) == [True, True, False]
    clock.now += 1
    assert passing(gateway, *["t.one"] * 3) == [True, False, False]
    clock.now += 59
    assert passing(gateway, *["t.one"] * 3) == [True, True, False]


def test_by_user_else_by_address():
    gateway = a_counting_gateway(one, throttle="1/h")
    ann = SimpleNamespace(is_authenticated=True, pk=1)
    ben = SimpleNamespace(is_authenticated=True, pk=2)
    assert passing(gateway, "t.one", request=from_address("10.0.0.1", ann)) == [True]
    assert passing(gateway, "t.one", request=from_address("10.0.0.2", ann)) == [False]
    assert passing(gateway, "t.one", request=from_address("10.0.0.1", ben)) == [True]
    assert passing(gateway, "t.one", request=from_address("10.0.0.1")) == [True]
    assert passing(gateway, "t.one", request=from_address("10.0.0.1")) == [False]
    assert passing(gateway, "t.one", request=from_address("10.0.0.2")) == [True]


@pytest.mark.parametrize(
    "named", [Caller, lambda name: get_user_model()(username=name), lambda name: lazy(name)]
)
def test_users_without_a_primary_key_are_told_apart_by_their_names(named):
    gateway = a_counting_gateway(one, throttle="1/h")
    assert passing(gateway, "t.one", request=from_address(user=named("ann"))) == [True]
    assert passing(gateway, "t.one", request=from_address(user=named("ben"))) == [True]
    assert passing(gateway, "t.one", request=from_address(user=named("ann"))) == [False]


def lazy(name):
    return SimpleLazyObject(lambda: Caller(name))


def test_a_user_that_nothing_tells_from_others_makes_no_counted_call(caplog):
    gateway = a_counting_gateway(one, throttle="1/h")
    user = SimpleNamespace(is_authenticated=True, get_username=lambda: "")
    response = answer(gateway, a_request("t.one"), request=from_address(user=user))
    assert response["error"]["code"] == -32603
    assert "can't tell callers apart: let the authenticator return a saved user" in caplog.text


def test_by_address_whoever_is_logged_in():
    gateway = a_counting_gateway(one, throttle=Throttle("1/h", by="address"))
    for pk, passes in ((1, True), (2, False)):
        user = SimpleNamespace(is_authenticated=True, pk=pk)
        assert passing(gateway, "t.one", request=from_address(user=user)) == [passes]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("", "", True),
    ],
)
def test_an_ipv6_address_counts_as_its_network(first, second, same):
    gateway = a_counting_gateway(one, throttle="1/h")
    assert passing(gateway, "t.one", request=from_address(first)) == [True]
    assert passing(gateway, "t.one", request=from_address(second)) == [not same]


def test_by_a_function_which_may_exempt():
    throttle = Throttle("1/h", by=lambda request: request.headers.get("X-Tenant"))
    gateway = a_counting_gateway(one, throttle=throttle)

    def of(tenant):
        headers = {} if tenant is None else {"X-Tenant": tenant}
        return RequestFactory().post(URL, headers=headers)

    assert passing(gateway, "t.one", "t.one", request=of("a" * 5000)) == [True, False]
    assert passing(gateway, "t.one", "t.one", request=of("b")) == [True, False]
    assert passing(gateway, "t.one", "t.one", request=of(None)) == [True, True]


def test_the_projects_throttle_is_one_budget_for_all_that_has_no_own():
    gateway = a_counting_gateway(one, two, project=True)
    gateway.registry.register(throttle="1/h")(lambda request: None)
    (own,) = set(gateway.registry.methods) - {"t.one", "t.two"}
    with override_settings(ADJAX_THROTTLE="4/h"):
        assert passing(gateway, "t.one", own, "t.two") == [True, True, True]
        # Unknown methods and what is no Request count, and so does a body that is no JSON.
        batch = [a_request("t.unknown"), 5, a_request("t.one")]
        codes = [each["error"]["code"] for each in answer(gateway, batch, request=from_address())]
        assert codes == [-32601, -32600, -32006]
        assert answer(gateway, b"{", request=from_address())["error"]["code"] == -32006
        assert passing(gateway, own) == [False]


def test_unknown_notifications_count():
    gateway = a_counting_gateway(one, project=True)
    with override_settings(ADJAX_THROTTLE="2/h"):
        batch = [a_request("t.unknown", request_id=...)] * 2
        assert answer(gateway, batch, request=from_address()) is None
        assert passing(gateway, "t.one") == [False]


@pytest.mark.parametrize("throttle", [False, (), []])
def test_a_method_may_be_exempt_from_the_projects_throttle(throttle):
    gateway = a_counting_gateway(one, throttle=throttle, project=True)
    with override_settings(ADJAX_THROTTLE="1/h"):
        assert passing(gateway, *["t.one"] * 3) == [True, True, True]


half_hourly = [Throttle("1/30min", by="address"), "9/h"]


def test_guesses_of_what_a_hidden_method_asks_for_are_counted(clock):
    ran, asked = [], []

    def guarded(request, code: str) -> None:
        ran.append(code)

    def knows(request, params):
        asked.append(params["code"])
        return params["code"] == "111"

    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(hidden=True, access=knows, throttle="5/min")(guarded)
    hooks = Hooks(throttle=throttling.throttle_entries, count_quietly=throttling.count_quietly)
    gateway = Gateway(registry, hooks=hooks)

    def guess(*codes, name="t.guarded"):
        request = from_address()
        batch = [a_request(name, [code]) for code in codes]
        answers = answer(gateway, batch, request=request)
        assert not hasattr(request, "adjax_retry_after")
        return answers

    (unknown,) = guess("1", name="t.unknown")
    assert guess("106") == [unknown]
    assert guess("107", "108", "109") == [unknown] * 3
    assert guess("110", "111", "112") == [unknown] * 3  # the right one comes too late
    assert guess("111") == [unknown]
    assert (len(asked), ran) == (5, [])
    clock.now += 61
    assert "result" in guess("111")[0]
    assert ran == ["111"]


def test_a_cache_that_fails_does_not_show_a_hidden_method():
    def fail(request, method):
        raise RuntimeError("the cache is gone")

    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(hidden=True, access=lambda request, params: True, throttle="5/min")(one)
    reported = []
    hooks = Hooks(
        throttle=throttling.throttle_entries,
        count_quietly=fail,
        report=lambda what, *args: reported.append(what),
    )
    gateway = Gateway(registry, hooks=hooks)
    hidden, unknown = (
        answer(gateway, a_request(name), request=from_address()) for name in ("t.one", "t.no")
    )
    assert hidden == unknown
    assert reported == ["t.one"]


@pytest.mark.parametrize(
    "setting",
    ["1/h", Throttle("1/h"), ["1/h", "5/d"], "tests.integration.test_throttling.half_hourly"],
)
def test_the_projects_throttle_can_be_said_in_several_ways(setting):
    gateway = a_counting_gateway(one, project=True)
    with override_settings(ADJAX_THROTTLE=setting):
        assert passing(gateway, "t.one", "t.one") == [True, False]


def test_nothing_is_asked_of_the_cache_without_a_throttle():
    gateway = a_counting_gateway(one)
    with override_settings(CACHES={}):  # there is none
        assert passing(gateway, "t.one") == [True]


NOWHERE = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "unix:///nowhere",
    }
}


@override_settings(CACHES=NOWHERE)
def test_without_its_cache_nothing_runs(caplog):
    ran = []
    gateway = a_counting_gateway(lambda request: ran.append(1), throttle="1/h")
    (name,) = gateway.registry.methods
    response = answer(gateway, [a_request(name)], request=from_address())
    assert response["error"]["code"] == -32603
    assert response["error"]["data"]["reference"] in caplog.text
    assert ran == []


def test_a_count_that_lost_its_end_does_not_block_for_ever(clock):
    """A process that died between opening a window and saying when it ends."""
    gateway = a_counting_gateway(one, throttle="1/min")
    assert passing(gateway, "t.one", "t.one") == [True, False]
    (key,) = [each.partition(":1:")[2] for each in cache._cache if not each.endswith(".end")]
    cache.delete(f"{key}.end")
    cache.touch(key, None)
    assert passing(gateway, "t.one") == [False]
    clock.now += 60
    assert passing(gateway, "t.one") == [True]


# ── over HTTP ──


class Sync:
    def post(self, body):
        return Client().generic("POST", URL, json.dumps(body), "application/json")


class Async:
    def post(self, body):
        return asyncio.run(AsyncClient().generic("POST", URL, json.dumps(body), "application/json"))


@pytest.fixture(params=[Sync, Async], ids=["WSGI", "ASGI"])
def http(request):
    return request.param()


METHODS = ["shapes.seldom", "shapes.seldom_later"]


@pytest.mark.parametrize("method", METHODS)
def test_a_body_that_is_refused_as_a_whole_is_429(http, method, clock):
    assert http.post([a_request(method), a_request(method)]).status_code == 200
    clock.now += 0.7
    for body in (a_request(method), [a_request(method), a_request(method, request_id=...)]):
        response = http.post(body)
        assert (response.status_code, response["Retry-After"]) == (429, "60")
        answers = response.json()
        error = (answers[0] if isinstance(answers, list) else answers)["error"]
        assert error == {"code": -32006, "message": "Rate limited", "data": {"retryAfter": 59.3}}
        assert math.ceil(error["data"]["retryAfter"]) == int(response["Retry-After"])


@pytest.mark.parametrize("method", METHODS)
def test_a_body_of_which_something_was_looked_at_is_200(http, method):
    response = http.post([a_request(method, request_id=index) for index in range(3)])
    assert (response.status_code, "Retry-After" in response) == (200, False)
    assert ["result" in each for each in response.json()] == [True, True, False]
    response = http.post([a_request(method), a_request("shapes.add", [1])])
    assert response.status_code == 200
    # A Notification has passed, though all that is answered is refused.
    response = http.post([a_request(method), a_request("shapes.add", [1], ...)])
    assert response.status_code == 200


@pytest.mark.parametrize("method", METHODS)
def test_refused_notifications_are_not_answered(http, method):
    http.post([a_request(method), a_request(method)])
    assert http.post(a_request(method, request_id=...)).status_code == 204


def test_the_projects_throttle_over_http(http):
    with override_settings(ADJAX_THROTTLE="2/min"):
        assert http.post([a_request("shapes.add", [1]), {}]).status_code == 200
        response = http.post(a_request("rpc.discover"))
        assert response.status_code == 429
        assert response.json()["error"]["code"] == -32006


def test_a_refused_call_undoes_a_batch_that_is_all_or_nothing(http):
    with override_settings(ADJAX_ATOMIC_BATCH=True, ADJAX_THROTTLE="2/min"):
        batch = [a_request(name, [1]) for name in ("shapes.add", "shapes.unknown", "shapes.add")]
        first, second, third = http.post(batch).json()
        assert (first["error"]["code"], second["error"]["code"]) == (-32009, -32601)
        assert first["error"]["data"] == {"entry": 1, "code": -32601}
        assert third["error"]["code"] == -32006
    cache.clear()
    with override_settings(ADJAX_ATOMIC_BATCH=True):
        first, second, third = http.post([a_request("shapes.seldom")] * 3).json()
        assert [each["error"]["code"] for each in (first, second, third)] == [
            -32009,
            -32009,
            -32006,
        ]
        assert first["error"]["data"] == {"entry": 2, "code": -32006}


def test_a_body_without_throttled_calls_is_not_counted():
    counted = []

    def throttle(request, methods):
        counted.append(len(methods))
        return [None] * len(methods)

    async def later(request) -> int:
        return 1

    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(later)
    registry.register(throttle="1/min")(one)
    registry.register(access=lambda request, params: True, hidden=True)(two)
    gateway = Gateway(registry, hooks=Hooks(throttle=throttle))
    for methods in (["t.later"], ["t.two", "t.later"], ["t.one", "t.later"]):
        body = json.dumps([a_request(method) for method in methods]).encode()
        assert b"error" not in asyncio.run(gateway.ahandle(body))
    assert counted == [2]
