"""What a failed call wrote is gone, what its neighbours wrote stays."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest
from django.contrib.auth import get_user_model
from django.core.signals import got_request_exception
from django.db import IntegrityError, connection, connections
from django.db import transaction as django_transaction
from django.test import AsyncClient, Client, override_settings

from adjax_jsonrpc import RegistrationError, Registry
from adjax_jsonrpc.http.endpoint import gateway
from adjax_jsonrpc.integration.transactions import (
    aliases_of_batches,
    aliases_of_calls,
    check_databases,
    transaction,
)
from tests.shapes import ajax
from tests.support.calls import a_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atomic_requests():
    for value in (True, False):
        connection.settings_dict["ATOMIC_REQUESTS"] = value
        gateway.cache_clear()  # which reads it once
        if value:
            yield


@pytest.fixture
def all_or_nothing():
    with override_settings(ADJAX_ATOMIC_BATCH=True):
        yield


def wsgi(body):
    client = Client(raise_request_exception=False)
    return client.post("/rpc/", body, content_type="application/json")


def asgi(body):
    client = AsyncClient(raise_request_exception=False)
    return asyncio.run(client.post("/rpc/", body, content_type="application/json"))


def send(*calls, through=wsgi):
    body = [
        call
        if not isinstance(call, tuple)
        else a_request(call[0], call[1] if len(call) > 1 else None, index)
        for index, call in enumerate(calls)
    ]
    response = through(json.dumps(body))
    assert response.status_code in (200, 204)
    return response.json() if response.content else None


def codes(responses):
    return [each["error"]["code"] if "error" in each else None for each in responses]


both = pytest.mark.parametrize("through", [wsgi, asgi], ids=["WSGI", "ASGI"])


def names():
    return sorted(get_user_model().objects.values_list("username", flat=True))


BATCH = [
    ("shapes.write", ["first"]),
    ("shapes.write", ["raises", True]),
    ("shapes.write_unsendable", ["unsendable"]),
    ("shapes.write_wrong", ["wrong"]),
    ("shapes.write_error", ["error"]),
    ("shapes.write_unkept", ["unkept"]),
    ("shapes.write", ["last"]),
]


def test_under_atomic_requests_each_call_stands_for_itself(atomic_requests):
    responses = send(*BATCH)
    assert [each.get("result") for each in responses] == [1, None, None, None, None, None, 2]
    assert names() == ["first", "last"]


def test_a_notification_that_fails_is_rolled_back_too(atomic_requests):
    wsgi(json.dumps(a_request("shapes.write", ["raises", True], ...)))
    assert names() == []


def test_synchronous_methods_under_asgi_are_rolled_back_too(atomic_requests):
    responses = send(*BATCH, through=asgi)
    assert [each.get("result") for each in responses] == [1, None, None, None, None, None, 2]
    assert names() == ["first", "last"]


def test_without_atomic_requests_django_decides():
    assert send(("shapes.in_a_transaction", []))[0]["result"] is False
    send(("shapes.write", ["kept", True]))
    assert names() == ["kept"]


def test_a_method_may_be_atomic_by_itself():
    send(("shapes.write_atomic", ["gone"]))
    assert names() == []


def test_a_method_may_stay_out_of_transactions(atomic_requests):
    assert send(("shapes.in_a_transaction", []))[0]["result"] is True
    send(("shapes.write_never_atomic", ["kept"]))
    assert names() == ["kept"]


def test_a_queryset_of_values_is_sent():
    send(("shapes.write", ["b"]), ("shapes.write", ["a"]))
    assert send(("shapes.users", []))[0]["result"] == [{"username": "a"}, {"username": "b"}]


# ── databases ──


def test_a_commit_that_fails_is_an_error_of_its_call(atomic_requests):
    refused, served = send(("shapes.write_unkept", ["gone"]), ("shapes.write", ["kept"]))
    assert refused["error"]["code"] == -32603 and list(refused["error"]["data"]) == ["reference"]
    assert served["result"] == 1
    assert names() == ["kept"]


def test_an_integrity_error_is_an_error_of_its_call(atomic_requests):
    first, again, last = send(
        ("shapes.write", ["ann"]), ("shapes.write", ["ann"]), ("shapes.write", ["bob"])
    )
    assert (first["result"], again["error"]["code"], last["result"]) == (1, -32603, 2)
    assert names() == ["ann", "bob"]


def resolved(**options):
    registry = Registry(app_label=lambda module: "t")

    @registry.register(**options)
    def f(request) -> None: ...

    check_databases(registry)
    return registry.get("t.f")


def test_using_makes_a_transaction_on_its_databases():
    for using in ("default", ["default"], ("default", "default")):
        with transaction(resolved(using=using))():
            assert connection.in_atomic_block
        assert not connection.in_atomic_block
    assert transaction(resolved()) is None


def test_the_databases_of_atomic_requests_come_on_top_of_those_of_using(monkeypatch):
    settings = {"default": {"ATOMIC_REQUESTS": True}, "log": {}, "other": {}}
    monkeypatch.setattr(connections, "settings", settings)
    for options, expected in [
        ({}, {"default"}),
        ({"atomic": True}, {"default"}),
        ({"atomic": False}, set()),
        ({"using": "log"}, {"default", "log"}),
        ({"using": ["other", "log"]}, {"default", "other", "log"}),
    ]:
        assert set(aliases_of_calls(resolved(**options))) == expected
    assert set(aliases_of_batches()) == {"default"}


def test_a_database_that_is_not_there_is_refused():
    with pytest.raises(RegistrationError, match=r"t\.f \(.*: using='log' is not in DATABASES"):
        resolved(using="log")


def test_options_that_say_nothing_together_are_refused():
    with pytest.raises(RegistrationError, match=r"using= has no effect with atomic=False"):
        resolved(using="default", atomic=False)


@pytest.mark.parametrize("options", [{"atomic": True}, {"using": "default"}])
def test_a_transaction_around_an_asynchronous_method_is_refused(options):
    registry = Registry(app_label=lambda module: "t")

    @registry.register(**options)
    async def f(request) -> None: ...

    with pytest.raises(
        RegistrationError, match=r"t\.f \(.*: an asynchronous method can.t run in a transaction"
    ):
        registry.resolve()


def test_asynchronous_methods_have_no_transaction(atomic_requests):
    for through in (wsgi, asgi):
        assert codes(send(("shapes.later_write", [through.__name__]), through=through)) == [None]
    assert names() == ["asgi", "wsgi"]


# ── callbacks of on_commit ──


@pytest.fixture
def told():
    ajax.told.clear()
    return ajax.told


@both
@pytest.mark.parametrize("fail", [False, True])
def test_a_callback_that_fails_is_reported_and_its_call_is_committed(through, fail, told, caplog):
    reported = []

    def report(sender, request, **kwargs):
        reported.append(sys.exc_info()[1])

    got_request_exception.connect(report)
    try:
        (response,) = send(("shapes.write_and_tell", ["ann", fail]), through=through)
    finally:
        got_request_exception.disconnect(report)
    assert response["result"] == 1 and names() == ["ann"]
    assert [type(each) for each in reported] == [ValueError] * fail
    assert told == ([] if fail else ["ann"])  # as in Django: it may depend on the one that failed
    logged = [each for each in caplog.records if each.name == "django.request"]
    assert len(logged) == fail
    if fail:
        text = logged[0].getMessage()
        assert text.startswith("the on_commit callback _do_not_listen failed, reference ")
        assert "a secret of the callback" in caplog.text


@both
def test_a_callback_that_fails_harms_no_neighbour(through, told):
    calls = [("shapes.write_and_tell", [name, name == "b"]) for name in ("a", "b", "c")]
    assert [each["result"] for each in send(*calls, through=through)] == [1, 2, 3]
    assert told == ["a", "c"]


@both
def test_a_callback_that_fails_fails_no_atomic_batch(through, told, all_or_nothing):
    calls = [("shapes.write_and_tell", [name, name == "b"]) for name in ("a", "b", "c")]
    assert [each["result"] for each in send(*calls, through=through)] == [1, 2, 3]
    assert names() == ["a", "b", "c"]
    assert told == ["a", "c"]


def test_callbacks_of_a_call_that_is_rolled_back_do_not_run(told, all_or_nothing):
    send(("shapes.write_and_tell", ["a"]), ("shapes.write", ["b", True]))
    assert told == []


def test_in_a_transaction_of_a_test_case_callbacks_are_left_alone(told):
    with django_transaction.atomic():
        send(("shapes.write_and_tell", ["a"]), ("shapes.write_and_tell", ["b"]))
        callbacks = [callback for _, callback, _ in connection.run_on_commit]
    assert [each.args for each in callbacks] == [(False,), ("a",), (False,), ("b",)]
    assert told == ["a", "b"]


# ── database errors that a method catches ──

SWALLOWED = ["orm", "set_rollback"]
if connection.vendor == "postgresql":
    SWALLOWED += ["query", "cursor"]
else:
    SWALLOWED += ["rolled back by the database"]


@both
@pytest.mark.parametrize("how", SWALLOWED)
def test_a_transaction_that_can_not_be_committed_is_no_success(through, how, caplog):
    response, neighbour = send(
        ("shapes.write_and_swallow", ["ann", how]), ("shapes.write", ["ben"]), through=through
    )
    assert response["error"]["code"] == -32603
    assert neighbour["result"] == 1
    assert names() == ["ben"]
    assert "shapes.write_and_swallow failed, reference" in caplog.text
    assert "can only be rolled back" in caplog.text


@both
@pytest.mark.parametrize("how", [how for how in SWALLOWED if how != "rolled back by the database"])
def test_nor_is_one_call_in_an_atomic_batch(through, how, all_or_nothing, caplog):
    responses = send(
        ("shapes.write", ["ben"]), ("shapes.write_and_swallow", ["ann", how]), through=through
    )
    assert codes(responses) == [-32009, -32603]
    assert names() == []
    assert "can only be rolled back" in caplog.text


def test_an_error_in_a_savepoint_of_its_own_may_be_caught():
    assert send(("shapes.write_and_swallow", ["ann", "savepoint"]))[0]["result"] == "written"
    assert names() == ["ann"]


# ── batches that are all or nothing ──


def rolled_back(entry, code):
    data = {"entry": entry, "code": code}
    return {"code": -32009, "message": "Rolled back", "data": data}


@both
def test_a_batch_without_errors_is_kept(all_or_nothing, through):
    responses = send(("shapes.write", ["a"]), ("shapes.write", ["b"]), through=through)
    assert [each["result"] for each in responses] == [1, 2]
    assert names() == ["a", "b"]


@both
def test_where_one_call_fails_all_are_undone(all_or_nothing, through):
    first, *_ = responses = send(*BATCH, through=through)
    assert codes(responses) == [-32009, -32603, -32603, -32603, 5, -32009, -32009]
    assert first["error"] == rolled_back(1, -32603)
    assert names() == []


@both
@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (5, -32600),
        ({"jsonrpc": "2.0", "method": 5, "id": 1}, -32600),
        (a_request("shapes.nowhere"), -32601),
        (a_request("shapes.nowhere", None, ...), -32601),
        (a_request("shapes.add", ["one"]), -32602),
        (a_request("shapes.add", ["one"], ...), -32602),
        (a_request("shapes.whoami"), -32001),
        (a_request("shapes.fail", ["dispatch"], ...), -32000),
        (a_request("shapes.fail", ["no code"], ...), -32603),
        (a_request("shapes.later_write", ["c"]), -32600),
        (a_request("shapes.later_write", ["c"], ...), -32600),
        (a_request("shapes.write_never_atomic", ["c"]), -32600),
    ],
)
def test_whatever_entry_fails_all_are_undone(all_or_nothing, through, entry, code):
    calls = [("shapes.write", ["a"]), entry, ("shapes.write", ["b"])]
    responses = send(*calls, through=through)
    assert responses[0]["error"] == responses[-1]["error"] == rolled_back(1, code)
    assert codes(responses[1:-1]) in ([code], [])
    assert names() == []


def test_what_can_not_be_undone_is_refused_before_anything_has_run(all_or_nothing):
    call = ("shapes.later_write", ["c"])
    _, refused = send(("shapes.write", ["a"]), call)
    assert refused["error"]["data"] == ("an asynchronous method can't be in an atomic batch")
    alone = wsgi(json.dumps(a_request(*call))).json()
    assert alone["result"] == 1


def test_who_may_not_call_a_method_does_not_learn_what_kind_it_is(all_or_nothing):
    assert codes(send(("shapes.later_whoami",), ("shapes.write", ["a"]))) == [-32001, -32009]


@both
def test_a_commit_that_fails_is_an_error_of_every_call(all_or_nothing, through):
    calls = [("shapes.write", ["a"]), ("shapes.write_unkept", ["b"]), ("shapes.write", ["c"])]
    with override_settings(ADJAX_ERRORS={IntegrityError: (1009, "Not consistent")}):
        responses = send(*calls, through=through)
    assert codes(responses) == [1009, 1009, 1009]
    responses = send(*calls, through=through)
    assert codes(responses) == [-32603, -32603, -32603]
    assert len({each["error"]["data"]["reference"] for each in responses}) == 1
    assert names() == []


def test_results_that_are_not_sent_do_not_count(all_or_nothing):
    large = ("shapes.large", [1000])
    with override_settings(ADJAX_MAX_RESPONSE_BYTES=2500):
        responses = send(large, large, ("shapes.fail", ["rpc"]))
        assert codes(responses) == [-32009, -32009, 7]
        assert codes(send(large, large, large)) == [-32009, -32009, -32005]


def test_a_single_request_is_as_ever(all_or_nothing):
    wsgi(json.dumps(a_request("shapes.write", ["kept", True])))
    assert names() == ["kept"]
