"""The clients of the test kit, against the methods of the tests."""

from datetime import datetime, timezone

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model

from adjax_jsonrpc.errors import (
    AuthenticationRequiredError,
    CsrfError,
    InternalError,
    InvalidParamsError,
    LimitExceededError,
    MethodNotFoundError,
    PermissionDeniedError,
    RateLimitedError,
)
from adjax_jsonrpc.testing import AsyncRpcClient, RpcClient, UnknownMethodError, reset_throttles


@pytest.fixture
def ann(db):
    return get_user_model().objects.create_user("ann")


def test_a_method_is_called_as_a_function(rpc):
    assert rpc.shapes.add(1, 2) == 3
    assert rpc.shapes.add(1, b=2) == 3
    assert rpc["shapes.add"](a=1) == 2


def test_values_keep_their_types(rpc):
    when = datetime(2026, 11, 22, tzinfo=timezone.utc)
    assert rpc.shapes.echo({"when": when, "large": 2**60, "them": {1, 2}}) == {
        "when": when,
        "large": 2**60,
        "them": {1, 2},
    }


def test_errors_are_raised_as_their_classes(rpc):
    with pytest.raises(InvalidParamsError) as raised:
        rpc.shapes.add("one")
    assert raised.value.data["errors"][0]["path"] == "/0"


def test_an_internal_error_has_the_exception_of_the_method_as_its_cause(rpc):
    with pytest.raises(InternalError) as raised:
        rpc.shapes.fail("value")
    cause = raised.value.__cause__
    assert type(cause) is not InternalError
    assert cause.__traceback__.tb_frame.f_code.co_name == "fail"
    assert raised.value.reference == raised.value.data["reference"]


def test_an_unknown_method_names_the_nearest(rpc):
    with pytest.raises(UnknownMethodError, match=r"shapes\.ad; did you mean shapes\.add\?"):
        rpc.shapes.ad(1)
    with pytest.raises(MethodNotFoundError) as hidden:
        rpc.gates.hidden_login("key")
    assert type(hidden.value) is MethodNotFoundError


def test_arguments_without_a_name_are_not_mixed_with_others(rpc):
    with pytest.raises(TypeError, match="a is given twice"):
        rpc.shapes.add(1, a=2)
    with pytest.raises(TypeError, match="by position, or all by name"):
        rpc.shapes.add(1, 2, 3, c=4)


def test_a_client_logs_in_as_a_user(rpc, ann):
    assert rpc.as_user(ann).gates.login("key") == "ann"
    with pytest.raises(AuthenticationRequiredError):
        rpc.gates.login("key")
    with pytest.raises(PermissionDeniedError):
        rpc.as_user(ann).gates.one("key")


def test_csrf_is_checked_if_asked_for(ann):
    with pytest.raises(CsrfError):
        RpcClient(user=ann, csrf=True).gates.login("key")


def test_calls_of_a_batch_have_their_own_outcomes(rpc):
    with rpc.batch() as batch:
        three = batch.shapes.add(1, 2)
        failed = batch.shapes.fail("value")
        batch.notify.shapes.add(1)
        unknown = batch.shapes.nothing()
        with pytest.raises(RuntimeError, match=r"shapes\.add: the batch is sent at the end"):
            assert three.result
    assert three.result == 3
    with pytest.raises(InternalError) as raised:
        assert failed.result
    assert raised.value.__cause__ is not None
    with pytest.raises(UnknownMethodError):
        assert unknown.result
    assert len(rpc.last.body) == 4


def test_a_refused_batch_raises(rpc, settings):
    settings.ADJAX_MAX_BATCH_SIZE = 1
    with pytest.raises(LimitExceededError), rpc.batch() as batch:
        batch.shapes.add(1)
        batch.shapes.add(2)


def test_a_notification_has_no_outcome(rpc):
    assert rpc.notify.shapes.fail("value") is None
    assert rpc.last.http_response.status_code == 204
    assert [call.code for call in rpc.last.calls] == [-32603]


def test_queries_are_counted_for_each_call(rpc, ann):
    with rpc.batch() as batch:
        batch.shapes.add(1, 2)
        batch.gates.sign_in("ann")
    add, sign_in = rpc.last.calls
    assert (add.method, add.queries) == ("shapes.add", [])
    assert any("auth_user" in sql for sql in sign_in.queries)
    assert len(rpc.last.queries) >= len(sign_in.queries) > 0


def test_throttles_begin_anew(rpc, db):
    for _ in range(2):
        with pytest.raises(RateLimitedError):
            for _ in range(100):
                rpc.shapes.seldom()
        reset_throttles()


def test_any_body_can_be_posted(rpc):
    assert rpc.post("{")["error"]["code"] == -32700
    assert rpc.post([])["error"]["code"] == -32600


def test_asynchronous_calls(ann):
    async def calls() -> None:
        arpc = AsyncRpcClient()
        assert await arpc.shapes.later(1) is not None
        assert await arpc.as_user(ann).gates.later_login("key") == "ann"
        with pytest.raises(InternalError) as raised:
            await arpc.shapes.later_boom()
        assert raised.value.__cause__ is not None
        async with arpc.batch() as batch:
            three = batch.shapes.add(1, 2)
        assert three.result == 3
        assert await arpc.notify.shapes.add(1) is None

    async_to_sync(calls)()
