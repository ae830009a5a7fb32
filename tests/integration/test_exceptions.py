"""What exceptions mean to a caller, and who hears of internal errors."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys

import pytest
from django.core import mail
from django.core.signals import got_request_exception
from django.http import Http404
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter
from django.views.decorators.debug import sensitive_variables

from adjax_jsonrpc import Registry, RpcError, Serializer
from adjax_jsonrpc.calls.hooks import Hooks
from adjax_jsonrpc.gateway import Gateway
from adjax_jsonrpc.integration import exceptions
from tests.support.calls import a_request
from tests.support.paths import ROOT


def wsgi(body):
    client = Client(raise_request_exception=False)
    return client.post("/rpc/", body, content_type="application/json").json()


def asgi(body):
    client = AsyncClient(raise_request_exception=False)
    return asyncio.run(client.post("/rpc/", body, content_type="application/json")).json()


@pytest.fixture(params=[wsgi, asgi], ids=["WSGI", "ASGI"])
def call(request):
    def call(method, *params):
        response = request.param(json.dumps(a_request(method, list(params))))
        return response.get("error", response)

    return call


# ── ADJAX_ERRORS ──


def error_of(how, mapping):
    with override_settings(ADJAX_ERRORS=mapping):
        return wsgi(json.dumps(a_request("shapes.fail", [how])))["error"]


@pytest.mark.parametrize(
    ("how", "mapping", "expected"),
    [
        ("value", {ValueError: 1001}, (1001, "Application error")),
        ("value", {"builtins.ValueError": -32050}, (-32050, "Application error")),
        ("value", {ValueError: (1001, "Not so")}, (1001, "Not so")),
        ("value", {Exception: 1, ValueError: 2}, (2, "Application error")),
        ("value", {LookupError: 1, Exception: 3}, (3, "Application error")),
        ("404", {Http404: (1004, "Gone")}, (1004, "Gone")),
        ("404", {Exception: 1}, (1, "Application error")),
        ("rpc", {Exception: 1, RpcError: 2}, (7, "seven")),
        ("exit", {Exception: 1}, (-32603, "Internal error")),
        ("value", {ValueError: lambda e: RpcError(5, str(e))}, (5, "a secret")),
        ("value", {ValueError: "tests.integration.test_exceptions.told"}, (6, "ValueError")),
        ("value", {ValueError: lambda e: None, Exception: 9}, (9, "Application error")),
        ("404", {Http404: lambda e: None}, (-32004, "Not found")),
        ("value", {ValueError: lambda e: "no error"}, (-32603, "Internal error")),
        ("value", {ValueError: lambda e: 1 / 0}, (-32603, "Internal error")),
    ],
)
def test_exceptions_of_the_project_have_errors(how, mapping, expected):
    error = error_of(how, mapping)
    assert (error["code"], error["message"]) == expected


def told(exception):
    return RpcError(6, type(exception).__name__)


def test_an_exception_that_means_something_is_not_reported(reported):
    error_of("value", {ValueError: 1001})
    assert not reported
    error_of("type", {ValueError: 1001})
    assert len(reported) == 1


def test_asynchronous_methods_have_them_too():
    with override_settings(ADJAX_ERRORS={ValueError: 1001}):
        for send in (wsgi, asgi):
            assert send(json.dumps(a_request("shapes.later_boom")))["error"]["code"] == 1001


# ── reports ──

FAULTS = [("shapes.fail", "value"), ("shapes.later_boom",), ("shapes.lies",)]


@pytest.fixture
def reported():
    """What got_request_exception tells, and what is being handled meanwhile."""
    seen = []

    def receiver(request, **kwargs):
        seen.append((request.path, sys.exc_info()[0].__name__))

    got_request_exception.connect(receiver)
    yield seen
    got_request_exception.disconnect(receiver)


@pytest.fixture
def pages():
    """Django's own pages of what got_request_exception tells, without its request."""
    seen = []

    def receiver(**kwargs):
        seen.append(ExceptionReporter(None, *sys.exc_info()).get_traceback_html())

    got_request_exception.connect(receiver)
    yield seen
    got_request_exception.disconnect(receiver)


@pytest.mark.parametrize("fault", FAULTS)
def test_djangos_signal_and_log_tell_of_an_internal_error(call, fault, reported, caplog):
    reference = call(*fault)["data"]["reference"]
    ((path, exception),) = reported
    assert path == "/rpc/" and exception in ("ValueError", "WireError")
    (record,) = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert record.name == "django.request"
    assert record.getMessage() == f"{fault[0]} failed, reference {reference}"
    assert record.status_code == 500 and record.request.path == "/rpc/"
    assert record.exc_info[0].__name__ == exception


def test_an_error_for_the_caller_is_none_of_that(call, reported, caplog):
    for how in ("rpc", "dispatch", "404", "validation"):
        call("shapes.fail", how)
    call("shapes.add", "one")
    call("shapes.nowhere")
    assert not reported and not caplog.records


def test_a_receiver_that_fails_changes_no_answer(call, caplog):
    def receiver(**kwargs):
        raise RuntimeError("of the receiver")

    async def later(**kwargs):
        raise RuntimeError("of the coroutine")

    got_request_exception.connect(receiver)
    got_request_exception.connect(later)
    try:
        for fault in FAULTS:
            assert call(*fault)["code"] == -32603
    finally:
        got_request_exception.disconnect(receiver)
        got_request_exception.disconnect(later)
    assert "of the receiver" in caplog.text and "of the coroutine" in caplog.text
    assert "later_boom failed" in caplog.text


@pytest.mark.parametrize("failure", [OSError("the disk is full"), SystemExit(1)])
def test_a_log_that_fails_changes_no_answer(call, caplog, failure):
    class Broken(logging.Handler):
        def emit(self, record):
            raise failure

    handler = Broken()
    logging.getLogger("django.request").addHandler(handler)
    try:
        error = call("shapes.fail", "value")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert error["code"] == -32603
    record = caplog.records[-1]
    assert record.name == "adjax_jsonrpc" and error["data"]["reference"] in record.getMessage()


@pytest.mark.parametrize("method", ["shapes.secretive", "shapes.later_secretive"])
def test_administrators_get_one_mail_without_what_is_sensitive(call, method, monkeypatch):
    handlers = logging.getLogger("django").handlers
    (handler,) = [each for each in handlers if isinstance(each, AdminEmailHandler)]
    monkeypatch.setattr(handler, "include_html", True)  # every variable of every frame
    with override_settings(ADMINS=[("Ann", "ann@example.com")], DEBUG=False):
        reference = call(method, "Ann", "my password")["data"]["reference"]
    (message,) = mail.outbox
    ((html, _),) = message.alternatives
    assert reference in message.subject and reference in html
    assert "Ann may not be served" in message.body
    assert "my password" not in message.body and "my password" not in html


@pytest.mark.parametrize(
    "body", ["%s", " %s", "[%s]"], ids=["alone", "behind a space", "in a batch"]
)
@pytest.mark.parametrize("send", [wsgi, asgi], ids=["WSGI", "ASGI"])
def test_the_report_of_a_result_that_cannot_be_sent_has_no_arguments(send, body, pages):
    send(body % json.dumps(a_request("shapes.secret_unsendable", ["Ann", "my password"])))
    (page,) = pages
    assert "WireError" in page and "my password" not in page


@pytest.mark.parametrize("hidden", [False, True])
def test_nor_has_the_report_of_a_check_that_ran_in_a_thread(hidden, pages):
    @sensitive_variables()
    def access(request, params) -> bool:
        raise ValueError("a bug")

    async def method(request, password: str) -> None: ...

    own = Registry(Serializer(), app_label=lambda module: "t")
    own.register(access=access, hidden=hidden)(method)
    gateway = Gateway(own, hooks=Hooks(report=exceptions.report))
    password = "-".join(["my", "password"])  # the page shows these lines, too
    body = json.dumps(a_request("t.method", [password])).encode()
    asyncio.run(gateway.ahandle(body, RequestFactory().post("/rpc/")))
    (page,) = pages
    assert "a bug" in page and password not in page


@pytest.mark.slow
def test_sentry_hears_of_internal_errors():
    """In a process of its own: Sentry patches Django, threads and logs for good."""
    result = subprocess.run(
        [
            sys.executable,
            *["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/integration/sentry_events.py"],
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert " passed" in result.stdout


def test_djangos_test_client_raises_what_a_view_would_have_raised():
    with pytest.raises(ValueError, match="a secret"):
        Client().post("/rpc/", json.dumps(a_request("shapes.fail", ["value"])), "application/json")
