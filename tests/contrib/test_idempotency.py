"""The table of idempotency keys: key and rows are committed together, or neither is."""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial
from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.client import RequestFactory
from django.test.utils import CaptureQueriesContext

from adjax_jsonrpc import Registry, RpcError, Serializer
from adjax_jsonrpc.calls.hooks import Hooks
from adjax_jsonrpc.contrib.idempotency.models import IdempotencyKey
from adjax_jsonrpc.gateway import Gateway
from adjax_jsonrpc.integration import idempotency, transactions
from tests.support.calls import a_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_database():
    with override_settings(ADJAX_IDEMPOTENCY="database"):
        yield


@pytest.fixture
def key():
    return str(uuid4())


def users():
    return list(get_user_model().objects.order_by("username").values_list("username", flat=True))


class Shop:
    """Methods that write a user for each run, and end as they are told."""

    def __init__(self, *, atomic_batch=False, **options) -> None:
        self.how = "fine"
        self.registry = Registry(Serializer(), app_label=lambda module: "t")
        self.registry.register(idempotent="key", **options)(self.pay)
        self.registry.register(idempotent="key", name="t.pay_later")(self.pay_later)
        self.registry.register(name="t.fail", atomic=True)(self.fail)
        self.gateway = Gateway(
            self.registry,
            hooks=Hooks(
                reserve=idempotency.reserve,
                joins_transaction=idempotency.joins_transaction,
                transaction=transactions.transaction,
                atomic_batch=transactions.atomic_batch if atomic_batch else None,
            ),
        )

    def pay(self, request, key: str) -> str:
        get_user_model().objects.create(username=uuid4().hex)
        return self._end()

    async def pay_later(self, request, key: str) -> str:
        await get_user_model().objects.acreate(username=uuid4().hex)
        return self._end()

    def fail(self, request) -> None:
        raise ValueError("a bug")

    def _end(self) -> str:
        if self.how == "refused":
            raise RpcError(7, "refused")
        if self.how == "bug":
            raise ValueError("a bug")
        if self.how == "commit":
            Permission.objects.create(name="x", codename="x", content_type_id=999_999)
        if self.how == "callback":
            transaction.on_commit(partial(int, "not a number"))
        return f"paid {len(users())}" if self.how != "large" else "x" * 3_000_000

    def send(self, *calls):
        body = calls if len(calls) > 1 else calls[0]
        content = self.gateway.handle(json.dumps(body).encode(), RequestFactory().post("/rpc/"))
        return json.loads(content)

    def pays(self, key, how="fine", method="t.pay"):
        self.how = how
        return self.send(a_request(method, [key]))


@pytest.mark.parametrize("how", ["fine", "refused", "callback", "large"])
def test_in_a_transaction_the_answer_is_committed_with_the_rows(key, how):
    shop = Shop(atomic=True)
    first = shop.pays(key, how)
    assert shop.pays(key) == first
    assert len(users()) == (how != "refused")
    row = IdempotencyKey.objects.get()
    assert (row.state, row.is_error) == ("done", how == "refused")
    assert str(row).endswith("done")


@pytest.mark.parametrize("how", ["bug", "commit"])
def test_what_is_rolled_back_takes_its_key_along(key, how):
    shop = Shop(atomic=True)
    assert shop.pays(key, how)["error"]["code"] == -32603
    assert not IdempotencyKey.objects.exists()
    assert shop.pays(key)["result"] == shop.pays(key)["result"] == "paid 1"


def test_the_key_is_in_the_transaction_of_the_call(key):
    """Where the process dies before the commit, nothing is left of either."""
    shop = Shop(atomic=True)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        shop.pays(key)
        assert IdempotencyKey.objects.get().state == "done"
        raise KeyboardInterrupt
    assert not IdempotencyKey.objects.exists() and users() == []


@pytest.mark.parametrize("method", ["t.pay", "t.pay_later"])
@pytest.mark.parametrize("how", ["fine", "refused", "bug", "large"])
def test_without_a_transaction_each_outcome_is_kept(key, method, how):
    shop = Shop()
    first = shop.pays(key, how, method)
    assert shop.pays(key, method=method) == first
    assert len(users()) == 1


def test_a_key_with_other_params_is_refused(key):
    shop = Shop(atomic=True)
    shop.pays(key)
    response = shop.send(a_request("t.pay", {"key": key}))
    assert response["error"]["code"] == -32602


def test_in_an_atomic_batch_the_keys_share_the_fate_of_the_batch(key):
    shop = Shop(atomic_batch=True)
    calls = [a_request("t.pay", [each], each) for each in (key, f"{key} 2")]
    failed = shop.send(*calls, a_request("t.fail"))
    assert [each["error"]["code"] for each in failed] == [-32009, -32009, -32603]
    assert users() == [] and not IdempotencyKey.objects.exists()
    first = shop.send(*calls)
    assert [each["result"] for each in first] == ["paid 1", "paid 2"]
    assert shop.send(*calls) == first
    assert shop.send(*calls, a_request("t.fail"))[2]["error"]["code"] == -32603
    assert len(users()) == 2


def test_the_same_key_twice_in_one_atomic_batch_is_one_call(key):
    shop = Shop(atomic_batch=True)
    first, second = shop.send(a_request("t.pay", [key], 1), a_request("t.pay", [key], 2))
    assert first["result"] == second["result"] == "paid 1"


def test_the_store_may_be_named_by_its_path(key):
    path = "adjax_jsonrpc.contrib.idempotency.store.DatabaseKeys"
    with override_settings(ADJAX_IDEMPOTENCY=path):
        shop = Shop(atomic=True)
        assert shop.pays(key) == shop.pays(key)
    assert IdempotencyKey.objects.exists()


def test_a_key_costs_five_statements(key):
    """On PostgreSQL there is one more, which takes a lock."""
    counts = []
    for each in ("", key):
        shop = Shop(atomic=True)
        with CaptureQueriesContext(connection) as queries:
            shop.pays(each)
        counts.append(len(queries))
    savepoint = 2  # a method with keys has one for calls without a key, too
    assert counts[1] - counts[0] + savepoint == 5 + (connection.vendor == "postgresql")


def test_an_expired_key_is_a_new_one(key, monkeypatch):
    shop = Shop(atomic=True)
    shop.pays(key)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 + 1)
    assert shop.pays(key)["result"] == "paid 2"


def test_the_command_removes_expired_keys(key, monkeypatch):
    shop = Shop(atomic=True)
    shop.pays(key)
    now, printed = time.time(), StringIO()
    call_command("clear_idempotency_keys", stdout=printed)
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 + 1)
    call_command("clear_idempotency_keys", stdout=printed)
    lines = [f"{count} expired idempotency keys removed" for count in (0, 1)]
    assert printed.getvalue().splitlines() == lines
    assert not IdempotencyKey.objects.exists()


def test_keys_that_never_expire():
    with override_settings(ADJAX_IDEMPOTENCY_SECONDS=None):
        shop = Shop(atomic=True)
        assert shop.pays("k") == shop.pays("k")
        call_command("clear_idempotency_keys", stdout=StringIO())
    assert IdempotencyKey.objects.get().expires is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="it locks rows, not the database")
def test_a_repeated_call_does_not_wait_for_the_first(key):
    shop = Shop(atomic=True)
    with transaction.atomic():
        first = shop.pays(key)
        results = asyncio.run(_from_another_thread(shop, key))
        assert results["error"]["data"] == {"retryAfter": 1}
    assert shop.pays(key) == first


async def _from_another_thread(shop, key):
    def pays():
        try:
            return shop.pays(key)
        finally:
            connection.close()

    return await asyncio.to_thread(pays)
