"""Pages of other origins in a real Chromium, against a customer who is signed in: nothing runs."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from example.settings import MIDDLEWARE
from playwright.sync_api import Page

from tests.support.servers import serve
from tests.support.shop_page import in_page, open_shop, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.server]

WISH = {"jsonrpc": "2.0", "method": "shop.wish", "params": ["A1"], "id": 1}
BODY = json.dumps(WISH)


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A hostile page</title><body>")

    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="module")
def hostile_port() -> Iterator[int]:
    """A server of pages on another port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


class Shop:
    """The attacked server, seen from behind: its database, and every answer that it gave."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url = url
        self._directory = directory

    @property
    def wishes(self) -> int:
        with sqlite3.connect(self._directory / "db.sqlite3") as database:
            return database.execute("SELECT wishes FROM shop_product WHERE sku='A1'").fetchone()[0]

    @property
    def answers(self) -> list[dict]:
        path = self._directory / "answers.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]


# A session cookie without SameSite's protection, which only Secure ones may have, is sent to
# whatever asks; Chromium takes http://127.0.0.1 for secure enough.
COOKIES = {
    "Lax": {},
    "None": {"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_SECURE": True},
}


@pytest.fixture(scope="module", params=COOKIES)
def shop(request, tmp_path_factory) -> Iterator[Shop]:
    directory = tmp_path_factory.mktemp("shop")
    recording = {"MIDDLEWARE": ["tests.support.page_middleware.RecordAnswers", *MIDDLEWARE]}
    with serve("gunicorn", directory, overrides={**recording, **COOKIES[request.param]}) as url:
        made = Shop(url, directory)
        made.same_site = request.param
        yield made


@pytest.fixture
def victim(browser, shop) -> Iterator[Page]:
    """The shop's own page, where a customer is signed in."""
    context = browser.new_context()
    page = context.new_page()
    open_shop(page, shop.url)
    sign_in(page)
    yield page
    context.close()


# Of each at least one request reaches the endpoint.
ATTACKS = {
    "a form": "await submit('application/x-www-form-urlencoded', call)",
    "a form of text that is JSON": "await submit('text/plain', asText)",
    "a form with parts": "await submit('multipart/form-data', {...call, body})",
    "fetch without CORS": (
        "await fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', body})"
    ),
    "fetch without CORS that claims JSON": (
        "await fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', headers, body})"
    ),
    "fetch of JSON": (
        "await fetch(url, {method: 'POST', credentials: 'include', headers, body}).catch(() => 0)"
    ),
    "fetch of JSON-RPC": (
        """await fetch(url, {
            method: 'POST', credentials: 'include', body,
            headers: {'Content-Type': 'application/json-rpc'},
        }).catch(() => 0)"""
    ),
    "a beacon": "navigator.sendBeacon(url, body)",
    "a beacon of text": "navigator.sendBeacon(url, blob('text/plain'))",
    "a beacon of a form": ("navigator.sendBeacon(url, blob('application/x-www-form-urlencoded'))"),
    "a beacon of JSON": "navigator.sendBeacon(url, blob('application/json'))",
    "an image": "await load('img', url + '?' + new URLSearchParams(call))",
    "a script": "await load('script', url + '?' + new URLSearchParams(call))",
    "the interface": (
        "await load('script', url + 'interface.js'); if (window.ADJAX) throw Error('it ran')"
    ),
    "a frame": "await load('iframe', url + '?' + new URLSearchParams(call))",
}
TOOLS = """
    const headers = {'Content-Type': 'application/json'};
    const call = {jsonrpc: '2.0', method: 'shop.wish', params: '["A1"]', id: 1};
    const asText = {[body.slice(0, -1) + ', "x": "']: '"}'};
    const blob = (type) => new Blob([body], {type});
    const load = (name, src) => new Promise((resolve) => {
        const element = document.createElement(name);
        element.onload = element.onerror = resolve;
        element.src = src;
        document.body.append(element);
    });
    const submit = (enctype, fields, target) => new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.name = `frame${Math.random()}`;
        document.body.append(frame);
        const form = document.createElement('form');
        Object.assign(form, {method: 'post', action: url, enctype, target: target ?? frame.name});
        for (const [name, value] of Object.entries(fields)) {
            const input = document.createElement('textarea');
            Object.assign(input, {name, value});
            form.append(input);
        }
        document.body.append(form);
        frame.onload = resolve;
        form.submit();
    });
"""


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["same site", "another site"])
def test_nothing_that_a_hostile_page_sends_is_executed(victim, shop, hostile_port, host):
    before, seen = shop.wishes, len(shop.answers)
    page = victim.context.new_page()
    page.goto(f"http://{host}:{hostile_port}/")
    for name, attack in ATTACKS.items():
        had = len(shop.answers)
        script = f"async ([url, body]) => {{ {TOOLS} {attack}; }}"
        page.evaluate(script, [f"{shop.url}/rpc/", BODY])
        wait_for(lambda had=had: len(shop.answers) > had)
        made = shop.answers[had:]
        print(f"{name}: {[(a['method'], a['type'], a['status'], a['session']) for a in made]}")
    with page.expect_navigation():  # browsers send more cookies with a page than with its parts
        page.evaluate(
            f"([url, body]) => {{ {TOOLS} submit('text/plain', asText, '_self'); }}",
            [f"{shop.url}/rpc/", BODY],
        )
    assert "send Content-Type: application/json" in page.text_content("body")
    assert shop.wishes == before

    answers = shop.answers[seen:]
    assert {a["method"] for a in answers} == {"GET", "POST", "OPTIONS"}
    for answer in answers:
        assert "access-control-allow-origin" not in answer["headers"], answer
        if answer["path"].endswith(("interface.js", "explorer")):
            continue
        allowed = {"POST": {415}, "GET": {302, 405}, "OPTIONS": {204}}
        assert answer["status"] in allowed[answer["method"]], answer
        assert "result" not in answer["body"], answer
    # The attacks had what they needed: forms came with the cookie, as far as browsers send it.
    carried = any(a["session"] for a in answers if a["method"] == "POST")
    assert carried == (host == "127.0.0.1" or shop.same_site == "None")

    # And the very call runs when the shop's own page makes it.
    assert in_page(victim, "return client.createClient('/rpc/').shop.wish('A1');") == before + 1


def test_a_stolen_cookie_without_the_token_is_worth_nothing(victim, shop):
    before = shop.wishes
    jar = {each["name"]: each["value"] for each in victim.context.cookies()}
    tries = [
        {"Cookie": f"sessionid={jar['sessionid']}"},
        {"Cookie": f"sessionid={jar['sessionid']}; csrftoken={jar['csrftoken']}"},
        {"Cookie": f"sessionid={jar['sessionid']}", "X-CSRFToken": "x" * 64},
        {"Cookie": f"sessionid={jar['sessionid']}", "Origin": "https://elsewhere.example"},
        {
            "Cookie": f"sessionid={jar['sessionid']}; csrftoken={jar['csrftoken']}",
            "X-CSRFToken": jar["csrftoken"],
            "Origin": "https://elsewhere.example",
        },
    ]
    for headers in tries:
        sent = urllib.request.Request(
            f"{shop.url}/rpc/",
            data=BODY.encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(sent)
        with refused.value as answer:
            assert answer.code == 403
            assert json.load(answer)["error"]["code"] == -32003
            assert "X-CSRFToken" not in answer.headers
    assert shop.wishes == before
