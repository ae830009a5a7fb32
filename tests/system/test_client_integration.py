"""The built JavaScript client against real servers, from node and from a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.support.http_calls import call, send
from tests.support.needs import needs
from tests.support.paths import TESTS
from tests.support.servers import serve

pytestmark = pytest.mark.server

PROJECT = TESTS / "projects/client"
SETTINGS = "tests.projects.client.settings"
SERVERS = ["gunicorn", "uvicorn"]  # WSGI and ASGI
SECONDS = 90

# In a page, and in node: run a scenario of projects/client/static/client_project/scenarios.mjs.
Run = Callable[..., Any]

_keys = count(1)


def _run_in_node(name: str, url: str, **arguments: Any) -> Any:
    needs("node")
    node = shutil.which("node")
    assert node, "node is not installed"
    given = json.dumps({"url": url, **arguments})
    done = subprocess.run(
        [node, str(PROJECT / "run.mjs"), name, given],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, "NODE_OPTIONS": ""},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _run_in_page(page: Page, name: str, **arguments: Any) -> Any:
    return page.evaluate(
        """async ([name, given]) => {
            const adjax = await import("/static/adjax_jsonrpc/adjax.mjs");
            const scenarios = await import("/static/client_project/scenarios.mjs");
            return scenarios.run(adjax, name, given);
        }""",
        [name, arguments],
    )


@pytest.fixture(
    params=[
        pytest.param("node", marks=pytest.mark.node),
        pytest.param("chromium", marks=pytest.mark.browser),
    ]
)
def run(request) -> Iterator[Run]:
    if request.param == "node":
        yield _run_in_node
        return
    context = request.getfixturevalue("browser").new_context()

    def run_in_chromium(name: str, url: str, **arguments: Any) -> Any:
        page = context.new_page()
        page.goto(url)
        return _run_in_page(page, name, **arguments)

    yield run_in_chromium
    context.close()


@pytest.fixture(scope="module", params=SERVERS)
def server(request, tmp_path_factory) -> Iterator[str]:
    with serve(request.param, tmp_path_factory.mktemp(request.param), SETTINGS) as url:
        yield url


@pytest.fixture
def key() -> str:
    """A name for what a test counts or holds on the server."""
    return f"key {next(_keys)}"


def posts(url: str) -> list[dict[str, Any]]:
    """Say what POSTs the server saw since it was last asked."""
    return send(url, method="GET", path="/posts/", content_type=None).json["posts"]


# ── many calls, and their end ──


def test_a_thousand_calls_in_one_tick_are_ten_posts(server, run):
    posts(server)
    assert run("thousand", server) == 1000
    assert posts(server) == [{"calls": 100, "status": 200}] * 10


def test_half_of_a_thousand_calls_are_aborted(server, run):
    posts(server)
    assert run("abortHalf", server) == {"right": 500, "aborted": 500}
    assert posts(server) == [{"calls": 100, "status": 200}] * 10


def test_what_is_aborted_in_the_same_tick_is_not_sent(server, run):
    posts(server)
    assert run("abortBeforeSending", server) == 1000
    assert posts(server) == [{"calls": 100, "status": 200}] * 5


def test_when_a_whole_batch_is_aborted_so_is_the_request(server, run, key):
    seen = run("abortAll", server, key=key)
    assert seen == {"before": False, "after": True, "names": ["AbortError"] * 10}


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_killed_mid_batch_loses_what_was_in_flight_only(
    kind, run, key, tmp_path, monkeypatch
):
    # A browser itself sends a request again whose connection, used before, breaks.
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--keep-alive 0")
    log = tmp_path / "deaths"
    with serve(kind, tmp_path, SETTINGS) as url:
        seen = run("killed", url, key=key, log=str(log))
    assert seen["before"] == "before"
    in_flight = [seen["waiting"], *seen["others"]]
    assert len(in_flight) == 101
    assert {(each["name"], each.get("status")) for each in in_flight} == {("TransportError", None)}
    assert [each["method"] for each in in_flight[:2]] == ["probe.hold", "probe.echo"]
    assert seen["sent"] == [1, 1, 1, 100, 1]  # nothing a second time
    assert log.read_text() == "died\n"
    if kind == "gunicorn":  # which starts another worker
        assert seen["after"] == ["after"]
    else:
        assert seen["after"]["name"] == "TransportError"


# ── a proxy that fails ──

PAGE = (
    b"<html><head><title>502 Bad Gateway</title></head><body>" + b"nginx " * 200 + b"</body></html>"
)


class Proxy(ThreadingHTTPServer):
    """Passes requests on; ``plan`` says what it does to the next POSTs instead."""

    daemon_threads = True

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        self.upstream = urlsplit(url).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.plan: list[str] = []
        self.posts = 0


class _ProxyHandler(BaseHTTPRequestHandler):
    server: Proxy

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self.server.posts += 1
        step = self.server.plan.pop(0) if self.server.plan else "pass"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if step == "502 instead":
            self._answer(502, [("Content-Type", "text/html")], PAGE)
        else:
            self._pass_on(body, lose_answer=step == "502 afterwards")

    def _pass_on(self, body: bytes | None = None, lose_answer: bool = False) -> None:
        connection = HTTPConnection(self.server.upstream, timeout=30)
        try:
            connection.request(self.command, self.path, body, dict(self.headers.items()))
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if lose_answer:
            self._answer(502, [("Content-Type", "text/html")], PAGE)
        else:
            self._answer(response.status, response.getheaders(), content)

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    thread = Thread(target=proxy.serve_forever)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


@pytest.fixture
def proxy(server) -> Iterator[Proxy]:
    with running(Proxy(server)) as proxy:
        yield proxy


def bad_gateway(method: str) -> dict[str, Any]:
    body = PAGE.decode()[:500]
    return {"name": "TransportError", "method": method, "status": 502, "body": body}


def runs(url: str, key: str) -> list[int]:
    return [call(url, "probe.runs", f"{key} {which}")["result"] for which in ("once", "again")]


def test_a_502_page_rejects_each_call_of_the_batch(server, proxy, run, key):
    proxy.plan = ["502 instead"] * 3
    once, again, *others = run("proxied", proxy.url, key=key)
    assert once == bad_gateway("probe.run")
    assert again == bad_gateway("probe.run_again")
    assert others == [bad_gateway("probe.echo")] * 98
    assert proxy.posts == 3  # the batch, and twice what may be sent again
    assert runs(server, key) == [0, 0]


def test_after_a_502_only_what_may_be_sent_again_is(server, proxy, run, key):
    posts(server)
    proxy.plan = ["502 instead"]
    once, again, *others = run("proxied", proxy.url, key=key)
    assert once == bad_gateway("probe.run")
    assert again == [1]
    assert others == [bad_gateway("probe.echo")] * 98
    assert posts(server) == [{"calls": 1, "status": 200}]
    assert runs(server, key) == [0, 1]


def test_nothing_else_runs_twice_when_its_answer_is_lost(server, proxy, run, key):
    proxy.plan = ["502 afterwards"]
    once, again, *_ = run("proxied", proxy.url, key=key)
    assert once == bad_gateway("probe.run")
    assert again == [2]
    assert runs(server, key) == [1, 2]


# ── two tabs of one browser ──


@pytest.fixture
def tabs(browser, server) -> Iterator[tuple[Page, Page]]:
    context = browser.new_context()
    pages = context.new_page(), context.new_page()
    for page in pages:
        page.goto(server)
    yield pages
    context.close()


def start(page: Page, key: str, csrf: str = "undefined") -> None:
    """Begin two calls, and hold back their request when it has its token."""
    page.evaluate(
        """async ([key, csrf]) => {
            const { createClient } = await import("/static/adjax_jsonrpc/adjax.mjs");
            const tokens = [];
            const ready = new Promise((resolve) => {
                const onRequest = async ({ headers }) => {
                    tokens.push(headers.get("X-CSRFToken"));
                    resolve();
                    await new Promise((go) => Object.assign(globalThis, { go }));
                };
                const rpc = createClient("/rpc/", { onRequest, csrf: eval(`(${csrf})`) });
                const calls = [rpc.probe.whoami(), rpc.probe.run(key)];
                globalThis.ended = Promise.allSettled(calls).then((endings) => ({
                    endings: endings.map(({ value, reason }) => value ?? reason.name),
                    tokens,
                }));
            });
            await ready;
        }""",
        [key, csrf],
    )


def finish(page: Page) -> dict[str, Any]:
    """Let the requests go, and say how the calls ended."""
    return page.evaluate(
        """async () => {
            let over = false;
            globalThis.ended.finally(() => (over = true));
            while (!over) {
                globalThis.go();
                await new Promise((resolve) => setTimeout(resolve));
            }
            return globalThis.ended;
        }"""
    )


def log_in(page: Page, name: str) -> None:
    page.evaluate(
        """async (name) => {
            const { createClient } = await import("/static/adjax_jsonrpc/adjax.mjs");
            await createClient("/rpc/").probe.login(name);
        }""",
        name,
    )


CSRF = {
    "in the cookie": "undefined",
    "asked of the server": "async () => (await fetch('/token/')).text()",
}


@pytest.mark.browser
@pytest.mark.parametrize("csrf", CSRF.values(), ids=CSRF)
def test_a_login_in_another_tab_changes_the_token(server, tabs, key, csrf):
    first, second = tabs
    start(first, key, csrf)
    log_in(second, "ann")
    posts(server)
    seen = finish(first)
    assert seen["endings"] == ["ann", 1]  # each ran once
    old, new = seen["tokens"]
    assert old != new
    assert posts(server) == [{"calls": 2, "status": 403}, {"calls": 2, "status": 200}]


@pytest.mark.browser
def test_the_next_call_has_the_token_of_another_tabs_login(server, tabs):
    first, second = tabs
    log_in(second, "ann")
    posts(server)
    whoami = """async () => {
        const { createClient } = await import("/static/adjax_jsonrpc/adjax.mjs");
        return createClient("/rpc/").probe.whoami();
    }"""
    assert first.evaluate(whoami) == "ann"
    assert posts(server) == [{"calls": 1, "status": 200}]


@pytest.mark.browser
def test_a_token_that_did_not_change_is_not_sent_again(server, tabs, key):
    first, second = tabs
    start(first, key, "'made up'")
    log_in(second, "ann")
    posts(server)
    seen = finish(first)
    assert seen == {"endings": ["CsrfError", "CsrfError"], "tokens": ["made up"]}
    assert posts(server) == [{"calls": 2, "status": 403}]
    assert call(server, "probe.runs", key)["result"] == 0
