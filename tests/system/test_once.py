"""Once means once: callers who hang up, deadlines, callbacks that fail and killed processes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.support.http_calls import call, request, send
from tests.support.postgres import query
from tests.support.servers import manage, prepare, redis, start

pytestmark = pytest.mark.server

SERVERS = {
    "gunicorn": "-m gunicorn example.wsgi --bind 127.0.0.1:{port} --workers 2 --threads 4",
    "uvicorn": "-m uvicorn example.asgi:application --host 127.0.0.1 --port {port} --workers 2",
    "granian": "-m granian example.asgi:application --interface asgi --port {port} --workers 2"
    " --respawn-failed-workers --respawn-interval 0.1",
}
SECONDS = 60
HOWS = ["fine", "callback", "fine"]


class Served(NamedTuple):
    """A server, its database, and the directory of the files that calls wait for."""

    server: str
    store: str
    url: str
    database: dict[str, Any]
    directory: Path

    def pay(self, method: str, key: str, how: str) -> Any:
        return call(self.url, f"soak.{method}", key, how)

    def repeat(self, method: str, key: str, how: str) -> Any:
        """Repeat a call as long as another one runs, or the server is not back."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                response = self.pay(method, key, how)
            except (OSError, HTTPException):
                continue
            if response.get("error", {}).get("code") != -32007:
                return response
        raise AssertionError(f"not answered: {response}")

    def rows(self, key: str) -> int:
        ((count,),) = query(self.database, f"select count(*) from soak_row where key = '{key}'")
        return int(count)

    def wait_for_row(self, key: str) -> None:
        end = time.monotonic() + SECONDS
        while not self.rows(key):
            assert time.monotonic() < end

    def wait_for_file(self, what: str, key: str) -> None:
        end = time.monotonic() + SECONDS
        while not (self.directory / f"{what} {key}").exists():
            assert time.monotonic() < end

    def release(self, key: str) -> None:
        (self.directory / f"release {key}").touch()


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory) -> Iterator[str]:
    with redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(
    scope="module",
    params=[*((server, "database") for server in SERVERS), ("uvicorn", "default")],
    ids=lambda param: " ".join(param),
)
def served(request, postgres, redis_url, tmp_path_factory) -> Iterator[Served]:
    server, store = request.param
    directory = tmp_path_factory.mktemp(server)
    name = f"once_{server}_{store}"
    query(postgres, f"create database {name}")
    database = {**postgres, "NAME": name}
    backend = "django.core.cache.backends.redis.RedisCache"
    overrides = {
        "DATABASES": {"default": database},
        "CACHES": {"default": {"BACKEND": backend, "LOCATION": redis_url, "KEY_PREFIX": name}},
        "ADJAX_IDEMPOTENCY": store,
        "ADJAX_ATOMIC_BATCH": True,
    }
    (directory / "db.sqlite3").touch()
    manage(prepare(directory, "tests.soak.settings", overrides), "migrate", "-v0")
    with start(SERVERS[server], directory, "tests.soak.settings", overrides) as running:
        yield Served(server, store, running.url, database, directory)
    query(postgres, f"drop database {name} with (force)")


@pytest.fixture
def key() -> str:
    return str(uuid4())


def test_a_caller_who_hangs_up_does_not_free_the_key(served, key):
    connection = HTTPConnection(urlsplit(served.url).netloc)
    body = json.dumps(request("soak.pay_later", key, "held"))
    connection.request("POST", "/rpc/", body, {"Content-Type": "application/json"})
    served.wait_for_row(key)
    connection.close()
    for _ in range(20):  # until the server has noticed
        assert served.pay("pay_later", key, "held")["error"]["data"] == {"retryAfter": 1}
    served.release(key)
    assert served.repeat("pay_later", key, "held")["result"]["key"] == key
    assert served.rows(key) == 1


def test_a_thread_that_writes_after_the_deadline_fills_the_key(served, key):
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(served.pay, "pay_in_thread", key, "held")
        if served.server == "gunicorn":  # which waits for the call before it answers
            served.wait_for_file("begun", key)
        else:
            assert first.result()["error"]["code"] == -32008
        repeated = served.pay("pay_in_thread", key, "held")
        assert repeated["error"]["data"] == {"retryAfter": 1}
        served.release(key)
        assert first.result().get("error", {"code": -32008})["code"] == -32008
    assert served.repeat("pay_in_thread", key, "held")["result"]["key"] == key
    assert served.rows(key) == 1


def test_a_callback_that_fails_does_not_free_the_key(served, key):
    first = served.pay("pay", key, "callback")
    assert first["result"]["key"] == key
    assert served.pay("pay", key, "callback") == first
    assert served.rows(key) == 1


def test_a_callback_that_fails_does_not_fail_an_atomic_batch(served, key):
    keys = [f"{key} {number}" for number in range(3)]
    batch = [request("soak.pay", each, how) for each, how in zip(keys, HOWS, strict=True)]
    first, second = (send(served.url, json.dumps(batch)).json for _ in range(2))
    assert [each["result"]["key"] for each in first] == keys
    assert second == first
    assert [served.rows(each) for each in keys] == [1, 1, 1]


def test_an_atomic_batch_that_fails_frees_its_keys(served, key):
    batch = [request("soak.pay", key, "fine"), request("soak.pay", f"{key} 2", "refused")]
    codes = [each["error"]["code"] for each in send(served.url, json.dumps(batch)).json]
    assert codes == [-32009, 7]
    assert served.rows(key) == 0
    assert served.pay("pay", key, "fine")["result"]["key"] == key


def test_a_transaction_that_the_database_rolls_back_is_no_success(served, key):
    for _ in range(2):
        assert served.pay("pay", key, "swallowed")["error"]["code"] == -32603
    assert served.rows(key) == 0


@pytest.mark.parametrize("method", ["pay", "pay_later"])
@pytest.mark.parametrize(("how", "code"), [("refused", 7), ("bug", -32603)])
def test_a_call_that_fails_writes_once_at_most(served, key, method, how, code):
    answers = [served.pay(method, key, how) for _ in range(3)]
    assert {each["error"]["code"] for each in answers} == {code}
    if method == "pay_later":
        assert answers[0] == answers[1] == answers[2]
    assert served.rows(key) == (method == "pay_later")


def test_of_simultaneous_calls_one_writes(served, key):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: served.pay("pay", key, "fine"), range(24)))
    answers.append(served.repeat("pay", key, "fine"))
    results = [each["result"] for each in answers if "result" in each]
    assert results and results.count(results[-1]) == len(results)
    assert {each["error"]["code"] for each in answers if "error" in each} <= {-32007}
    assert served.rows(key) == 1


def test_a_process_that_is_killed_after_the_commit_has_made_the_call(served, key):
    with pytest.raises((OSError, HTTPException)):
        served.pay("pay", key, "killed after the commit")
    assert served.rows(key) == 1
    if served.store == "database":
        repeated = served.repeat("pay", key, "killed after the commit")
        assert repeated["result"]["key"] == key
    else:
        assert_is_taken(served, key, "killed after the commit")
    assert served.rows(key) == 1


def test_a_process_that_is_killed_before_the_commit_has_not(served, key):
    with pytest.raises((OSError, HTTPException)):
        served.pay("pay", key, "killed before the commit")
    if served.store == "database":
        repeated = served.repeat("pay", key, "killed before the commit")
        assert repeated["result"]["key"] == key
        assert served.rows(key) == 1
    else:
        assert_is_taken(served, key, "killed before the commit")
        assert served.rows(key) == 0


def assert_is_taken(served, key, how):
    """A cache does not know what became of the call."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            assert served.pay("pay", key, how)["error"]["code"] == -32007
            return
        except (OSError, HTTPException):  # the server is not back
            assert time.monotonic() < end
