"""Counts and answers that several processes share, in a real Redis."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache.backends.redis import RedisCache

from adjax_jsonrpc import Throttle
from adjax_jsonrpc.integration.throttling import count_calls
from tests.support.http_calls import request, send
from tests.support.servers import COMMANDS, redis, start

pytestmark = pytest.mark.server

PROCESSES = 3
THREADS = 16
SETTINGS = {
    "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
    "ADJAX_THROTTLE": "100/h",
    "ADJAX_THROTTLE_CREDENTIALS": "20/h",
    "ADJAX_AUTHENTICATION": ["tests.gates.callers.by_one_token"],
}


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory) -> Iterator[str]:
    with redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="module", params=["gunicorn", "uvicorn"])
def url(request, redis_url, tmp_path_factory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp(request.param)
    (directory / "db.sqlite3").touch()  # these settings keep theirs in memory
    backend = "django.core.cache.backends.redis.RedisCache"
    cache = {"BACKEND": backend, "LOCATION": redis_url, "KEY_PREFIX": request.param}
    overrides = {**SETTINGS, "CACHES": {"default": cache}}
    command = f"{COMMANDS[request.param]} --workers {PROCESSES}"
    with start(command, directory, "tests.settings", overrides) as served:
        yield served.url


@pytest.fixture
def cache(redis_url) -> RedisCache:
    made = RedisCache(redis_url, {})
    made.clear()
    return made


def together(work: Any, *inputs: list) -> list:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(work, *inputs))


@pytest.mark.parametrize(
    ("method", "most"), [("shapes.add", 100), ("shapes.often", 150), ("shapes.often_later", 150)]
)
def test_exactly_the_rate_passes_alone_and_in_batches_whatever_the_processes(url, method, most):
    def send_batch(size):
        batch = [request(method, 1, id=index) for index in range(size)]
        answer = send(url, json.dumps(batch if size > 1 else batch[0]))
        answers = answer.json if size > 1 else [answer.json]
        codes = [each.get("error", {}).get("code") for each in answers]
        assert set(codes) <= {None, -32006}
        assert codes == sorted(codes, key=lambda code: code is not None)  # the first pass
        assert answer.status == (200 if None in codes else 429)
        return codes

    codes = list(chain.from_iterable(together(send_batch, [1, 2, 3, 7] * 24)))
    assert len(codes) == 13 * 24 > most
    assert codes.count(None) == most


def test_exactly_the_rate_of_wrong_credentials_is_checked_whatever_the_processes(url):
    def guess(token):
        answer = send(url, json.dumps(request("shapes.add", 1)), Authorization=f"Bearer {token}")
        assert answer.status == {-32001: 401, -32006: 429}[answer.json["error"]["code"]]
        return answer.status

    statuses = together(guess, [f"wrong{number}" for number in range(100)])
    assert (statuses.count(401), statuses.count(429)) == (20, 80)
    assert guess("right") == 429


def test_no_window_has_more_calls_than_its_rate_while_windows_end(cache):
    """A window is a second here: it ends many times while 16 threads ask for calls."""
    throttle = Throttle("5/s")
    begun = time.monotonic()

    def take(calls):
        passed = 0
        while time.monotonic() - begun < 3.2:
            passed += count_calls(cache, "key", throttle, calls)
        return passed

    passed = sum(together(take, [1, 2, 3, 1] * (THREADS // 4)))
    windows = int(time.monotonic() - begun) + 1
    assert 5 < passed <= 5 * windows
    assert cache._cache.get_client().pttl(cache.make_key("key")) != -1  # it has an end


def test_a_count_that_ends_while_it_is_incremented_gets_an_end(cache):
    """Django's client looks for the key, then increments; here the key ends in between."""
    client = type(cache._cache)
    throttle = Throttle("5/min")

    class Between(client):
        def incr(self, key, delta):
            return self.get_client(key, write=True).incr(key, delta)

    cache._class = Between
    del cache._cache
    assert count_calls(cache, "key", throttle, 2) == 2
    assert 0 < cache._cache.get_client().pttl(cache.make_key("key")) <= 60_000
    assert count_calls(cache, "key", throttle, 4) == 3


@pytest.mark.parametrize("method", ["shapes.pay_once", "shapes.pay_once_later"])
def test_of_identical_calls_with_one_key_one_runs_whatever_the_processes(url, method):
    """Half of them in batches, several of them twice in one."""
    key, amount = str(uuid4()), 7

    def pay(size):
        batch = [request(method, amount, key, id=index) for index in range(size)]
        answer = send(url, json.dumps(batch if size > 1 else batch[0])).json
        return answer if size > 1 else [answer]

    answers = list(chain.from_iterable(together(pay, [1, 1, 2, 3] * 16)))
    answers += pay(1)
    results = {each["result"] for each in answers if "result" in each}
    assert results == {1}  # what is counted is how often an amount was paid by this method
    assert {each["error"]["code"] for each in answers if "error" in each} <= {-32007}
    assert "result" in answers[-1]
