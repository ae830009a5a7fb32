"""The example, as a person meets it: commands, curl, and the page's files."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.http_calls import Answer, call, request, send
from tests.support.servers import COMMANDS, manage, prepare, serve


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    return prepare(tmp_path_factory.mktemp("commands"), "example.settings")


class Customer:
    """Somebody who is logged in, as a browser would be: by cookies and the CSRF token."""

    def __init__(self, url: str, name: str = "ann") -> None:
        self.url = url
        answer = send(url, json.dumps(request("shop.login", name, f"demo-{name}-password")))
        token = answer.json["result"]["csrf_token"]
        cookies = "; ".join(f"{key}={value}" for key, value in answer.cookies.items())
        self.headers = {"Cookie": cookies, "X_CSRFToken": token}

    def send(self, *requests: dict[str, Any], **headers: str) -> Answer:
        body = json.dumps(list(requests) if len(requests) > 1 else requests[0])
        return send(self.url, body, **{**self.headers, **headers})

    def call(self, name: str, *params: Any) -> Any:
        return self.send(request(name, *params)).json


@pytest.mark.slow
def test_its_checks_pass_and_its_migrations_are_complete(environment):
    assert manage(environment, "check", "--fail-level", "WARNING").startswith("System check")
    assert "No changes" in manage(environment, "makemigrations", "--check", "--dry-run")


@pytest.mark.slow
def test_seeding_again_starts_afresh(environment):
    count = "from shop.models import Product; print(Product.objects.count())"
    sell = "from shop.models import Product; Product.objects.update(stock=0)"
    left = "from shop.models import Product; print(Product.objects.get(sku='A1').stock)"
    manage(environment, "shell", "-v0", "-c", sell)
    manage(environment, "seed")
    assert manage(environment, "shell", "-v0", "-c", count) == "6\n"
    assert manage(environment, "shell", "-v0", "-c", left) == "12\n"


@pytest.mark.slow
def test_every_method_says_what_it_does(environment):
    code = (
        "from adjax_jsonrpc import registry; import json; "
        "print(json.dumps({n: m.description for n, m in registry.methods.items()}))"
    )
    described = json.loads(manage(environment, "shell", "-v0", "-c", code))
    assert {"shop.stock", "shop.create_order"} <= described.keys()
    assert [name for name, description in described.items() if not description] == []


@pytest.mark.server
def test_a_call_needs_one_line_of_curl(shop_url):
    body = '{"jsonrpc":"2.0","method":"shop.stock","params":["A1"],"id":1}'
    assert send(shop_url, body).content == b'{"jsonrpc":"2.0","result":12,"id":1}'


@pytest.mark.server
@pytest.mark.parametrize("server", COMMANDS)
def test_the_page_and_its_files_are_there_under_every_server(server, tmp_path):
    files = {
        "/": "text/html",
        "/static/shop/app.js": "text/javascript",
        "/static/shop/shop.css": "text/css",
        "/static/adjax_jsonrpc/adjax.js": "text/javascript",
        "/static/adjax_jsonrpc/adjax.mjs": "text/javascript",
        "/rpc/interface.js": "application/javascript",
    }
    with serve(server, tmp_path) as url:
        for path, content_type in files.items():
            answer = send(url, method="GET", path=path, content_type=None)
            assert (answer.status, path) == (200, path)
            assert answer.headers["content-type"].partition(";")[0] == content_type


@pytest.mark.server
def test_a_server_that_cannot_read_a_chunked_body_says_so(tmp_path):
    with serve("runserver", tmp_path) as url:
        answer = send(url, iter([json.dumps(request("shop.stock", "A1")).encode()]))
    assert (answer.status, answer.json["error"]["code"]) == (411, -32600)


@pytest.mark.server
def test_a_date_may_be_sent_as_a_plain_string(shop_url):
    friday = "2026-11-20T09:30:00.123456+01:00"
    assert call(shop_url, "shop.delivery", friday)["result"] == {
        "__type__": "datetime",
        "value": "2026-11-25T09:30:00.123456+01:00",
    }


@pytest.mark.server
def test_a_custom_class_travels_as_a_tagged_object(shop_url):
    price = {"__type__": "money", "cents": 999, "currency": "CHF"}
    assert call(shop_url, "shop.discount", price, 10)["result"] == {**price, "cents": 899}
    errors = call(shop_url, "shop.discount", {**price, "currency": "francs"}, 10)["error"]["data"]
    assert [error["path"] for error in errors["errors"]] == ["/0/currency"]


@pytest.mark.server
def test_what_is_not_there_is_not_found(shop_url):
    assert call(shop_url, "shop.stock", "Z9")["error"]["code"] == -32004
    assert call(shop_url, "shop.shelf")["error"]["code"] == -32601


@pytest.mark.server
def test_an_order_needs_a_login_and_the_csrf_token(shop_url):
    order = request("shop.create_order", [{"sku": "A2", "quantity": 1}])
    assert send(shop_url, json.dumps(order)).json["error"]["code"] == -32001
    customer = Customer(shop_url)
    refused = customer.send(order, X_CSRFToken="")
    assert (refused.status, refused.json["error"]["code"]) == (403, -32003)
    placed = customer.send(order).json["result"]
    assert placed["status"] == "on its way"
    assert placed["total"] == {"__type__": "money", "cents": 2680, "currency": "EUR"}
    assert placed in customer.call("shop.orders")["result"]


@pytest.mark.server
def test_an_order_that_fails_leaves_nothing_of_itself_in_a_batch(shop_url):
    customer = Customer(shop_url)
    too_much = [{"sku": "B1", "quantity": 1}, {"sku": "B2", "quantity": 99}]
    good = [{"sku": "B1", "quantity": 2}]
    failed, placed, left = customer.send(
        request("shop.create_order", too_much, id=1),
        request("shop.create_order", good, id=2),
        request("shop.stock", "B1", id=3),
    ).json
    assert failed["error"] == {
        "code": 1001,
        "message": "Not enough of Side plate on the shelf",
        "data": {"sku": "B2", "wanted": 99, "available": 18},
    }
    assert [line["quantity"] for line in placed["result"]["lines"]] == [2]
    assert left["result"] == 3


@pytest.mark.server
def test_customers_in_a_hurry_get_no_more_than_there_is(shop_url):
    customers = [Customer(shop_url, name) for name in ("ann", "sam")]
    with ThreadPoolExecutor(6) as pool:
        teapot = [{"sku": "C1", "quantity": 1}]
        answers = pool.map(
            lambda number: customers[number % 2].call("shop.create_order", teapot), range(6)
        )
        outcomes = [answer.get("error", {}).get("code", "placed") for answer in answers]
    assert sorted(outcomes, key=str) == [1001, 1001, 1001, "placed", "placed", "placed"]
    assert call(shop_url, "shop.stock", "C1")["result"] == 0
