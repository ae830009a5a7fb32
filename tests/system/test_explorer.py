"""The explorer in a real Chromium: every method of the example is called by its form."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.paths import ROOT, TESTS
from tests.support.servers import serve

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.node]

AXE = TESTS / "node/node_modules/axe-core/axe.min.js"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Iterator[str]:
    with serve("gunicorn", tmp_path_factory.mktemp("shop")) as url:
        yield url


@pytest.fixture(scope="module")
def echo(tmp_path_factory) -> Iterator[str]:
    """The methods of tests/projects/explorer."""
    directory = tmp_path_factory.mktemp("echo")
    with serve("uvicorn", directory, "tests.projects.explorer.settings") as url:
        yield url


@pytest.fixture
def explorer(page: Page, shop: str) -> Iterator[Page]:
    with only(page, shop):
        yield page


@pytest.fixture
def fields(page: Page, echo: str) -> Iterator[Page]:
    with only(page, echo):
        yield page


class only:
    """Open the explorer; requests to any other origin, and messages in the console, fail."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.found = page, url, []

    def __enter__(self) -> None:
        page = self.page
        page.set_viewport_size(WIDE)
        page.route(lambda url: not url.startswith((self.url, "data:")), self.refuse)
        page.on("console", lambda message: self.found.append(message.text))
        page.goto(f"{self.url}/rpc/explorer")
        expect(page.locator("nav a").first).to_be_visible()

    def __exit__(self, *raised: Any) -> None:
        if raised[0] is None:
            assert [each for each in self.found if "status of 4" not in each] == []

    def refuse(self, route: Any) -> None:
        self.found.append(route.request.url)
        route.abort()


def open_method(page: Page, name: str) -> None:
    page.evaluate("name => { location.hash = name }", name)
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def raw(page: Page) -> Any:
    return page.get_by_label("params as JSON")


def params(page: Page) -> Any:
    return json.loads(raw(page).input_value())


def call(page: Page) -> str:
    """Press Call; return what the server answered."""
    press(page, "Call")
    expect(page.locator(".outcome h2")).to_have_text("Result")
    page.locator(".outcome summary", has_text="On the wire").click()
    return page.get_by_label("response").inner_text()


def sign_in(page: Page, name: str) -> None:
    open_method(page, "shop.login")
    page.get_by_label("username").fill(name)
    page.get_by_label("password").fill(f"demo-{name}-password")
    call(page)
    page.reload()
    expect(page.get_by_text(f"Logged in as {name}")).to_be_visible()


# ── the example ──


def test_every_method_of_the_shop_is_called_by_its_form(explorer):
    page = explorer
    sign_in(page, "sam")
    called = {"login"}

    def form(name: str, **texts: str) -> None:
        called.add(name)
        open_method(page, f"shop.{name}")
        for label, text in texts.items():
            page.get_by_label(label, exact=True).first.fill(text)

    def money(cents: str) -> None:
        page.get_by_label("cents").fill(cents)
        page.get_by_label("currency").fill("EUR")

    form("stock", sku="A1")
    assert '"result":12' in call(page)

    form("products")
    page.get_by_label("send show").check()
    page.get_by_label("show", exact=True).select_option("in stock")
    page.get_by_label("send dearest").check()
    page.get_by_label("dearest: type").select_option("money")
    money("3000")
    dearest = {"__type__": "money", "cents": 3000, "currency": "EUR"}
    assert params(page) == {"show": "in stock", "dearest": dearest}
    assert "Morning cup" in call(page)

    for name in ("quote", "create_order"):
        form(name)
        while page.get_by_label("sku").count() < 2:
            press(page, "add an item to items")
        page.get_by_label("sku").first.fill("A1")
        page.get_by_label("quantity").first.fill("2")
        page.get_by_label("sku").nth(1).fill("B1")
        page.get_by_label("quantity").nth(1).fill("1")
        page.get_by_label("send express").check()
        page.get_by_label("express", exact=True).check()
        items = [{"sku": "A1", "quantity": 2}, {"sku": "B1", "quantity": 1}]
        assert params(page) == {"items": items, "express": True}
        assert '"money"' in call(page)

    form("delivery")
    page.get_by_label("send ordered").check()
    page.get_by_label("ordered: type").select_option("datetime")
    page.locator("input[type=datetime-local]").fill("2026-11-25T09:30")
    assert params(page)["ordered"]["value"] == "2026-11-25T09:30:00+00:00"
    assert '"datetime"' in call(page)

    form("discount", percent="10")
    money("1000")
    assert '"cents":900' in call(page)

    form("search", text="cup")
    assert "Tall cup" in call(page)

    form("wish", sku="A1")
    call(page)

    form("restock", sku="A1", quantity="1")
    assert '"result":' in call(page)

    for name in ("me", "orders", "logout"):
        form(name)
        call(page)

    form("average_rating", sku="A1")
    press(page, "Call")
    expect(page.locator(".outcome h2")).to_have_text("Internal error (-32603)")
    expect(page.locator(".outcome")).to_contain_text("ZeroDivisionError")
    assert {link.inner_text() for link in page.locator("nav a").all()} == called


def test_only_what_the_caller_may_call_is_listed(explorer):
    names = explorer.locator("nav a").all_inner_texts()
    assert "stock" in names and "restock" not in names
    open_method(explorer, "shop.restock")
    expect(explorer.get_by_text("There is no such method, or you may not call it.")).to_be_visible()


def test_methods_are_searched_by_name_and_summary(explorer):
    explorer.get_by_label("search methods").fill("shelf")
    assert explorer.locator("nav a").all_inner_texts() == ["stock"]
    explorer.get_by_label("search methods").fill("nothing like this")
    expect(explorer.get_by_text("No method matches.")).to_be_visible()


def test_errors_are_shown_at_their_fields(explorer):
    open_method(explorer, "shop.quote")
    press(explorer, "add an item to items")
    explorer.get_by_label("sku").fill("A1")
    explorer.get_by_label("quantity").fill("0")
    press(explorer, "Call")
    expect(explorer.locator(".outcome h2")).to_have_text("Invalid params (-32602)")
    quantity = explorer.get_by_label("quantity")
    expect(quantity).to_have_attribute("aria-invalid", "")
    described = explorer.locator(f"#{quantity.get_attribute('aria-describedby')}")
    expect(described).to_contain_text("minimum of 1")
    expect(quantity).to_be_focused()
    quantity.fill("1")
    expect(quantity).not_to_have_attribute("aria-invalid", "")


def test_json_that_does_not_parse_is_shown_at_its_place_and_not_sent(explorer):
    open_method(explorer, "shop.stock")
    raw(explorer).fill('{\n  "sku": A1\n}')
    expect(
        explorer.get_by_role("alert").filter(has_text="Line 2, column 10: a value is missing")
    ).to_be_visible()
    for name in ("Call", "Notify", "Add to batch"):
        expect(explorer.get_by_role("button", name=name, exact=True)).to_be_disabled()
    raw(explorer).fill('{"sku": "B1"}')
    assert explorer.get_by_label("sku").input_value() == "B1"
    explorer.get_by_label("sku").fill("A1")
    assert params(explorer) == {"sku": "A1"}


def test_a_lost_login_keeps_what_was_typed(explorer):
    sign_in(explorer, "ann")
    open_method(explorer, "shop.create_order")
    explorer.get_by_label("sku").fill("A1")
    explorer.context.clear_cookies()
    press(explorer, "Call")
    expect(explorer.get_by_role("status")).to_contain_text("You are not logged in")
    assert explorer.get_by_label("sku").input_value() == "A1"


def test_a_method_that_is_gone_is_reported(explorer):
    open_method(explorer, "shop.stock")
    explorer.get_by_label("sku").fill("A1")
    gone = {"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": 1}
    explorer.route("**/rpc/", lambda route: route.fulfill(json=gone))
    press(explorer, "Call")
    expect(explorer.get_by_role("status")).to_contain_text("This method is not there any more")


def test_a_batch_is_one_post_in_the_order_that_was_chosen(explorer):
    bodies: list[Any] = []
    explorer.on("request", lambda r: r.method == "POST" and bodies.append(json.loads(r.post_data)))
    for sku in ("A1", "B1"):
        open_method(explorer, "shop.stock")
        explorer.get_by_label("sku").fill(sku)
        press(explorer, "Add to batch")
    open_method(explorer, "shop.me")
    press(explorer, "Add to batch")
    explorer.get_by_role("link", name="Batch (3)").click()
    rows = explorer.locator(".plan li")
    rows.nth(2).drag_to(rows.nth(0))
    explorer.get_by_role("button", name="move down shop.stock").nth(0).click()
    rows.nth(1).get_by_label("Notification").check()
    shown = json.loads(explorer.get_by_label("the body of the request").inner_text())
    assert [(each["method"], each["params"], "id" in each) for each in shown] == [
        ("shop.me", {}, True),
        ("shop.stock", {"sku": "B1"}, False),
        ("shop.stock", {"sku": "A1"}, True),
    ]
    press(explorer, "Send the batch")
    expect(explorer.get_by_text("Answered in")).to_be_visible()
    (sent,) = bodies
    assert [each["method"] for each in sent] == ["shop.me", "shop.stock", "shop.stock"]
    outcomes = explorer.locator(".response")
    expect(outcomes.nth(1)).to_contain_text("Notification: no answer")
    expect(outcomes.nth(2)).to_contain_text(re.compile(r"stock\d+$"))


def test_calls_of_the_tab_are_remembered_and_opened_again(explorer):
    open_method(explorer, "shop.stock")
    explorer.get_by_label("sku").fill("A1")
    call(explorer)
    explorer.get_by_label("sku").fill("C1")
    explorer.get_by_role("link", name="History").click()
    explorer.get_by_role("button", name='shop.stock { "sku": "A1" }').click()
    expect(explorer.get_by_label("sku")).to_have_value("A1")
    assert explorer.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_link_leads_to_a_method(page, shop):
    with only(page, shop):
        page.goto(f"{shop}/rpc/explorer#shop.stock")
        page.reload()
        expect(page.get_by_role("heading", name="shop.stock")).to_be_visible()
        assert page.title() == "shop.stock · JSON-RPC methods"


@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript", "TypeScript"])
def test_a_call_is_copied_as_code_that_runs(explorer, tmp_path, language):
    open_method(explorer, "shop.search")
    raw(explorer).fill('{"text": "it\'s", "most": 2}')
    explorer.get_by_text("Copy as code").click()
    press(explorer, language)
    code = explorer.get_by_label("snippet").inner_text()
    if language == "curl":
        command = ["bash", "-c", f"{code} --silent"]
    elif language == "Python":
        command = [sys.executable, "-c", code]
    else:
        client = (ROOT / "adjax_jsonrpc/static/adjax_jsonrpc/adjax.mjs").as_uri()
        code = code.replace('"adjax-jsonrpc"', json.dumps(client))
        lines = [line for line in code.splitlines() if not line.startswith("import type")]
        program = tmp_path / "call.mjs"
        program.write_text(
            "\n".join(lines).replace("<Api>", "") + "\nconsole.log(JSON.stringify({result}))"
        )
        command = ["node", str(program)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "result" in ran.stdout, ran.stderr


# ── all kinds of fields ──


SAMPLES: dict[str, list[Any]] = {
    "moments": [
        {
            "at": {"__type__": "datetime", "value": "2026-11-25T09:30:00.125+01:00"},
            "on": {"__type__": "date", "value": "2026-11-25"},
            "every": {"__type__": "duration", "value": "P1DT2H"},
            "until": {"__type__": "time", "value": "09:30:00"},
        },
        {
            "at": {"__type__": "datetime", "value": "2026-11-25T09:30:00"},
            "on": {"__type__": "date", "value": "2026-11-25"},
            "every": {"__type__": "duration", "value": "-PT5S"},
            "until": None,
        },
    ],
    "numbers": [
        {
            "whole": {"__type__": "bigint", "value": "9007199254740993"},
            "part": -1.5,
            "exact": {"__type__": "decimal", "value": "1.10"},
            "many": [1, 2, 3],
            "yes": True,
        },
        {"whole": 0, "part": 1e300, "exact": {"__type__": "decimal", "value": "0"}, "many": []},
    ],
    "texts": [
        {
            "text": 'ä "quoted" <b>',
            "key": {"__type__": "uuid", "value": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
            "data": {"__type__": "bytes", "value": "AAEC"},
            "size": 3,
        },
    ],
    "collections": [
        {
            "names": {"__type__": "set", "value": ["a", "b"]},
            "by_name": {"one": 1, "two": 2},
            "by_number": {"__type__": "map", "value": [[1, "one"], [2, "two"]]},
            "pair": [1, "one"],
            "point": [1, 2.5],
        },
    ],
    "nested": [
        {
            "node": {
                "name": "root",
                "children": [{"name": "leaf"}, {"name": "leaf", "children": []}],
                "parent": {"name": "above", "parent": None},
            },
            "settings": {"volume": 11},
            "color": "blue",
        },
    ],
    "unions": [
        {"value": 1, "other": [1, 2]},
        {"value": "text", "other": {"__type__": "date", "value": "2026-11-25"}, "any": {"a": [1]}},
        {"value": ["a"], "other": {"note": "loud"}, "any": None},
        {"value": None, "other": {}},
    ],
    "rest": [[1], [1, 2, 3]],
    "free": [{}, {"a": 1, "b": 2}],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_form_and_the_json_show_the_same(fields, name):
    """What is written as JSON is in the form: the form writes the same JSON, and it is accepted."""
    open_method(fields, f"explorer.{name}")
    for sample in SAMPLES[name]:
        raw(fields).fill(json.dumps(sample))
        expect(fields.locator(".params")).not_to_have_attribute("inert", "")
        raw(fields).evaluate("area => { area.value = '' }")
        # A change of any field writes the whole form as JSON.
        fields.locator(".params").evaluate(
            "form => (form.querySelector('input:not([type=checkbox]), select, textarea')"
            " ?? form).dispatchEvent(new Event('input', {bubbles: true}))"
            " && form.querySelector('select')?.dispatchEvent(new Event('change'))"
        )
        if raw(fields).input_value():
            assert params(fields) == sample
        else:  # there is no field to change
            raw(fields).fill(json.dumps(sample))
        call(fields)


def test_params_that_the_form_can_not_show_are_sent_as_they_are(fields):
    open_method(fields, "explorer.numbers")
    raw(fields).fill('{"whole": "many"}')
    expect(fields.get_by_text("The form can't show these params.")).to_be_visible()
    press(fields, "Call")
    expect(fields.locator(".outcome h2")).to_have_text("Invalid params (-32602)")


def test_digits_that_javascript_can_not_hold_are_sent_as_they_are_written(fields):
    open_method(fields, "explorer.unions")
    raw(fields).fill('{"value": 12345678901234567890, "other": []}')
    press(fields, "Call")
    fields.locator(".outcome summary", has_text="On the wire").click()
    assert "12345678901234567890" in fields.get_by_label("request").inner_text()


def test_a_file_becomes_bytes(fields):
    open_method(fields, "explorer.texts")
    fields.get_by_label("data: read a file").set_input_files(
        {"name": "a.bin", "mimeType": "application/octet-stream", "buffer": bytes(range(4))}
    )
    fields.wait_for_function(
        "document.querySelector('[aria-label=\"params as JSON\"]').value.includes('AAECAw==')"
    )


def test_documentation_and_examples_of_a_method(fields):
    open_method(fields, "explorer.rest")
    expect(fields.locator(".badge.deprecated")).to_be_visible()
    expect(fields.locator(".badge.readonly")).to_be_visible()
    expect(fields.locator("article code", has_text="sum").first).to_be_visible()
    expect(fields.get_by_text("the first number", exact=True)).to_be_visible()
    assert params(fields) == [1, 2, 3]
    assert '"result":6' in call(fields)


# ── for everybody ──


VIOLATIONS = """async () => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"]});
  return violations.map(({id, nodes}) => [id, nodes.map(({html}) => html.slice(0, 150))]);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_state_is_accessible(page, echo, scheme, size):
    page.emulate_media(color_scheme=scheme)
    # The page allows no script but its own; the test's comes through the debugger.
    with only(page, echo):
        page.set_viewport_size(size)
        page.evaluate(AXE.read_text())

        def accessible(state: str) -> None:
            assert page.evaluate(VIOLATIONS) == [], state
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{state} is {width} pixels wide"

        accessible("start")
        for name in SAMPLES:
            open_method(page, f"explorer.{name}")
            raw(page).fill(json.dumps(SAMPLES[name][0]))
            press(page, "Call")
            expect(page.locator(".outcome h2")).to_be_visible()
            page.evaluate(
                "document.querySelectorAll('details').forEach((each) => each.open = true)"
            )
            accessible(name)
        press(page, "Add to batch")
        page.get_by_role("link", name="Batch").click()
        press(page, "Send the batch")
        expect(page.get_by_text("Answered in")).to_be_visible()
        accessible("batch")
        page.get_by_role("link", name="History").click()
        accessible("history")


def test_the_keyboard_reaches_everything(explorer):
    explorer.keyboard.press("Tab")
    expect(explorer.get_by_text("Skip to the method")).to_be_focused()
    open_method(explorer, "shop.stock")
    expect(explorer.get_by_role("heading", name="shop.stock")).to_be_focused()
    explorer.keyboard.press("Tab")
    expect(explorer.get_by_label("sku")).to_be_focused()
    explorer.keyboard.type("A1")
    while explorer.evaluate("document.activeElement.textContent") != "Call":
        explorer.keyboard.press("Tab")
    explorer.keyboard.press("Enter")
    expect(explorer.locator(".outcome h2")).to_have_text("Result")


def test_the_picture_of_the_documentation(explorer, tmp_path):
    """With SCREENSHOTS=1 the picture in docs/ is taken anew."""
    folder = ROOT / "docs" if os.environ.get("SCREENSHOTS") else tmp_path
    open_method(explorer, "shop.delivery")
    explorer.get_by_label("send ordered").check()
    explorer.get_by_label("ordered: type").select_option("datetime")
    explorer.locator("input[type=datetime-local]").fill("2026-11-25T09:30")
    press(explorer, "Call")
    expect(explorer.locator(".outcome h2")).to_have_text("Result")
    picture = explorer.screenshot(path=folder / "screenshot-explorer.png")
    assert len(picture) > 20_000
