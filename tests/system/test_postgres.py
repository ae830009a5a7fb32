"""What a PostgreSQL of its own adds: locks, commits that fail, connections that end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest

from tests.support.http_calls import call, request, send
from tests.support.paths import ROOT
from tests.support.postgres import connect, query
from tests.support.servers import manage, prepare, serve

pytestmark = pytest.mark.server


@pytest.mark.parametrize(
    ("module", "store"),
    [
        ("integration/test_transactions.py", None),
        ("integration/test_idempotency.py", "database"),
        ("contrib/test_idempotency.py", None),
    ],
)
def test_what_holds_on_sqlite_holds_on_postgresql(postgres, module, store):
    """A module of tests, with this database as the default one."""
    variables = {"TEST_DATABASE": json.dumps(postgres)}
    if store is not None:
        variables["TEST_IDEMPOTENCY"] = store
    result = subprocess.run(
        [sys.executable, *["-m", "pytest", "-q", "-p", "no:cacheprovider"], f"tests/{module}"],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert " passed" in result.stdout and "skipped" not in result.stdout


class Served(NamedTuple):
    """A server, and the database that it uses."""

    url: str
    database: dict[str, Any]

    def names(self) -> list[str]:
        rows = query(self.database, "select username from auth_user order by username")
        return [name for (name,) in rows]


@pytest.fixture(scope="module", params=["gunicorn", "uvicorn"])
def served(request, postgres, tmp_path_factory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp(request.param)
    name = f"served_by_{request.param}"
    query(postgres, f"create database {name}")
    database = {**postgres, "NAME": name, "CONN_MAX_AGE": 600}
    overrides = {"DATABASES": {"default": database}}
    (directory / "db.sqlite3").touch()
    manage(prepare(directory, "tests.settings", overrides), "migrate", "-v0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUNICORN_CMD_ARGS", "--workers 2")
        patch.setenv("WEB_CONCURRENCY", "2")  # uvicorn's processes
        with serve(request.param, directory, "tests.settings", overrides) as url:
            yield Served(url, database)
    query(postgres, f"drop database {name} with (force)")


@pytest.fixture(autouse=True)
def no_users(request):
    if "served" in request.fixturenames:
        query(request.getfixturevalue("served").database, "delete from auth_user")


def test_two_callers_never_take_the_last_piece(served):
    processes = set()
    for attempt in range(50):  # which process takes a call is the kernel's choice
        processes |= _race_for_pieces(served.url, [f"piece {attempt}.{n}" for n in range(8)])
        if len(processes) == 2:
            return
    pytest.fail("all the calls went to one process")


def _race_for_pieces(url: str, names: list[str]) -> set[Any]:
    for name in names:
        call(url, "shapes.write", name)

    def take(name: str) -> Any:
        return call(url, "shapes.take_last", name)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(take, names * 4))
    for number, name in enumerate(names):
        of_one = answers[number :: len(names)]
        assert sum("result" in each for each in of_one) == 1, f"{name}: {of_one}"
        assert [each["error"]["code"] for each in of_one if "error" in each] == [1001] * 3
    return {each.get("result") or each["error"]["data"]["process"] for each in answers}


def test_an_integrity_error_of_one_call_leaves_its_neighbours_fine(served):
    batch = [request("shapes.write", name, id=name) for name in ("a", "b", "a", "c")]
    answers = send(served.url, json.dumps(batch)).json
    assert [each.get("result") for each in answers] == [1, 2, None, 3]
    assert answers[2]["error"]["code"] == -32603
    assert served.names() == ["a", "b", "c"]


def test_a_transaction_that_can_not_be_serialized_is_an_error_of_its_call(served):
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    with connect(served.database) as other, ThreadPoolExecutor(1) as pool:
        other.execute("select pg_advisory_lock(1)")
        batch = [request("shapes.write_serializable", "a"), request("shapes.write", "b")]
        answer = pool.submit(send, served.url, json.dumps(batch))
        while query(served.database, waiting) == [(0,)]:
            assert not answer.done(), answer.result()
        with other.transaction():  # decides by what it reads, too, and is committed first
            other.execute("set transaction isolation level serializable")
            other.execute("select count(*) from auth_user")
            other.execute(
                "insert into auth_user (username, password, first_name, last_name, email, "
                "is_active, is_staff, is_superuser, date_joined) "
                "values ('other', '', '', '', '', true, false, false, now())"
            )
        other.execute("select pg_advisory_unlock(1)")
        failed, fine = answer.result().json
    assert failed["error"]["code"] == -32603 and fine["result"] == 2
    assert served.names() == ["b", "other"]
    assert call(served.url, "shapes.write_serializable", "again")["result"] == 2


@pytest.mark.parametrize("method", ["shapes.lose_connection", "shapes.later_lose_connection"])
def test_a_connection_that_ends_in_a_call_is_an_error_of_that_call(served, method):
    batch = [request("shapes.write", "a"), request(method), request("shapes.write", "b")]
    answer = send(served.url, json.dumps(batch))
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    assert [each.get("error", {}).get("code") for each in answer.json] == [None, -32603, None]
    assert list(answer.json[1]["error"]["data"]) == ["reference"]
    assert call(served.url, "shapes.write", "c")["result"] == 3


def test_a_connection_that_ends_between_requests_harms_one_call_at_most(served):
    """Nothing can know of it before the call: Django asks a connection after it has failed."""
    for _ in range(12):  # each worker and thread has a connection of its own
        call(served.url, "shapes.connection_number")
    statement = (
        "select pg_terminate_backend(pid) from pg_stat_activity "
        f"where datname = '{served.database['NAME']}' and pid <> pg_backend_pid()"
    )
    assert query(served.database, statement)
    for _ in range(24):
        answer = send(served.url, json.dumps(request("shapes.connection_number")))
        assert answer.status == 200
        assert answer.json.get("error", {"code": None})["code"] in (None, -32603)
    batch = [request("shapes.connection_number", id=number) for number in range(3)]
    for _ in range(12):
        answers = send(served.url, json.dumps(batch)).json
        assert "result" in answers[1] and "result" in answers[2]


def test_what_a_lost_connection_had_written_in_a_transaction_is_gone(served):
    for method in ("shapes.lose_connection", "shapes.lose_connection_atomic"):
        assert call(served.url, method, method)["error"]["code"] == -32603
    assert served.names() == ["shapes.lose_connection"]
