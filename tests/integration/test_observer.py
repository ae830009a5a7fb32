"""Signals of calls: one of each kind for each call, without what nobody asked for."""

from __future__ import annotations

import asyncio
import functools
import json
import threading
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import AsyncClient, Client, override_settings

from adjax_jsonrpc import Registry, Serializer, registry, signals
from adjax_jsonrpc.calls.hooks import Hooks
from adjax_jsonrpc.gateway import Gateway
from adjax_jsonrpc.integration import observer
from tests.support.calls import a_request, answer

NAMES = ("call_started", "call_failed", "call_finished", "batch_finished")


def wsgi(body):
    return Client(raise_request_exception=False).post("/rpc/", body, "application/json")


def asgi(body):
    client = AsyncClient(raise_request_exception=False)
    return asyncio.run(client.post("/rpc/", body, content_type="application/json"))


@pytest.fixture(params=[wsgi, asgi], ids=["WSGI", "ASGI"])
def send(request):
    def send(*calls, batch=False):
        body = calls if batch or len(calls) > 1 else calls[0]
        response = request.param(json.dumps(body))
        return response.json() if response.content else None

    return send


@pytest.fixture
def heard():
    """What each signal told, in order: its name and the rest."""
    told = []
    receivers = {}
    for name in NAMES:

        def receiver(signal, sender, request, user, name=name, **rest):
            assert sender is registry and request.path == "/rpc/" and user is request.user
            duration = rest.pop("duration", 0.0)
            assert isinstance(duration, float) and duration >= 0
            told.append((name, rest))

        receivers[name] = receiver
        getattr(signals, name).connect(receiver)
    yield told
    for name, receiver in receivers.items():
        getattr(signals, name).disconnect(receiver)


def fine(method):
    return [
        ("call_started", {"method": method}),
        ("call_finished", {"method": method, "code": None, "reference": None}),
    ]


def failed(method, code, reference=None):
    outcome = {"method": method, "code": code, "reference": reference}
    return [
        ("call_started", {"method": method}),
        ("call_failed", outcome),
        ("call_finished", outcome),
    ]


@pytest.mark.parametrize("method", ["shapes.add", "shapes.later"])
@pytest.mark.parametrize("request_id", [1, ...])
def test_a_call_that_goes_well(send, heard, method, request_id):
    send(a_request(method, [1], request_id))
    assert heard == fine(method)


@pytest.mark.parametrize("request_id", [1, ...])
@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("shapes.add", ["one"], -32602),
        ("shapes.later", ["one"], -32602),
        ("shapes.fail", ["rpc"], 7),
        ("shapes.fail", ["404"], -32004),
        ("shapes.give", ["error"], 9),
    ],
)
def test_a_call_that_fails(send, heard, method, params, code, request_id):
    send(a_request(method, params, request_id))
    assert heard == failed(method, code)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["shapes.whoami", "shapes.later_whoami"])
def test_a_call_that_is_refused(send, heard, method):
    send(a_request(method))
    assert heard == failed(method, -32001)


@pytest.mark.parametrize("method", ["shapes.lies", "shapes.later_boom"])
def test_an_internal_error_has_its_reference(send, heard, method):
    response = send(a_request(method))
    assert heard == failed(method, -32603, response["error"]["data"]["reference"])


def test_what_is_no_call_has_no_signals(send, heard):
    for body in (5, {}, a_request("shapes.nowhere")):
        send(body)
    assert not heard


def test_a_batch_tells_of_its_calls_and_of_its_end(send, heard):
    send(
        a_request("shapes.add", [1]),
        a_request("shapes.later", ["one"], ...),
        5,
        a_request("shapes.nowhere", [], ...),
        a_request("shapes.fail", ["rpc"]),
        a_request("shapes.add", ["one"], ...),
    )
    *calls, (name, rest) = heard
    assert (name, rest) == ("batch_finished", {"count": 6, "failed": 5})
    expected = [*fine("shapes.add"), *failed("shapes.later", -32602)]
    expected += [*failed("shapes.fail", 7), *failed("shapes.add", -32602)]
    assert sorted(map(repr, calls)) == sorted(map(repr, expected))


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_told_once_that_is_decided(send, heard):
    def written(sender, **kwargs):
        get_user_model().objects.create(username="heard")

    signals.batch_finished.connect(written)
    signals.call_failed.connect(written)
    try:
        with override_settings(ADJAX_ATOMIC_BATCH=True):
            send(a_request("shapes.write", ["a"]), a_request("shapes.write", ["b", True]))
    finally:
        signals.batch_finished.disconnect(written)
        signals.call_failed.disconnect(written)
    codes = [rest["code"] for name, rest in heard if name == "call_finished"]
    assert codes == [-32009, -32603]
    assert [name for name, _ in heard][:2] == ["call_started", "call_started"]
    assert [each.username for each in get_user_model().objects.all()] == ["heard"]


# ── receivers ──


def test_a_receiver_that_fails_changes_no_answer(send, caplog):
    def named(**kwargs):
        raise ValueError("of a function")

    async def later(**kwargs):
        raise ValueError("of a coroutine function")

    def leaves(**kwargs):
        raise SystemExit("of one that leaves")

    nameless = functools.partial(named)
    connected = [named, later, nameless, leaves]
    for name in NAMES:
        for receiver in connected:
            getattr(signals, name).connect(receiver)
    try:
        first, second, third = send(
            a_request("shapes.add", [1]), a_request("shapes.later", [2]), a_request("shapes.add")
        )
    finally:
        for name in NAMES:
            for receiver in connected:
                getattr(signals, name).disconnect(receiver)
    assert (first["result"], second["result"], third["error"]["code"]) == (2, 2, -32602)
    assert "of a function" in caplog.text


def test_receivers_may_be_coroutine_functions(send):
    heard = []

    async def later(method, **kwargs):
        await asyncio.sleep(0)
        heard.append(method)

    signals.call_finished.connect(later)
    try:
        send(a_request("shapes.add", [1]))
        send(a_request("shapes.later", [1]))
    finally:
        signals.call_finished.disconnect(later)
    assert heard == ["shapes.add", "shapes.later"]


# ── params ──


@pytest.fixture
def params():
    """The params that call_started told."""
    told = []

    def receiver(params, **kwargs):
        told.append(params)

    signals.call_started.connect(receiver)
    with override_settings(ADJAX_SIGNAL_PARAMS=True):
        yield told
    signals.call_started.disconnect(receiver)


@pytest.mark.parametrize(
    ("method", "sent", "expected"),
    [
        ("shapes.add", [1, 2], [1, 2]),
        ("shapes.add", {"a": 1}, {"a": 1}),
        ("shapes.add", None, []),
        ("shapes.secretive", ["ann", "pw"], ["ann", "********"]),
        (
            "shapes.secretive",
            {"password": "pw", "name": "ann"},
            {"password": "********", "name": "ann"},
        ),
        (
            "shapes.secretive",
            {"Password": "pw", "name": "ann"},
            {"Password": "********", "name": "ann"},
        ),
        ("shapes.secretive", ["ann", "pw", "pw"], ["ann", "********", "********"]),
        ("shapes.secretive", ["ann"], ["ann"]),
        ("shapes.later_secretive", ["ann", "pw"], ["ann", "********"]),
        ("shapes.later_secretive", {"password": "pw"}, {"password": "********"}),
        ("shapes.all_secret", ["a", "b"], ["********", "********"]),
        ("shapes.all_secret", {"a": "b"}, {"a": "********"}),
        ("legacy.subtract", [2, 1], ["********", "********"]),
        ("legacy.subtract", {"a": 2, "b": 1}, {"a": "********", "b": "********"}),
    ],
)
def test_params_are_told_without_what_is_sensitive(send, params, method, sent, expected):
    send(a_request(method, sent))
    assert params == [expected]


def test_params_of_a_hidden_method_are_told_as_they_were_sent(params):
    def method(request, when: date, days: list[date]) -> None: ...

    own = Registry(Serializer(), app_label=lambda module: "t")
    own.register(access=lambda request, arguments: True, hidden=True)(method)
    gateway = Gateway(own, hooks=Hooks(observe=observer.observe))
    for sent in (["2026-11-22", ["2026-11-23"]], {"when": "2026-11-22", "days": ["2026-11-23"]}):
        assert "result" in answer(gateway, a_request("t.method", sent))
        assert params.pop() == sent


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("shapes.day", ["2026-11-22T09:30:00Z"]),
        ("shapes.sort_in_place", [[3, 1, 2]]),
    ],
)
def test_every_signal_of_a_call_tells_the_params_as_they_were_sent(send, method, sent):
    told = []

    def receiver(params, **kwargs):
        told.append(json.loads(json.dumps(params)))
        params[0] = "changed by a receiver"

    connected = [signals.call_started, signals.call_finished]
    for signal in connected:
        signal.connect(receiver)
    try:
        with override_settings(ADJAX_SIGNAL_PARAMS=True):
            assert "result" in send(a_request(method, sent))
    finally:
        for signal in connected:
            signal.disconnect(receiver)
    assert told == [sent, sent]


def test_receivers_get_a_copy(send):
    def receiver(params, **kwargs):
        for each in params:
            each.clear()
        params.clear()

    signals.call_started.connect(receiver)
    try:
        with override_settings(ADJAX_SIGNAL_PARAMS=True):
            assert send(a_request("shapes.sort_in_place", [[2, 1]]))["result"] == [1, 2]
    finally:
        signals.call_started.disconnect(receiver)


def test_nobody_is_told_where_nobody_listens(rf):
    assert observer.observe(rf.post("/rpc/")) is None


def test_a_call_that_is_refused_for_its_rate_is_told_of(send, heard):
    cache.clear()
    send(a_request("shapes.seldom"), a_request("shapes.seldom"), a_request("shapes.seldom"))
    told = [rest.get("code") for name, rest in heard if name == "call_finished"]
    assert sorted(told, key=str) == [-32006, None, None]
    assert [name for name, _ in heard].count("call_started") == 3
    assert heard[-1] == ("batch_finished", {"count": 3, "failed": 1})


@pytest.mark.parametrize("method", ["shapes.never", "shapes.stubborn"])
def test_a_late_call_is_told_of_once(send, heard, method):
    assert send(a_request(method))["error"]["code"] == -32008
    assert heard == failed(method, -32008)


@pytest.mark.parametrize("slow", [signals.call_started, signals.call_finished])
def test_no_call_is_late_for_being_told_of(send, heard, slow):
    def receiver(**told):
        threading.Event().wait(0.05)  # several times as long as the call may take

    slow.connect(receiver)
    try:
        assert send(a_request("shapes.prompt"))["result"] == "in time"
        assert heard == fine("shapes.prompt")
        heard.clear()
        first, second = send(a_request("shapes.prompt"), a_request("shapes.never"))
    finally:
        slow.disconnect(receiver)
    assert first["result"] == "in time"
    assert second["error"]["code"] == -32008
    assert of("shapes.prompt", heard) == fine("shapes.prompt")
    assert of("shapes.never", heard) == failed("shapes.never", -32008)


def of(method, heard):
    return [(name, told) for name, told in heard if told.get("method") == method]


def test_a_call_that_did_not_begin_in_time_is_told_of(send, heard):
    with override_settings(ADJAX_MAX_BATCH_SECONDS=1e-9):
        send(a_request("shapes.add", [1]), a_request("shapes.add", [1]))
    told = [rest["code"] for name, rest in heard if name == "call_finished"]
    assert told == [None, -32008]
    assert heard[-1] == ("batch_finished", {"count": 2, "failed": 1})


def test_an_asynchronous_call_that_did_not_begin_in_time_is_told_of(send, heard):
    with override_settings(ADJAX_MAX_BATCH_SECONDS=1e-9):
        send(a_request("shapes.prompt"))
    assert heard == failed("shapes.prompt", -32008)
