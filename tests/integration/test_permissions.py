"""What one method asks of a caller: its options, what ``access=`` sees, what hiding hides."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from contextlib import nullcontext
from datetime import date
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.test import override_settings

from adjax_jsonrpc import RegistrationError, Registry, RpcError, Success
from adjax_jsonrpc.gateway import Gateway, Hooks, Limits
from adjax_jsonrpc.http import endpoint
from adjax_jsonrpc.integration import permissions
from adjax_jsonrpc.integration.exceptions import translate
from adjax_jsonrpc.integration.permissions import authorize
from tests.support.calls import a_request, answer

REFUSED = {"code": -32002, "message": "Permission denied"}
UNKNOWN = {"code": -32601, "message": "Method not found"}


@pytest.fixture
def registry():
    return Registry(app_label=lambda module: "t")


def yes(request, params) -> bool:
    return True


def no(request, params) -> bool:
    return False


async def later_yes(request, params) -> bool:
    await asyncio.sleep(0)
    return True


async def later_no(request, params) -> bool:
    await asyncio.sleep(0)
    return False


def method(request, a: int = 1) -> int:
    return a


async def later(request, a: int = 1) -> int:
    return a


def error_of(registry, params=None, name="t.method", **hooks):
    gateway = Gateway(registry, hooks=Hooks(translate=translate, **hooks))
    return answer(gateway, a_request(name, params)).get("error")


# ── access= ──


def seen_by_access(registry, function, params):
    seen = []

    def note(request, params) -> bool:
        seen.append((request, params))
        return True

    registry.register(access=note, name="t.method")(function)
    response = answer(Gateway(registry), a_request("t.method", params), request="the request")
    assert "error" not in response, response
    ((request, given),) = seen
    assert request == "the request" and isinstance(given, MappingProxyType)
    return dict(given)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (["2026-11-22"], {"day": date(2026, 11, 22), "into": [], "more": ()}),
        ({"day": "2026-11-22"}, {"day": date(2026, 11, 22), "into": [], "more": ()}),
        (["2026-11-22", [1], 2, 3], {"day": date(2026, 11, 22), "into": [1], "more": (2, 3)}),
        (
            {"day": "2026-11-22", "only": "b", "else": True},
            {
                "day": date(2026, 11, 22),
                "into": [],
                "more": (),
                "only": "b",
                "rest": {"else": True},
            },
        ),
    ],
)
def test_access_sees_what_the_method_gets(registry, params, expected):
    def function(
        request, day: date, into: list[int] = [], *more: int, only: str = "a", **rest: bool
    ) -> None: ...

    wanted = {"only": "a", "rest": {}, **expected}
    assert seen_by_access(registry, function, params) == wanted


def test_plain_params_are_named_too(registry):
    def function(request, a: int, b: str = "b") -> None: ...

    assert seen_by_access(registry, function, [1]) == {"a": 1, "b": "b"}


def test_what_access_sees_can_not_be_changed(registry):
    def change(request, params) -> bool:
        params["a"] = 5
        return True

    registry.register(access=change)(method)
    assert error_of(registry)["code"] == -32603


def raising(exception):
    def access(request, params) -> bool:
        raise exception

    return access


@pytest.mark.parametrize(
    ("access", "error"),
    [
        (yes, None),
        ([], None),
        ([yes, yes], None),
        (no, REFUSED),
        ([yes, no], REFUSED),
        (raising(PermissionDenied()), REFUSED),
        (raising(RpcError(7, "seven", [7])), {"code": 7, "message": "seven", "data": [7]}),
        (raising(ObjectDoesNotExist()), {"code": -32004, "message": "Not found"}),
    ],
)
def test_access_says_true_or_false_or_raises(registry, access, error):
    registry.register(access=access)(method)
    registry.register(access=access)(later)
    assert error_of(registry) == error
    assert error_of(registry, name="t.later") == error


@pytest.mark.parametrize(
    "access",
    [
        lambda request, params: None,
        lambda request, params: 1,
        lambda request, params: "no",
        lambda request: True,
        lambda request, params: later_yes(request, params),
        raising(ValueError("a secret")),
        raising(SystemExit(1)),
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
def test_anything_else_is_no_permission(registry, access, caplog):
    ran = []
    registry.register(access=access, name="t.method")(lambda request: ran.append(1))
    with caplog.at_level(logging.ERROR):
        error = error_of(registry)
    assert error["code"] == -32603 and ran == []
    assert error["data"]["reference"] in caplog.text


def test_an_asynchronous_method_may_ask_asynchronous_functions(registry):
    registry.register(access=[yes, later_yes])(later)
    registry.register(access=[yes, later_no], name="t.no")(later)
    assert error_of(registry, name="t.later") is None
    assert error_of(registry, name="t.no") == REFUSED
    body = json.dumps([a_request("t.later", [5], 1), a_request("t.no", [5], 2)]).encode()
    first, second = json.loads(asyncio.run(Gateway(registry).ahandle(body)))
    assert first["result"] == 5 and second["error"] == REFUSED


def test_access_is_asked_after_the_params_were_checked(registry):
    registry.register(access=raising(ValueError()))(method)
    assert error_of(registry, ["x"])["code"] == -32602


# ── hidden=True ──


def hidden_and_unknown(registry, entries, limits=None, **hooks):
    """Answer the same batch twice: naming a hidden method, and one that is not there."""
    gateway = Gateway(registry, limits or Limits(), Hooks(translate=translate, **hooks))
    answers = []
    for name in ("t.method", "t.nothing"):
        body = json.dumps([{**e, "method": e["method"].replace("?", name)} for e in entries])
        answers.append(gateway.handle(body.encode()))
        answers.append(asyncio.run(gateway.ahandle(body.encode())))
    return answers


class Nobody:
    user = AnonymousUser()


class Silent:
    """An observer that notes whose params it is to keep."""

    def keep_params(self, call):
        raise AssertionError("nobody may call")

    def started(self, call): ...
    def ended(self, call): ...
    def batch_finished(self, count, failed, seconds): ...


PROBES = [
    [a_request("?", None, "1")],
    [a_request("?", [1], 1.50)],
    [a_request("?", ["wrong"], None)],
    [a_request("?", {"no": "such"}, 1)],
    [a_request("?", [{"__type__": "decimal", "value": "x"}], 2**70)],
    [a_request("?", [1], ...)],
    [a_request("t.open", ["x" * 80], 1), a_request("?", [1], 2), a_request("t.open", ["x"], 3)],
    [a_request("t.open", [5], 1), a_request("?", [1], 2), a_request("?", [1], ...)],
]


@pytest.mark.parametrize("entries", PROBES)
@pytest.mark.parametrize(
    "access",
    [
        no,
        raising(PermissionDenied()),
        raising(ObjectDoesNotExist()),
        raising(ValueError("bug")),
        raising(StopIteration("bug")),
        raising(asyncio.CancelledError("of a task that it has waited for")),
        raising(GeneratorExit("bug")),
        raising(SystemExit("bug")),
    ],
)
@pytest.mark.parametrize("function", [method, later])
def test_a_hidden_method_is_answered_like_one_that_is_not_there(
    registry, entries, access, function
):
    registry.register(access=access, hidden=True, name="t.method")(function)
    registry.register(name="t.open")(lambda request, text: text)
    answers = hidden_and_unknown(registry, entries, Limits(response_bytes=70))
    assert len(set(answers)) == 1, answers


@pytest.mark.skipif(sys.version_info < (3, 11), reason="without Task.cancelling()")
def test_an_asynchronous_access_may_end_in_a_cancellation(registry, caplog):
    async def access(request, params) -> bool:
        raise asyncio.CancelledError("of a task that it has waited for")

    registry.register(access=access, hidden=True, name="t.method")(later)
    registry.register(access=access)(later)
    answers = hidden_and_unknown(registry, PROBES[0])
    assert len(set(answers)) == 1, answers
    assert "of a task that it has waited for" in caplog.text
    assert error_of(registry, name="t.later")["code"] == -32603


def test_the_params_of_a_hidden_method_wait_for_its_caller(registry):
    """They cost no more than those of an unknown method."""
    read = []

    registry.register(access=no, login_required=True, hidden=True)(method)
    signature = registry.get("t.method").signature
    signature.accept_fast = signature.validate = signature.decode = read.append
    gateway = Gateway(registry, hooks=Hooks(authorize=authorize, observe=lambda request: Silent()))
    assert answer(gateway, a_request("t.method", [5]), request=Nobody())["error"] == UNKNOWN
    assert answer(gateway, [a_request("t.method", [5])], request=Nobody())[0]["error"] == UNKNOWN
    assert read == []


@pytest.mark.parametrize("entries", PROBES)
def test_in_a_batch_that_is_all_or_nothing_too(registry, entries):
    registry.register(access=no, hidden=True)(method)
    registry.register(name="t.open")(lambda request, text: text)
    answers = hidden_and_unknown(registry, entries, atomic_batch=lambda methods: nullcontext)
    assert len(set(answers)) == 1, answers


def test_who_may_call_a_hidden_method_calls_it_in_such_a_batch(registry):
    def function(request, day: date) -> date:
        return day

    registry.register(access=yes, hidden=True, name="t.method")(function)
    gateway = Gateway(registry, hooks=Hooks(atomic_batch=lambda methods: nullcontext))
    (response,) = answer(gateway, [a_request("t.method", ["2026-11-22"])])
    assert response["result"] == {"__type__": "date", "value": "2026-11-22"}


def test_a_fault_behind_a_hidden_method_is_in_the_log(registry, caplog):
    registry.register(access=raising(ValueError("a bug")), hidden=True)(method)
    with caplog.at_level(logging.ERROR):
        assert error_of(registry) == UNKNOWN
    assert "a bug" in caplog.text


def test_a_method_that_says_nothing_is_as_the_project_says(registry):
    registry.register(method)
    registry.register(login_required=False, name="t.open")(later)
    assert registry.get("t.method").is_open
    registry.default_access = "authenticated"
    assert registry.get("t.method").needs_login and registry.get("t.open").is_open
    registry.register(name="t.late")(lambda request: 1)
    assert registry.get("t.late").needs_login
    for nobody in ("deny", "of course"):
        registry.default_access = nobody
        assert error_of(registry) == UNKNOWN
        assert error_of(registry, name="t.open") is None


# ── mount ──


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ([7, 1], None),
        ({"a": 7, "b": 1}, None),
        ([7], None),
        ([8, 1], REFUSED),
        ({"b": 1, "a": 8}, REFUSED),
    ],
)
def test_mounted_methods_have_a_policy_too(registry, params, error):
    def seven(request, params) -> bool:
        return params["a"] == 7 and params["b"] == 1

    registry.mount("old", {"add": lambda a, b=1: Success(a + b)}, access=seven)
    assert error_of(registry, params, name="old.add") == error


def test_mounted_methods_that_can_not_be_bound_are_refused(registry):
    registry.mount("old", {"add": lambda a: Success(a)}, access=yes)
    registry.mount("hidden", {"add": lambda a: Success(a)}, access=yes, hidden=True)
    for params in ([], [1, 2], {"b": 1}):
        assert error_of(registry, params, name="old.add")["code"] == -32602
        assert error_of(registry, params, name="hidden.add") == UNKNOWN


# ── what makes no sense ──


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"login_required": False, "permission": "a.b"}, "permission needs a user"),
        ({"login_required": False, "hidden": True}, "hides nothing"),
        ({"permission": ""}, "must contain only names"),
        ({"permission": [1]}, "must contain only names"),
        ({"access": "yes"}, "is not callable"),
        ({"access": [yes, None]}, "is not callable"),
        ({"access": later_yes}, "later_yes is asynchronous, the method is not"),
    ],
)
def test_options_that_make_no_sense_are_refused_at_start_up(registry, options, message):
    registry.register(**options)(method)
    with pytest.raises(RegistrationError, match=rf"t\.method \(.*{message}"):
        registry.resolve()
    mounted: Any = Registry()
    with pytest.raises(RegistrationError, match=rf"old\.method \(.*{message}"):
        mounted.mount("old", {"method": lambda: Success(1)}, **options)


def test_a_hidden_method_may_leave_it_to_the_project(registry):
    registry.register(hidden=True)(method)
    assert error_of(registry) is None
    registry.default_access = "authenticated"
    assert registry.get("t.method").is_hidden


@pytest.mark.parametrize("name", ["t.unknown", "t.hidden", "t.throttled", "t.exempt", "t.later"])
@pytest.mark.parametrize(
    "settings_of_the_project",
    [{"ADJAX_THROTTLE": "3/min"}, {"ADJAX_MAX_BATCH_SECONDS": 0.001}],
    ids=["throttled", "late"],
)
def test_neither_a_rate_nor_a_deadline_tells_a_hidden_method_apart(
    settings, registry, rf, settings_of_the_project, name
):
    def served(request, value: int) -> int:
        return value

    async def served_later(request, value: int) -> int:
        return value

    def slow(request) -> None:
        time.sleep(0.01)

    registry.register(name="t.hidden", login_required=True, hidden=True)(served)
    registry.register(name="t.throttled", login_required=True, hidden=True, throttle="1/min")(
        served
    )
    registry.register(name="t.exempt", login_required=True, hidden=True, throttle=False)(served)
    registry.register(name="t.later", login_required=True, hidden=True)(served_later)
    registry.register(name="t.slow", throttle=False)(slow)
    cache.clear()
    for setting, value in settings_of_the_project.items():
        setattr(settings, setting, value)
    project = endpoint.gateway()
    gateway = Gateway(registry, project.limits, project.hooks)
    request = rf.post("/rpc/")
    request.user = AnonymousUser()
    body = json.dumps([a_request("t.slow"), *[a_request(name, [1])] * 5]).encode()
    codes = [
        each.get("error", {}).get("code") for each in json.loads(gateway.handle(body, request))
    ]
    rated = "ADJAX_THROTTLE" in settings_of_the_project
    assert codes == [None, *([-32601] * 3 + [-32006] * 2 if rated else [-32601] * 5)]


# ── what developers are told ──


def hint_of(registry, name, user=None, **hooks):
    request = SimpleNamespace(user=user or AnonymousUser())
    hooks = Hooks(authorize=authorize, suggest=permissions.suggest, **hooks)
    body = [a_request(name, ["x"])]
    (response,) = answer(Gateway(registry, hooks=hooks), body, request=request)
    return response["error"].get("data")


def test_an_unknown_name_is_answered_with_the_nearest_one(registry, monkeypatch):
    monkeypatch.setattr(permissions, "registry", registry)
    registry.register(name="shop.stock")(method)
    registry.register(name="shop.stocks", login_required=True)(method)
    registry.register(name="shop.stoc", access=no, hidden=True)(method)
    assert hint_of(registry, "shop.stok") == {"hint": "did you mean shop.stock?"}
    assert hint_of(registry, "shop.stocks_") == {"hint": "did you mean shop.stock?"}
    assert hint_of(registry, "shop.stoc") == {"hint": "did you mean shop.stock?"}
    assert hint_of(registry, "elsewhere") is None


@pytest.mark.parametrize("debug", [False, True])
def test_only_while_developing(client, debug):
    with override_settings(DEBUG=debug):
        body = json.dumps(a_request("shapes.ad"))
        error = client.post("/rpc/", body, "application/json").json()["error"]
    assert error.get("data") == ({"hint": "did you mean shapes.add?"} if debug else None)
