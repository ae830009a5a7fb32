"""Log records of internal errors and of calls, and that none of them is lost."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import contextmanager
from logging.config import dictConfig

import pytest
from django.contrib.auth import get_user_model
from django.test import AsyncClient, Client, override_settings
from django.utils.log import DEFAULT_LOGGING

from tests.support.calls import a_request

LINES = "adjax_jsonrpc.calls"


def wsgi(body):
    return Client(raise_request_exception=False).post("/rpc/", body, "application/json")


def asgi(body):
    client = AsyncClient(raise_request_exception=False)
    return asyncio.run(client.post("/rpc/", body, content_type="application/json"))


@pytest.fixture(params=[wsgi, asgi], ids=["WSGI", "ASGI"])
def send(request):
    def send(*calls):
        body = calls if len(calls) > 1 else calls[0]
        return request.param(json.dumps(body))

    return send


@contextmanager
def djangos_logging():
    """Log as Django does by default; no fixture, because pytest adds its handlers after those."""
    names = ["", "django", "django.request", "django.server", "adjax_jsonrpc"]
    loggers = [logging.getLogger(name) for name in names]
    before = [(each.handlers[:], each.level, each.propagate, each.disabled) for each in loggers]
    for each in loggers:
        each.handlers.clear()
    dictConfig(DEFAULT_LOGGING)
    yield
    for each, (handlers, level, propagate, disabled) in zip(loggers, before, strict=True):
        each.handlers[:] = handlers
        each.level, each.propagate, each.disabled = level, propagate, disabled
    logging.getLogger("django").manager._clear_cache()


# ── internal errors ──


@pytest.mark.parametrize("method", ["shapes.lies", "shapes.later_boom"])
def test_a_reference_is_found_without_any_logging_settings(send, capsys, method):
    with djangos_logging():
        reference = send(a_request(method)).json()["error"]["data"]["reference"]
    written = capsys.readouterr().err
    assert f"{method} failed, reference {reference}" in written
    assert "Traceback" in written and written.count(reference) == 1


def test_what_a_handler_writes_is_written_once(send, capsys):
    with djangos_logging():
        logging.getLogger("django.request").addHandler(logging.StreamHandler())
        reference = send(a_request("shapes.lies")).json()["error"]["data"]["reference"]
    assert capsys.readouterr().err.count(reference) == 1


@pytest.mark.parametrize("how", ["level", "NullHandler"])
def test_a_log_that_the_project_has_switched_off_stays_off(send, capsys, how):
    with djangos_logging():
        logger = logging.getLogger("django.request")
        if how == "level":
            logger.setLevel(logging.CRITICAL + 1)
        else:
            logger.addHandler(logging.NullHandler())
        assert send(a_request("shapes.lies")).json()["error"]["code"] == -32603
    assert capsys.readouterr().err == ""


def test_a_record_has_what_it_is_about_as_attributes(send, caplog):
    reference = send(a_request("shapes.lies")).json()["error"]["data"]["reference"]
    (record,) = [each for each in caplog.records if each.name == "django.request"]
    assert (record.method, record.reference, record.code) == ("shapes.lies", reference, -32603)
    assert record.user is None and 0 < record.duration < 60


@pytest.mark.django_db(transaction=True)
def test_a_record_has_the_user_that_the_call_has_looked_up(caplog):
    ann = get_user_model().objects.create_user("ann")
    client = Client(raise_request_exception=False)
    client.force_login(ann)
    with override_settings(ADJAX_LOG_CALLS=True), caplog.at_level(logging.INFO, LINES):
        client.post("/rpc/", json.dumps(a_request("shapes.whoami")), "application/json")
        client.post("/rpc/", json.dumps(a_request("shapes.add", [1])), "application/json")
    known, unknown = [each.user for each in caplog.records if each.name == LINES]
    assert (known, unknown) == (str(ann.pk), None)


# ── ADJAX_LOG_CALLS ──


@pytest.mark.parametrize("setting", [True, "text"])
def test_a_call_is_a_line(send, caplog, setting):
    with override_settings(ADJAX_LOG_CALLS=setting), caplog.at_level(logging.INFO, LINES):
        send(a_request("shapes.add", [1, 2]), a_request("shapes.add", ["x"]))
    fine, wrong = [each for each in caplog.records if each.name == LINES]
    assert (fine.method, fine.code, wrong.code) == ("shapes.add", None, -32602)
    assert fine.size == len('{"jsonrpc":"2.0","result":3,"id":1}')
    assert fine.getMessage() == f"shapes.add ok {fine.milliseconds:.1f} ms {fine.size} bytes"
    assert wrong.getMessage().startswith("shapes.add -32602 ")


CALLS = [
    (a_request("shapes.add", [1, 2], 7), None),
    (a_request("shapes.later", [1]), None),
    (a_request("shapes.add", ["x"]), -32602),
    (a_request("shapes.lies"), -32603),
    (a_request("shapes.later_boom"), -32603),
    (a_request("shapes.never"), -32008),
    (a_request("shapes.add", [1], ...), None),
]


@pytest.mark.parametrize(("call", "code"), CALLS)
@pytest.mark.parametrize("setting", [{}, {"ADJAX_ATOMIC_BATCH": True}], ids=["", "atomic"])
def test_a_line_as_json_has_the_size_of_the_response(send, caplog, call, code, setting):
    with (
        override_settings(ADJAX_LOG_CALLS="json", **setting),
        caplog.at_level(logging.INFO, LINES),
    ):
        response = send(call)
    (line,) = [json.loads(each.getMessage()) for each in caplog.records if each.name == LINES]
    assert line.pop("milliseconds") >= 0
    error = response.json().get("error", {}) if response.content else {}
    assert line == {
        "method": call["method"],
        "code": code,
        "size": len(response.content),
        "user": None,
        "reference": error.get("data", {}).get("reference") if code == -32603 else None,
    }


@pytest.mark.django_db(transaction=True)
def test_a_call_that_is_rolled_back_has_the_size_of_that(send, caplog):
    setting = override_settings(ADJAX_LOG_CALLS="json", ADJAX_ATOMIC_BATCH=True)
    with setting, caplog.at_level(logging.INFO, LINES):
        answers = send(a_request("shapes.add", [1]), a_request("shapes.add", ["x"])).json()
    lines = [json.loads(each.getMessage()) for each in caplog.records if each.name == LINES]
    sizes = [len(json.dumps(each, separators=(",", ":"))) for each in answers]
    assert [(each["code"], each["size"]) for each in lines] == [
        (-32009, sizes[0]),
        (-32602, sizes[1]),
    ]


def test_nothing_is_logged_by_default(send, caplog):
    with caplog.at_level(logging.INFO, LINES):
        send(a_request("shapes.add", [1]))
    assert [each for each in caplog.records if each.name == LINES] == []
