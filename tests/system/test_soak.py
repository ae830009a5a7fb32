"""``make soak`` for a few seconds: nothing wrong, nothing lost but with the worker that is killed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.soak.calls import Plan
from tests.soak.keys import KEYED, soak_keys
from tests.soak.payers import ACKNOWLEDGED, OPEN, REFUSED, Payment
from tests.soak.run import SERVERS, soak


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.server
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc tells the processes")
@pytest.mark.parametrize("server", SERVERS)
def test_mixed_calls_of_many_connections_are_answered_and_written_once(server, tmp_path):
    report = soak(server, 0.33, tmp_path)
    assert report.violations == [], report.table()
    assert report.rows["held calls lost with it"] > 0
    assert "TransportError" in report.rows["the JavaScript client says"]
    assert report.rows["writes acknowledged"] > 100


@pytest.mark.slow
@pytest.mark.server
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc tells the processes")
@pytest.mark.parametrize("server", KEYED)
def test_each_key_is_one_call_whatever_ends_and_comes_back(server, tmp_path):
    report = soak_keys(server, 0.25, tmp_path)
    assert report.violations == [], report.table()
    for name in ("acknowledged", "refused", "hung up"):
        assert report.counted[name] > 0, report.table()


def test_a_second_row_of_a_key_would_be_seen():
    for method, how, outcome, rows in [
        ("pay", "fine", ACKNOWLEDGED, {1}),
        ("pay", "refused", REFUSED, {0}),
        ("pay_later", "bug", REFUSED, {0, 1}),
        ("pay", "callback", OPEN, {0, 1}),
    ]:
        assert Payment(method, "key", how, outcome).rows == rows


def test_a_wrong_answer_would_be_seen():
    plan = Plan("any")
    exchanges = [plan.next() for _ in range(300)]
    answered = [e for e in exchanges if any(not entry.silent for entry in e.entries)]
    for exchange in answered:
        others = [{"jsonrpc": "2.0", "result": "wrong", "id": 0} for _ in exchange.entries]
        content = json.dumps(others if exchange.is_batch else others[0]).encode()
        assert exchange.problems(200, content)
        assert exchange.problems(500, content)
    for exchange in exchanges:
        if not exchange.entries:
            assert exchange.problems(exchange.status, b'{"jsonrpc":"2.0","result":1,"id":1}')
