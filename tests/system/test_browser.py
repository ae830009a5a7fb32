"""The example's page and adjax 1.2's own application in a real Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from example.settings import MIDDLEWARE
from playwright.sync_api import Page, expect

from tests.support.servers import serve
from tests.support.shop_page import Posts, in_page, open_shop, run, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Iterator[str]:
    overrides = {"MIDDLEWARE": ["tests.support.page_middleware.CountPosts", *MIDDLEWARE]}
    with serve("uvicorn", tmp_path_factory.mktemp("shop"), overrides=overrides) as url:
        yield url


@pytest.fixture(scope="module")
def adjax12(tmp_path_factory) -> Iterator[str]:
    with serve(
        "runserver", tmp_path_factory.mktemp("adjax12"), "tests.projects.adjax12.settings"
    ) as url:
        yield url


# ── the shop ──


def test_the_shelf_arrives_in_one_post(page, shop):
    posts = Posts(page)
    open_shop(page, shop)
    assert posts.methods == [["shop.products", "shop.me"]]
    expect(page.locator(".product")).to_have_count(6)
    expect(page.locator(".product[data-sku=A1]")).to_contain_text("€18.90")


def test_three_calls_in_one_tick_reach_the_server_as_one_post(page, shop):
    open_shop(page, shop)
    posts = Posts(page)
    run(page, "Three calls in one tick")
    run(page, "A Date there and back")
    first, second = posts.methods
    assert first == ["shop.stock", "shop.stock", "shop.search"]
    assert second == ["shop.delivery"]
    before, after = posts.numbers
    assert after == before + 1  # the server, too, saw no POST between these two
    expect(page.locator(".exchange").nth(1)).to_have_attribute("data-calls", "3")
    expect(page.locator(".exchange").nth(1)).to_contain_text("3 calls")


def test_an_error_is_shown_with_its_code(page, shop):
    open_shop(page, shop)
    result = run(page, "A call that fails")
    expect(result).to_contain_text("Internal error")
    expect(result).to_contain_text("RpcError -32603")
    expect(page.locator(".exchange").first).to_contain_text("RpcError -32603")


def test_all_that_is_wrong_with_params_is_told_at_once(page, shop):
    open_shop(page, shop)
    result = run(page, "Wrong params, all of them told")
    expect(result).to_contain_text("RpcError -32602")
    errors = in_page(
        page,
        """
        const items = [{sku: "A1", quantity: 0}, {sku: 7}];
        const error = await client.createClient("/rpc/").shop.quote.with({items}).catch((e) => e);
        return error.errors.map(({path}) => path).sort();
        """,
    )
    assert errors == ["/items/0/quantity", "/items/1", "/items/1/sku"]


def test_a_date_goes_there_and_comes_back_as_a_date(page, shop):
    open_shop(page, shop)
    expect(run(page, "A Date there and back").locator(".type")).to_have_text("Date")
    back = in_page(
        page,
        """
        const friday = new Date("2026-11-20T09:30:00.123Z");
        const back = await client.createClient("/rpc/").shop.delivery(friday, true);
        return [back instanceof Date, back.toISOString()];
        """,
    )
    assert back == [True, "2026-11-23T09:30:00.123Z"]


def test_a_custom_class_goes_there_and_comes_back_as_itself(page, shop):
    open_shop(page, shop)
    result = run(page, "A custom class there and back")
    expect(result.locator(".type")).to_have_text("Money")
    expect(result).to_contain_text("€15.12")
    exchange = page.locator(".exchange").first
    exchange.get_by_text("JSON there and back").click()
    money = '{"__type__": "money", "cents": 1890, "currency": "EUR"}'
    expect(exchange.locator(".json").first).to_contain_text(money)


def test_the_old_api_and_the_new_one_give_the_same(page, shop):
    open_shop(page, shop)
    expect(run(page, "A call through the adjax 1.2 API")).to_contain_text("12")
    expect(page.locator(".exchange").first).to_contain_text("adjax 1.2 API")
    old, promised, new = in_page(
        page,
        """
        let promised;
        const old = await new Promise((resolve) => {
            promised = ADJAX.apps.shop.search("cup", resolve);
        });
        const rpc = client.createClient("/rpc/", {types: ADJAX.serializer});
        return [old, await promised, await rpc.shop.search("cup")].map((v) => JSON.stringify(v));
        """,
    )
    assert old == promised == new
    assert [article["sku"] for article in json.loads(new)] == ["A1", "A2"]


def test_searching_asks_an_asynchronous_method(page, shop):
    open_shop(page, shop)
    page.get_by_label("Search the shelf").fill("bowl")
    expect(page.locator(".product")).to_have_count(1)
    expect(page.locator(".product")).to_contain_text("Breakfast bowl")


def test_who_is_not_signed_in_is_told_so(page, shop):
    open_shop(page, shop)
    page.get_by_role("button", name="Add Side plate").click()
    page.get_by_role("button", name="Order", exact=True).click()
    expect(page.locator("#message")).to_have_text("Please sign in first, then order.")


def test_a_customer_signs_in_and_orders(page, shop):
    open_shop(page, shop)
    sign_in(page)
    page.get_by_role("button", name="Add Tall cup").click()
    page.get_by_role("button", name="One Tall cup more").click()
    expect(page.locator("#total")).to_have_text("€49.70")
    page.get_by_role("button", name="Order", exact=True).click()
    expect(page.locator("#message")).to_contain_text("over €49.70 arrives on")
    expect(page.locator(".product[data-sku=A2]")).to_contain_text("5 in stock")
    expect(page.locator("#orders")).to_contain_text("€49.70")


def test_an_order_beyond_the_stock_changes_nothing(page, shop):
    open_shop(page, shop)
    sign_in(page)
    page.get_by_role("button", name="Add Side plate").click()
    page.get_by_role("button", name="Add Teapot").click()
    for _ in range(3):
        page.get_by_role("button", name="One Teapot more").click()
    page.get_by_role("button", name="Order", exact=True).click()
    told = "Not enough of Teapot on the shelf: 3 left."
    expect(page.locator("#message")).to_have_text(told)
    page.reload()
    expect(page.locator(".product[data-sku=B2]")).to_contain_text("18 in stock")


def test_staff_may_restock_and_others_may_not(page, shop):
    open_shop(page, shop)
    restock = """
        const rpc = client.createClient("/rpc/");
        return rpc.shop.restock("B1", 5).catch(({code}) => code);
    """
    assert in_page(page, restock) == -32001
    sign_in(page)
    assert in_page(page, restock) == -32002
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "sam")
    page.get_by_role("button", name="Restock Breakfast bowl").click()
    expect(page.locator(".product[data-sku=B1]")).to_contain_text("10 in stock")


def test_a_call_with_a_session_needs_the_csrf_token(page, shop):
    open_shop(page, shop)
    sign_in(page)
    status, response = page.evaluate(
        """async () => {
            const body = JSON.stringify({jsonrpc: "2.0", method: "shop.orders", id: 1});
            const headers = {"Content-Type": "application/json"};
            const response = await fetch("/rpc/", {method: "POST", headers, body});
            return [response.status, await response.json()];
        }"""
    )
    assert (status, response["id"], response["error"]["code"]) == (403, None, -32003)
    refused, accepted = in_page(
        page,
        """
        const without = client.createClient("/rpc/", {csrf: false});
        return [
            await without.shop.me().catch(({code}) => code),
            await client.createClient("/rpc/").shop.me(),
        ];
        """,
    )
    assert refused == -32003
    assert accepted["customer"] == "ann"


def test_a_login_changes_the_token_and_the_page_goes_on(page, shop):
    open_shop(page, shop)
    token = "() => adjax.utils.cookie('csrftoken')"
    before = page.evaluate(token)
    posts = Posts(page)
    sign_in(page)
    assert page.evaluate(token) != before
    assert posts.methods == [["shop.login"], ["shop.orders"]]
    assert [response.status for response in posts.responses] == [200, 200]


def test_a_narrow_page_does_not_scroll_sideways(page, shop):
    page.set_viewport_size({"width": 360, "height": 740})
    open_shop(page, shop)
    sign_in(page)
    page.get_by_role("button", name="Add Morning cup").click()
    for title in ("Three calls in one tick", "A call that fails", "A Date there and back"):
        run(page, title)
    page.get_by_text("JSON there and back").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


# ── a project's own security settings ──

CSRF_SETTINGS = {
    "in the session": {"CSRF_USE_SESSIONS": True},
    "cookie of another name": {"CSRF_COOKIE_NAME": "shop-token"},
    "cookie no script can read": {"CSRF_COOKIE_HTTPONLY": True},
    "header of another name": {"CSRF_HEADER_NAME": "HTTP_X_SHOP_TOKEN"},
}


class Served(NamedTuple):
    """The shop with settings of its own."""

    url: str
    overrides: dict[str, Any]


@pytest.fixture(scope="module", params=CSRF_SETTINGS.values(), ids=CSRF_SETTINGS)
def served(request, tmp_path_factory) -> Iterator[Served]:
    with serve("gunicorn", tmp_path_factory.mktemp("csrf"), overrides=request.param) as url:
        yield Served(url, request.param)


def test_a_login_in_one_tab_is_one_in_the_others(browser, served):
    """Before the next test, which orders something."""
    orders = (
        "return client.createClient('/rpc/', argument).shop.orders().then((all) => all.length);"
    )
    csrf = {"csrf": {}}
    if "CSRF_COOKIE_NAME" in served.overrides:
        csrf["csrf"]["cookieName"] = served.overrides["CSRF_COOKIE_NAME"]
    if "CSRF_HEADER_NAME" in served.overrides:
        csrf["csrf"]["headerName"] = "X-Shop-Token"
    context = browser.new_context()
    first, second = context.new_page(), context.new_page()
    open_shop(first, served.url)
    open_shop(second, served.url)
    sign_in(first)
    posts = Posts(second)
    assert in_page(second, orders, csrf) == 0
    statuses = [response.status for response in posts.responses]
    assert statuses in ([200], [403, 200])  # refused once where no script sees the cookie
    # Another login changes the token again, and the first tab's is the old one.
    first.get_by_role("button", name="Sign out").click()
    expect(first.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(first, "sam")
    assert in_page(second, orders, csrf) == 0
    whoami = "return client.createClient('/rpc/', argument).shop.me();"
    assert in_page(second, whoami, csrf)["customer"] == "sam"
    context.close()


def test_both_apis_find_the_token(page, served):
    open_shop(page, served.url)
    sign_in(page)
    page.get_by_role("button", name="Add Morning cup").click()
    page.get_by_role("button", name="Order", exact=True).click()
    expect(page.locator("#message")).to_contain_text("Thank you.")
    orders = page.evaluate("() => ADJAX.client.shop.orders().then((orders) => orders.length)")
    assert orders == 1
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_strict_content_security_policy_stops_nothing(page, tmp_path):
    violations: list[str] = []
    page.on("console", lambda message: message.type == "error" and violations.append(message.text))
    overrides = {"MIDDLEWARE": ["tests.support.page_middleware.StrictCsp", *MIDDLEWARE]}
    with serve("gunicorn", tmp_path, overrides=overrides) as url:
        open_shop(page, url)
        expect(page.locator(".product")).to_have_count(6)
        expect(run(page, "A call through the adjax 1.2 API")).to_contain_text("12")
        expect(run(page, "A custom class there and back")).to_contain_text("€15.12")
    assert violations == []


# ── adjax 1.2's own application, the import name changed ──


def old(page: Page, body: str):
    return page.evaluate(f"() => new Promise((resolve, reject) => {{ {body} }})")


def test_an_adjax12_page_calls_and_gets_its_callback(page, adjax12):
    posts = Posts(page, "/adjax/")
    page.goto(adjax12)
    expect(page.locator("#result")).to_have_text('{"a":1,"b":2.5,"c":1}')
    (request,) = posts.requests
    assert request.headers["x-csrftoken"] == page.evaluate("() => adjax.utils.cookie('csrftoken')")
    posted = old(page, "ADJAX.apps.myapp.func1(1, [2], {three: 3}, resolve)")
    assert posted == {"a": 1, "b": [2], "c": {"three": 3}}


def test_an_adjax12_page_updates_arguments_and_leaves_out_defaults(page, adjax12):
    page.goto(adjax12)
    body = "ADJAX.apps.myapp.do_stuff_by_dict(1, 2, (data) => { data.b = 0.5; }, resolve)"
    assert old(page, body) == {"a": 1, "b": 0.5, "c": 'it\'s "quoted"'}


def test_an_adjax12_custom_object_goes_there_and_back(page, adjax12):
    page.goto(adjax12)
    assert old(
        page,
        """ADJAX.apps.myapp.mirror(new CustomObject(1, 2), (back) => {
            resolve([back instanceof CustomObject, back.x, back.y]);
        })""",
    ) == [True, 2, 1]


def test_an_adjax12_date_goes_there_and_back(page, adjax12):
    page.goto(adjax12)
    assert old(
        page,
        """ADJAX.apps.myapp.tomorrow(new Date("2026-02-28T12:00:00.250Z"), (back) => {
            resolve([back instanceof Date, back.toISOString()]);
        })""",
    ) == [True, "2026-03-01T12:00:00.250Z"]


@pytest.mark.parametrize(
    ("value", "python"),
    [
        ("Object.assign(Object.create(null), {x: 1})", "dict"),
        ("({constructor: 1, toString: 2, hasOwnProperty: 3})", "dict"),
        ("({when: new Date(0), all: [new CustomObject(1, new Date(1))]})", "dict"),
        ("new Date(0)", "datetime"),
        ("({__type__: 'no tag'})", "dict"),
        ("'</script>\\u2028'", "str"),
    ],
)
def test_adjax12_data_of_any_shape_comes_back_even_beside_an_error_key(
    page, adjax12, value, python
):
    page.goto(adjax12)
    result = old(
        page,
        f"""const sent = {value};
        const write = (value) => ADJAX.serializer.encode(value);
        ADJAX.apps.myapp.anything(sent, (got) => {{
            resolve([got.error, got.python, write(got.value) === write(sent)]);
        }}).catch(reject)""",
    )
    assert result == [True, python, True]


def test_an_adjax12_dispatch_error_rejects_with_its_message(page, adjax12):
    page.goto(adjax12)
    failure = "({code, message}) => resolve([code, message])"
    assert old(page, f"ADJAX.apps.myapp.sorry().catch({failure})") == [-32000, "not today"]


def test_an_adjax12_view_that_raises_dispatch_error_is_answered_422(page, adjax12):
    answer = page.request.get(f"{adjax12}/closed/")
    assert answer.status == 422
    assert answer.json() == {"error": True, "message": "come back tomorrow"}


def test_adjax12_data_of_the_settings_arrives_whole(page, adjax12):
    page.goto(adjax12)
    assert page.evaluate("() => ADJAX.data.greeting") == "it's </script> \u2028 quoted"
