"""What a failed call wrote is gone, what its neighbours wrote stays."""

from __future__ import annotations

import asyncio
import json

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import AsyncClient, Client

from .helpers import a_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atomic_requests():
    connection.settings_dict["ATOMIC_REQUESTS"] = True
    yield
    connection.settings_dict["ATOMIC_REQUESTS"] = False


def send(*calls):
    body = json.dumps(
        [a_request(method, params, index) for index, (method, params) in enumerate(calls)]
    )
    return Client().post("/rpc/", body, content_type="application/json").json()


def names():
    return sorted(get_user_model().objects.values_list("username", flat=True))


BATCH = [
    ("shapes.write", ["first"]),
    ("shapes.write", ["raises", True]),
    ("shapes.write_unsendable", ["unsendable"]),
    ("shapes.write_wrong", ["wrong"]),
    ("shapes.write_error", ["error"]),
    ("shapes.write", ["last"]),
]


def test_under_atomic_requests_each_call_stands_for_itself(atomic_requests):
    responses = send(*BATCH)
    assert [each.get("result") for each in responses] == [1, None, None, None, None, 2]
    assert names() == ["first", "last"]


def test_a_notification_that_fails_is_rolled_back_too(atomic_requests):
    body = json.dumps(a_request("shapes.write", ["raises", True], ...))
    Client().post("/rpc/", body, content_type="application/json")
    assert names() == []


def test_synchronous_methods_under_asgi_are_rolled_back_too(atomic_requests):
    async def run():
        body = json.dumps(
            [a_request("shapes.write", ["a"]), a_request("shapes.write", ["b", True])]
        )
        return await AsyncClient().post("/rpc/", body, content_type="application/json")

    assert asyncio.run(run()).json()[0]["result"] == 1
    assert names() == ["a"]


def test_without_atomic_requests_django_decides():
    assert send(("shapes.in_a_transaction", []))[0]["result"] is False
    send(("shapes.write", ["kept", True]))
    assert names() == ["kept"]


def test_a_method_may_be_atomic_by_itself():
    send(("shapes.write_atomic", ["gone"]))
    assert names() == []


def test_a_method_may_stay_out_of_transactions(atomic_requests):
    assert send(("shapes.in_a_transaction", []))[0]["result"] is True
    send(("shapes.write_never_atomic", ["kept"]))
    assert names() == ["kept"]


def test_a_queryset_of_values_is_sent():
    send(("shapes.write", ["b"]), ("shapes.write", ["a"]))
    assert send(("shapes.users", []))[0]["result"] == [{"username": "a"}, {"username": "b"}]
