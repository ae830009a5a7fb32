"""The pipeline from bytes to bytes: docs/wire.md row by row, and the specification's examples."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import logging
import sys
import weakref
from contextlib import nullcontext
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonrpcserver import Success, dispatch

from adjax_jsonrpc import (
    Error,
    InvalidParams,
    JsonRpcError,
    Registry,
    RpcError,
    Schema,
    Serializer,
)
from adjax_jsonrpc.calls.hooks import Hooks
from adjax_jsonrpc.gateway import Gateway, Limits
from tests.support import strategies
from tests.support.calls import a_gateway, a_request, answer


def _specification_gateway(calls: list) -> Gateway:
    registry = Registry(Serializer(), app_label=lambda module: "x")

    def subtract(request, minuend, subtrahend):
        return minuend - subtrahend

    def update(request, *numbers):
        calls.append(numbers)

    def total(request, *numbers):
        return sum(numbers)

    def get_data(request):
        return ["hello", 5]

    # The specification's names have no app label: an application may give any dotted name.
    for function in (subtract, update, total, get_data):
        registry.register(function)
    return Gateway(registry)


SPECIFICATION = [
    (
        "positional parameters",
        '{"jsonrpc": "2.0", "method": "x.subtract", "params": [42, 23], "id": 1}',
        {"jsonrpc": "2.0", "result": 19, "id": 1},
    ),
    (
        "positional parameters the other way round",
        '{"jsonrpc": "2.0", "method": "x.subtract", "params": [23, 42], "id": 2}',
        {"jsonrpc": "2.0", "result": -19, "id": 2},
    ),
    (
        "named parameters",
        '{"jsonrpc": "2.0", "method": "x.subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
        {"jsonrpc": "2.0", "result": 19, "id": 3},
    ),
    (
        "named parameters the other way round",
        '{"jsonrpc": "2.0", "method": "x.subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
        {"jsonrpc": "2.0", "result": 19, "id": 4},
    ),
    ("a Notification", '{"jsonrpc": "2.0", "method": "x.update", "params": [1,2,3,4,5]}', None),
    ("a Notification of no method", '{"jsonrpc": "2.0", "method": "foobar"}', None),
    (
        "a method that does not exist",
        '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
        {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"},
    ),
    (
        "invalid JSON",
        '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
        {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None},
    ),
    (
        "an invalid Request",
        '{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
        {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None},
    ),
    (
        "a batch of invalid JSON",
        '[{"jsonrpc": "2.0", "method": "x.total", "params": [1,2,4], "id": "1"},'
        '{"jsonrpc": "2.0", "method"]',
        {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None},
    ),
    (
        "an empty array",
        "[]",
        {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None},
    ),
    (
        "an invalid batch that is not empty",
        "[1]",
        [{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None}],
    ),
    (
        "an invalid batch",
        "[1,2,3]",
        [{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None}]
        * 3,
    ),
    (
        "a batch",
        """[
            {"jsonrpc": "2.0", "method": "x.total", "params": [1,2,4], "id": "1"},
            {"jsonrpc": "2.0", "method": "x.update", "params": [7]},
            {"jsonrpc": "2.0", "method": "x.subtract", "params": [42,23], "id": "2"},
            {"foo": "boo"},
            {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
            {"jsonrpc": "2.0", "method": "x.get_data", "id": "9"}
        ]""",
        [
            {"jsonrpc": "2.0", "result": 7, "id": "1"},
            {"jsonrpc": "2.0", "result": 19, "id": "2"},
            {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": None},
            {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "5"},
            {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"},
        ],
    ),
    (
        "a batch of Notifications",
        """[
            {"jsonrpc": "2.0", "method": "x.update", "params": [1,2,4]},
            {"jsonrpc": "2.0", "method": "x.update", "params": [7]}
        ]""",
        None,
    ),
]


def _without_data(response):
    """The specification's examples have no ``data``, which a server may add."""
    if isinstance(response, list):
        return [_without_data(each) for each in response]
    if isinstance(response, dict) and "error" in response:
        error = {k: v for k, v in response["error"].items() if k != "data"}
        return {**response, "error": error}
    return response


@pytest.mark.parametrize(
    ("body", "expected"), [row[1:] for row in SPECIFICATION], ids=[row[0] for row in SPECIFICATION]
)
def test_examples_of_section_7_of_the_specification(body, expected):
    assert _without_data(answer(_specification_gateway([]), body.encode())) == expected


def test_notifications_are_carried_out():
    calls: list = []
    gateway = _specification_gateway(calls)
    assert answer(gateway, a_request("x.update", [1, 2], ...)) is None
    assert calls == [(1, 2)]


def add(request, a: int, b: int = 1) -> int:
    return a + b


def echo(request, value=None):
    return value


def give_request(request):
    return request


def boom(request):
    raise ValueError("the secret")


async def later(request, value):
    await asyncio.sleep(0)
    return value


# ── entries ──

INVALID = {"code": -32600, "message": "Invalid Request"}


@pytest.mark.parametrize(
    ("entry", "request_id"),
    [
        ({"jsonrpc": "2.0", "method": "t.add", "params": "bar", "id": 7}, 7),
        ({"jsonrpc": "2.0", "method": "t.add", "params": None, "id": "a"}, "a"),
        ({"jsonrpc": "2.0", "method": "t.add", "params": 1, "id": 1.5}, 1.5),
        ({"jsonrpc": "2.0", "method": 1, "id": 7}, 7),
        ({"jsonrpc": "2.0", "id": 7}, 7),
        ({"jsonrpc": "1.0", "method": "t.add", "params": [1], "id": 7}, 7),
        ({"jsonrpc": 2.0, "method": "t.add", "params": [1], "id": 7}, 7),
        ({"method": "t.add", "params": [1], "id": 7}, 7),
        ({"jsonrpc": "2.0", "method": "t.add", "params": [1], "id": True}, None),
        ({"jsonrpc": "2.0", "method": "t.add", "params": [1], "id": {}}, None),
        ({"jsonrpc": "2.0", "method": "t.add", "params": [1], "id": [1]}, None),
        ({"jsonrpc": "2.0", "method": "t.add", "params": 3, "id": None}, None),
        ({}, None),
        ("t.add", None),
        (None, None),
        ([], None),
        ([[]], None),
        (7, None),
        (True, None),
    ],
)
def test_an_entry_that_is_no_request_is_refused_alone(entry, request_id):
    good = a_request("t.add", [1], "good")
    refused, served = answer(a_gateway(add), [entry, good])
    assert refused["id"] == request_id and _without_data(refused)["error"] == INVALID
    assert isinstance(refused["error"]["data"], str)
    assert served == {"jsonrpc": "2.0", "result": 2, "id": "good"}


@pytest.mark.parametrize(
    "text", ["1", '"1"', "1.0", "1.10", "-0", "0", "1e3", "null", '""', '"\\u00e9"', "9" * 30]
)
def test_ids_are_echoed_exactly(text):
    single = f'{{"jsonrpc":"2.0","method":"t.add","params":[1],"id":{text}}}'
    expected = text.replace("\\u00e9", "é")
    content = a_gateway(add).handle(single.encode())
    assert content == f'{{"jsonrpc":"2.0","result":2,"id":{expected}}}'.encode()
    batch = a_gateway(add).handle(f"[3,{single}]".encode())
    assert batch.endswith(f'"id":{expected}}}]'.encode())


@pytest.mark.parametrize("text", ["1e2", "1e22", "1e23", "-123e20", "1.5e300", "1e308"])
def test_an_integer_in_scientific_notation_is_the_number_that_was_written(text):
    def same(request, value: Annotated[int, Schema(multipleOf=5)]) -> int:
        return value

    gateway = a_gateway(same)
    body = f'{{"jsonrpc":"2.0","method":"t.same","params":[{text}],"id":1}}'
    assert json.loads(gateway.handle(body.encode()))["result"] == int(Decimal(text))


def test_equal_integers_in_scientific_notation_share_their_digits():
    seen = []

    def method(request, values: list[int]):
        seen.extend(values)

    body = b'{"jsonrpc":"2.0","method":"t.method","params":[[1e308,10e307]],"id":1}'
    a_gateway(method).handle(body)
    assert seen[0] is seen[1]  # 160 bytes for 5 would be memory for the taking


@pytest.mark.parametrize(
    ("keyword", "bound", "fits"),
    [
        ("minimum", 10**23, True),
        ("exclusiveMinimum", 10**23, False),
        ("maximum", 10**23 - 1, False),
        ("const", 10**23, True),
        ("enum", [1, 10**23], True),
        ("multipleOf", 7, False),
    ],
)
def test_a_constraint_holds_for_the_number_that_was_written(keyword, bound, fits):
    def method(request, values):
        pass

    method.__annotations__ = {"values": list[Annotated[int, Schema(**{keyword: bound})]]}
    body = b'{"jsonrpc":"2.0","method":"t.method","params":[[1e23]],"id":1}'
    response = json.loads(a_gateway(method).handle(body))
    assert ("result" in response) is fits


def test_duplicate_ids_are_both_answered():
    both = answer(a_gateway(add), [a_request("t.add", [1]), a_request("t.add", [2])])
    assert [each["result"] for each in both] == [2, 3]


def test_other_members_of_a_request_are_ignored():
    gateway = a_gateway(add)
    assert answer(gateway, a_request("t.add", [1], auth="x", __type__="datetime"))["result"] == 2


def test_absent_params_are_no_params():
    gateway = a_gateway(add, echo)
    assert answer(gateway, a_request("t.echo"))["result"] is None
    assert answer(gateway, a_request("t.echo", []))["result"] is None
    assert answer(gateway, a_request("t.add"))["error"]["code"] == -32602


@pytest.mark.parametrize(
    "name", ["nope", "t.add\n", " t.add", "T.add", "add", "t.add.__call__", "t.__class__", "t", ""]
)
def test_only_registered_names_are_methods(name):
    response = answer(a_gateway(add), a_request(name, [1]))
    assert response["error"] == {"code": -32601, "message": "Method not found"}


def test_an_unknown_method_is_not_echoed():
    content = a_gateway(add).handle(json.dumps(a_request("x" * 10_000)).encode())
    assert len(content) < 100


# ── Notifications ──


@pytest.mark.parametrize(
    "notification",
    [
        a_request("t.add", [1], ...),
        a_request("t.add", ["x"], ...),
        a_request("t.nope", [], ...),
        a_request("t.boom", [], ...),
        a_request("t.later", [1], ...),
    ],
)
def test_a_notification_is_never_answered(notification):
    gateway = a_gateway(add, boom, later)
    assert answer(gateway, notification) is None
    assert answer(gateway, [notification, notification]) is None
    assert answer(gateway, [notification, a_request("t.add", [1])]) == [
        {"jsonrpc": "2.0", "result": 2, "id": 1}
    ]


def test_a_null_id_makes_no_notification():
    response = answer(a_gateway(add), a_request("t.add", [1], None))
    assert response == {"jsonrpc": "2.0", "result": 2, "id": None}


# ── results and errors ──


def test_a_response_has_exactly_one_of_result_and_error():
    gateway = a_gateway(echo, boom)
    assert answer(gateway, a_request("t.echo")) == {"jsonrpc": "2.0", "result": None, "id": 1}
    assert set(answer(gateway, a_request("t.boom"))) == {"jsonrpc", "error", "id"}


def test_one_result_that_cannot_be_encoded_is_one_error(caplog):
    def give_object(request):
        return {"deep": [object()]}

    bad, good = answer(
        a_gateway(give_object, echo), [a_request("t.give_object"), a_request("t.echo", [1])]
    )
    assert bad["error"]["code"] == -32603
    assert good["result"] == 1
    assert "/deep/0: a builtins.object can't be sent" in caplog.text


def test_the_text_of_an_exception_stays_in_the_log(caplog):
    response = answer(a_gateway(boom), a_request("t.boom"))
    error = response["error"]
    assert error["code"] == -32603 and error["message"] == "Internal error"
    assert set(error["data"]) == {"reference"}
    assert "secret" not in json.dumps(response)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR and record.name == "adjax_jsonrpc"
    assert error["data"]["reference"] in record.getMessage()
    assert "the secret" in caplog.text


def test_with_debug_the_error_tells_more():
    response = answer(a_gateway(boom, hooks=Hooks(debug=True)), a_request("t.boom"))
    data = response["error"]["data"]
    assert data["type"] == "ValueError" and data["text"] == "the secret"
    assert "def boom" not in data["traceback"] and "in boom" in data["traceback"]


def test_an_exception_whose_text_raises_is_an_internal_error():
    class Unspeakable(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    def unspeakable(request):
        raise Unspeakable

    for debug in (False, True):
        gateway = a_gateway(unspeakable, hooks=Hooks(debug=debug))
        assert answer(gateway, a_request("t.unspeakable"))["error"]["code"] == -32603


@pytest.mark.parametrize("exception", [SystemExit(1), RecursionError(), MemoryError(), TypeError()])
def test_whatever_a_method_raises_is_its_own_error(exception):
    def failing(request):
        raise exception

    bad, good = answer(a_gateway(failing, add), [a_request("t.failing"), a_request("t.add", [1])])
    assert bad["error"]["code"] == -32603 and good["result"] == 2


def test_a_type_error_inside_a_method_is_not_invalid_params():
    def wrong_inside(request, a):
        return a()

    assert (
        answer(a_gateway(wrong_inside), a_request("t.wrong_inside", [1]))["error"]["code"] == -32603
    )


def test_methods_speak_jsonrpcserver():
    def success(request):
        return Success({"ok": 1})

    def error(request):
        return Error(9, "nine", {"data": {1, 2}})

    def error_without_data(request):
        return Error(9, "nine")

    def invalid(request):
        return InvalidParams("not like this")

    def raises(request):
        raise JsonRpcError(8, "eight", None)

    gateway = a_gateway(success, error, error_without_data, invalid, raises)
    sent = [
        a_request(f"t.{name}")
        for name in ("success", "error", "error_without_data", "invalid", "raises")
    ]
    assert [each.get("error", each.get("result")) for each in answer(gateway, sent)] == [
        {"ok": 1},
        {"code": 9, "message": "nine", "data": {"data": {"__type__": "set", "value": [1, 2]}}},
        {"code": 9, "message": "nine"},
        {"code": -32602, "message": "Invalid params", "data": "not like this"},
        {"code": 8, "message": "eight", "data": None},
    ]


def test_an_rpc_error_is_sent_as_it_was_raised():
    def raises(request, data=...):
        raise RpcError(7, "seven") if data is ... else RpcError(7, "seven", data)

    gateway = a_gateway(raises)
    assert answer(gateway, a_request("t.raises"))["error"] == {"code": 7, "message": "seven"}
    response = answer(gateway, a_request("t.raises", [{"at": 7}]))
    assert response["error"] == {"code": 7, "message": "seven", "data": {"at": 7}}


def test_error_data_that_cannot_be_sent_is_an_internal_error():
    def raises(request):
        raise RpcError(7, "seven", object())

    assert answer(a_gateway(raises), a_request("t.raises"))["error"]["code"] == -32603


def test_an_rpc_error_needs_a_code_and_a_message():
    with pytest.raises(TypeError, match="code of an error must be an integer"):
        RpcError("7", "seven")
    with pytest.raises(TypeError, match="message of an error must be a string"):
        RpcError(7, None)


def test_a_result_that_breaks_its_annotation_is_the_servers_error(caplog):
    def lies(request) -> list[int]:
        return [1, "two"]

    response = answer(a_gateway(lies), a_request("t.lies"))
    assert response["error"]["code"] == -32603 and "two" not in json.dumps(response)
    assert '/1: "two" is not of type integer' in caplog.text


def test_large_integers_are_tags_only_for_who_reads_tags():
    gateway = a_gateway(echo)
    big = a_request("t.echo", [2**60])
    assert answer(gateway, big)["result"] == 2**60
    tagged = {"__type__": "bigint", "value": str(2**60)}
    assert answer(gateway, big, bigint_tags=True)["result"] == tagged


def test_an_error_that_cannot_be_made_is_an_internal_error_of_its_call(caplog):
    def data(request):
        raise RpcError(7, "seven", _Exploding())

    def code(request):
        return Error("x", "m")

    def broken(exception):
        raise RuntimeError("the secret of the surroundings")

    gateway = a_gateway(boom, data, code, add, hooks=Hooks(translate=broken))
    sent = [a_request(f"t.{name}", [], name) for name in ("boom", "data", "code")]
    sent.append(a_request("t.add", [1], "add"))
    *failed, served = answer(gateway, sent)
    assert [(each["id"], each["error"]["code"]) for each in failed] == [
        ("boom", -32603),
        ("data", -32603),
        ("code", -32603),
    ]
    assert served["result"] == 2
    assert "the secret of the surroundings" in caplog.text


def test_a_fault_of_the_surroundings_is_one_error(caplog):
    def broken(request):
        raise RuntimeError("the secret of the surroundings")

    def also_broken(exception):
        raise LookupError("another secret")

    for hooks in (Hooks(observe=broken), Hooks(observe=broken, translate=also_broken)):
        gateway = a_gateway(add, hooks=hooks)
        body = json.dumps([a_request("t.add", [1])] * 2).encode()
        for content in (gateway.handle(body), asyncio.run(gateway.ahandle(body))):
            assert json.loads(content)["error"]["code"] == -32603 and b"secret" not in content
    assert "the secret of the surroundings" in caplog.text and "another secret" in caplog.text


@dataclasses.dataclass
class _Exploding:
    x: int = 0

    def __getattribute__(self, name):
        if name == "x":
            raise KeyError("secret")
        return super().__getattribute__(name)


def test_what_is_no_exception_at_all_is_an_error_of_its_call():
    class Stop(BaseException):
        pass

    def stop(request):
        raise Stop

    async def waits_for_the_cancelled(request):
        task = asyncio.ensure_future(asyncio.sleep(9))
        task.cancel()
        await task

    gateway = a_gateway(stop, waits_for_the_cancelled, add)
    sent = [a_request("t.stop", [], 1), a_request("t.add", [1], 2)]
    assert [("error" in each) for each in answer(gateway, sent)] == [True, False]
    if sys.version_info >= (3, 11):
        sent[0] = a_request("t.waits_for_the_cancelled", [], 1)
        answered = json.loads(asyncio.run(gateway.ahandle(json.dumps(sent).encode())))
        assert [("error" in each) for each in answered] == [True, False]


# ── limits ──


def test_a_batch_over_its_size_is_one_error_and_nothing_runs():
    calls = []

    def count(request):
        calls.append(1)

    gateway = a_gateway(count, limits=Limits(batch_size=2))
    assert answer(gateway, [a_request("t.count")] * 3) == {
        "jsonrpc": "2.0",
        "error": {
            "code": -32005,
            "message": "Limit exceeded",
            "data": {"limit": "batch_size", "maximum": 2},
        },
        "id": None,
    }
    assert not calls
    assert len(answer(gateway, [a_request("t.count")] * 2)) == 2


def test_limits_can_be_lifted():
    gateway = a_gateway(echo, limits=Limits(batch_size=None, depth=None, response_bytes=None))
    assert len(answer(gateway, [a_request("t.echo")] * 500)) == 500
    deep = json.loads("[" * 150 + "]" * 150)
    assert answer(gateway, a_request("t.echo", [deep]))["result"] == deep


@pytest.mark.parametrize("as_sent", [lambda call: call, lambda call: [call]])
def test_nesting_over_the_limit_is_a_parse_error(as_sent):
    gateway = a_gateway(echo, limits=Limits(depth=5))
    response = answer(gateway, as_sent(a_request("t.echo", [[[[[1]]]]])))
    assert response["error"]["code"] == -32700
    assert response["error"]["data"] == {"limit": "depth", "maximum": 5}


def test_an_error_over_the_response_limit_is_cut_to_that():
    def raises(request):
        raise RpcError(7, "seven", "x" * 200)

    gateway = a_gateway(raises, limits=Limits(response_bytes=100))
    error = answer(gateway, a_request("t.raises"))["error"]
    assert error["data"] == {"limit": "response_bytes", "maximum": 100}


def test_a_refusal_does_not_send_back_long_names():
    def f(request, value: dict[str, list[str]]):
        return None

    content = a_gateway(f).handle(
        json.dumps(a_request("t.f", [{"k" * 100_000: [1] * 20}])).encode()
    )
    assert len(json.loads(content)["error"]["data"]["errors"]) == 20 and len(content) < 10_000


HIDDEN = {
    "another member": '{"jsonrpc":"2.0","method":"t.add","params":[1],"id":1,"zz":DEEP}',
    "a name twice": '{"jsonrpc":"2.0","method":"t.add","params":DEEP,"params":[1],"id":1}',
    "a name twice, escaped": (
        '{"jsonrpc":"2.0","method":"t.add","p\\u0061rams":DEEP,"params":[1],"id":1}'
    ),
    "params": '{"jsonrpc":"2.0","method":"t.add","params":[DEEP],"id":1}',
    "params of no method": '{"jsonrpc":"2.0","method":"t.nope","params":[DEEP],"id":1}',
}


@pytest.mark.parametrize("body", HIDDEN.values(), ids=HIDDEN)
def test_nesting_is_bounded_wherever_it_hides(body):
    deep = body.replace("DEEP", "[" * 200 + "]" * 200)
    assert answer(a_gateway(add), deep.encode())["error"]["code"] == -32700


@pytest.mark.parametrize("depth", [300, 900, 5000])
def test_without_a_depth_limit_the_parsers_and_validators_own_are_a_callers_error(depth):
    def trees(request, tree):
        return None

    trees.__annotations__["tree"] = strategies.Node
    gateway = a_gateway(trees, limits=Limits(depth=None))
    node = '{"value":1,"next":' * depth + "null" + "}" * depth
    body = f'{{"jsonrpc":"2.0","method":"t.trees","params":[{node}],"id":1}}'
    response = answer(gateway, body.encode())
    # How deep they go differs between versions of Python and of the validator.
    assert response.get("error", {"code": None})["code"] in (None, -32602, -32700)


def test_a_result_over_the_response_limit_is_its_own_error():
    gateway = a_gateway(echo, limits=Limits(response_bytes=100))
    short, long, last = answer(
        gateway, [a_request("t.echo", [text]) for text in ("a", "b" * 200, "c")]
    )
    assert short["result"] == "a"
    assert long["error"]["data"] == {"limit": "response_bytes", "maximum": 100}
    assert last["error"]["code"] == -32005


@pytest.mark.parametrize("body", [b"%s", b"[%s]"], ids=["alone", "in a batch"])
def test_what_is_over_a_limit_is_told_plainly_whatever_an_application_makes_of_dicts(body):
    serializer = Serializer()
    serializer.convert(dict, sorted)
    gateway = a_gateway(echo, serializer=serializer, limits=Limits(response_bytes=1000))
    request = json.dumps(a_request("t.echo", ["b" * 2000])).encode()
    (response,) = (
        [answer(gateway, body % request)] if body == b"%s" else answer(gateway, body % request)
    )
    assert response["error"]["data"] == {"limit": "response_bytes", "maximum": 1000}


# ── synchronous and asynchronous ──


def test_both_kinds_of_method_work_on_both_sides():
    gateway = a_gateway(add, later)
    batch = json.dumps(
        [a_request("t.add", [1], 1), a_request("t.later", [5], 2), a_request("t.add", [2], 3)]
    ).encode()
    expected = [
        {"jsonrpc": "2.0", "result": 2, "id": 1},
        {"jsonrpc": "2.0", "result": 5, "id": 2},
        {"jsonrpc": "2.0", "result": 3, "id": 3},
    ]
    assert json.loads(gateway.handle(batch)) == expected
    assert json.loads(asyncio.run(gateway.ahandle(batch))) == expected


def test_asynchronous_methods_of_a_batch_run_together():
    inside: list = []

    async def gather(request, count: int):
        inside.append(asyncio.Event())
        if len(inside) == count:
            for event in inside:
                event.set()
        await asyncio.wait_for(inside[0].wait(), 20)
        return count

    batch = json.dumps([a_request("t.gather", [3], index) for index in range(3)]).encode()
    for run in (lambda g: g.handle(batch), lambda g: asyncio.run(g.ahandle(batch))):
        inside.clear()
        assert [each["result"] for each in json.loads(run(a_gateway(gather)))] == [3, 3, 3]


def test_synchronous_methods_run_in_request_order():
    order = []

    def note(request, value):
        order.append(value)

    batch = json.dumps([a_request("t.note", [index], index) for index in range(20)]).encode()
    a_gateway(note).handle(batch)
    asyncio.run(a_gateway(note).ahandle(batch))
    assert order == [*range(20), *range(20)]


def test_an_asynchronous_failure_is_opaque_too(caplog):
    async def fails(request):
        raise ValueError("the secret")

    response = asyncio.run(a_gateway(fails).ahandle(json.dumps(a_request("t.fails")).encode()))
    assert b"secret" not in response and "the secret" in caplog.text


def test_the_request_is_the_first_argument():
    gateway = a_gateway(give_request)
    assert answer(gateway, a_request("t.give_request"), request="this one")["result"] == "this one"
    response = answer(gateway, a_request("t.give_request", {"request": 1}))
    assert response["error"]["code"] == -32602


# ── the oracle ──


def _oracle_subtract(a, b=1):
    return Success([a, b])


def _subtract(request, a, b=1):
    return [a, b]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(codec="utf-8")).filter(lambda k: k != "__type__"),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)
PARAMS = st.lists(JSON, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), JSON)


@given(
    st.fixed_dictionaries(
        {
            "jsonrpc": st.just("2.0"),
            "method": st.sampled_from(["t._subtract", "t.missing"]),
            "id": st.none() | st.integers() | st.text(st.characters(codec="utf-8")),
        },
        optional={"params": PARAMS},
    )
)
def test_jsonrpcserver_agrees_on_every_valid_single_request(request):
    ours = answer(a_gateway(_subtract), request)
    theirs = json.loads(dispatch(json.dumps(request), {"t._subtract": _oracle_subtract}))
    for response in (ours, theirs):
        response.get("error", {}).pop("data", None)
    assert ours == theirs


@pytest.mark.parametrize("is_batch", [False, True])
@pytest.mark.parametrize("method", ["t.right", "t.wrong", "t.refused", "t.later", "t.none"])
@pytest.mark.parametrize("params", [[1], ["not 1"], [{"__type__": "no tag"}]])
def test_nothing_of_a_call_waits_for_the_collector(is_batch, method, params):
    def right(request, value: int) -> int:
        return value

    def wrong(request, value: int) -> int:
        raise ValueError(value)

    def refused(request, value: int) -> int:
        raise RpcError(7, "seven")

    async def later(request, value: int) -> int:
        raise ValueError(value)

    class Request:
        pass

    gateway = a_gateway(right, wrong, refused, later, hooks=Hooks(report=lambda *told: None))
    made = a_request(method, params)
    body = json.dumps([made, made] if is_batch else made).encode()
    gateway.handle(body)  # what is made once
    gc.disable()
    try:
        request = Request()
        gone = weakref.ref(request)
        gateway.handle(body, request)
        del request
        assert gone() is None
    finally:
        gc.enable()


def test_nothing_of_a_step_that_raised_waits_for_the_collector():
    def absent(request, params) -> bool:
        raise LookupError

    def checked(request) -> None: ...

    async def later(request) -> None:
        raise LookupError

    class Request:
        pass

    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(access=absent)(checked)
    registry.register(later)
    gateway = Gateway(registry, hooks=Hooks(translate=lambda exception: RpcError(4, "absent")))
    for method in ("t.checked", "t.later"):
        body = json.dumps(a_request(method)).encode()
        gateway.handle(body)  # what is made once
        gc.disable()
        try:
            request = Request()
            gone = weakref.ref(request)
            assert json.loads(gateway.handle(body, request))["error"]["code"] == 4
            del request
            assert gone() is None, method
        finally:
            gc.enable()


def test_a_cancelled_error_of_a_synchronous_call_is_that_call_s_own():
    def cancelled(request) -> None:
        raise asyncio.CancelledError

    def right(request) -> int:
        return 1

    registry = Registry(Serializer(), app_label=lambda module: "t")
    for function in (right, cancelled):
        registry.register(access=lambda request, params: True)(function)
    gateway = Gateway(registry)
    body = [a_request("t.right"), a_request("t.cancelled", None, 2)]
    answers = [
        answer(gateway, body),
        json.loads(asyncio.run(gateway.ahandle(json.dumps(body).encode()))),
    ]
    for first, second in answers:
        assert first["result"] == 1
        assert (second["error"]["code"], second["id"]) == (-32603, 2)


def test_a_stop_iteration_is_translated_whatever_the_options_of_its_method():
    def stopped(request, *params) -> bool:
        return next(iter(()))

    def fine(request) -> None: ...

    def translate(exception):
        return RpcError(4, "stopped") if type(exception) is StopIteration else None

    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(stopped)
    registry.register(name="t.atomic", atomic=True)(stopped)
    registry.register(name="t.checked", access=lambda request, params: True)(stopped)
    registry.register(access=stopped)(fine)
    registry.mount("t.mounted", {"stopped": lambda: next(iter(()))})
    hooks = Hooks(translate=translate, transaction=lambda method: nullcontext)
    gateway = Gateway(registry, hooks=hooks)
    for method in registry.methods:
        assert answer(gateway, a_request(method))["error"]["code"] == 4, method


def test_a_gateway_whose_methods_hold_it_is_collected():
    def serve() -> weakref.ref:
        def again(request, body: str) -> str:
            return gateway.handle(body.encode()).decode()

        gateway = a_gateway(again)
        assert answer(gateway, a_request("t.again", ["[]"]))["result"]
        return weakref.ref(gateway)

    gone = serve()
    gc.collect()
    assert gone() is None


def test_a_fault_while_params_are_judged_is_an_error_of_its_call():
    def double(request, number: int) -> int:
        return 2 * number

    gateway = a_gateway(double)

    def no_memory(params):
        raise MemoryError

    gateway.registry.get("t.double").signature.validate = no_memory
    batch = [a_request("t.double", [1], 1), a_request("t.double", ["x"], 2)]
    first, second = answer(gateway, batch)
    assert first["result"] == 2
    assert second["error"]["code"] == -32603
