"""Idempotency keys under load, while a worker, Redis and PostgreSQL end and come back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from tests.support.needs import needs
from tests.support.postgres import Postgres, a_postgres, query
from tests.support.servers import REDIS, manage, prepare, start, takes_connections

from .payers import OPEN, Payer
from .run import SERVERS, Report, until, until_all_answer, workers

KEYED = {
    "gunicorn": (SERVERS["gunicorn"], "database"),
    "uvicorn": (
        "-m uvicorn example.asgi:application --host 127.0.0.1 --port {port} --workers 3",
        "default",
    ),
    "granian": (SERVERS["granian"], "database"),
}
PAYERS = 16
SECONDS_AWAY = 1.0


class RedisServer:
    """A Redis that loses nothing when it is killed: it writes each command to the disk."""

    def __init__(self, directory: Path) -> None:
        needs("server")
        self._directory = directory
        self._socket = directory / "redis.sock"
        self.url = f"unix://{self._socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self._socket), "--save", ""]
        options += ["--dir", str(self._directory), "--appendonly", "yes", "--appendfsync", "always"]
        with (self._directory / "redis.log").open("ab") as log:
            self._process = subprocess.Popen([REDIS, *options], stdout=log, stderr=log)
        until(lambda: takes_connections(self._socket), "Redis takes connections")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def soak_keys(name: str, minutes: float, directory: Path) -> Report:
    """Load a server for some minutes, disturb it, and count the rows of each key."""
    command, store = KEYED[name]
    report = Report(f"{name}, keys in {store}", minutes)
    (directory / "db.sqlite3").touch()
    with a_postgres() as postgres, _redis(directory) as redis:
        backend = "django.core.cache.backends.redis.RedisCache"
        overrides = {
            "DATABASES": {"default": postgres.database},
            "CACHES": {"default": {"BACKEND": backend, "LOCATION": redis.url}},
            "ADJAX_IDEMPOTENCY": store,
            "ADJAX_THROTTLE": "1000000/min",
        }
        manage(prepare(directory, "tests.soak.settings", overrides), "migrate", "-v0")
        with start(command, directory, "tests.soak.settings", overrides) as served:
            until_all_answer(served.url, served.process.pid)
            joins = store == "database"
            payers = [Payer(served.url, f"payer-{n}", joins=joins) for n in range(PAYERS)]
            for payer in payers:
                payer.start()
            try:
                _disturb(served.url, served.process.pid, postgres, redis, minutes * 60, report)
            finally:
                for payer in payers:
                    payer.stopped.set()
            for payer in payers:
                payer.join()
            for payer in payers:
                payer.ask_again()
        _judge(report, payers, postgres.database)
    return report


@contextmanager
def _redis(directory: Path) -> Iterator[RedisServer]:
    server = RedisServer(directory)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _disturb(
    url: str, server: int, postgres: Postgres, redis: RedisServer, seconds: float, report: Report
) -> None:
    """Kill a worker, Redis and a worker again, and restart PostgreSQL, at even intervals."""
    random = Random(0)

    def kill_a_worker() -> None:
        victim = random.choice(workers(server))
        os.kill(victim, signal.SIGKILL)  # a child of the server that was started here
        until(lambda: victim not in workers(server), "the worker is gone")
        until_all_answer(url, server)

    disturbances: dict[str, Callable[[], None]] = {
        "killed workers": kill_a_worker,
        "killed Redis": lambda: _away(redis.kill, redis.start),
        "restarted PostgreSQL": lambda: _away(postgres.stop, postgres.start),
        "killed workers again": kill_a_worker,
    }
    began = time.monotonic()
    for number, (name, disturb) in enumerate(disturbances.items(), 1):
        _sleep_until(began + seconds * number / (len(disturbances) + 1))
        disturb()
        report.counted[name] += 1
    _sleep_until(began + seconds)


def _away(stop: Callable[[], None], start_again: Callable[[], None]) -> None:
    stop()
    time.sleep(SECONDS_AWAY)
    start_again()


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _judge(report: Report, payers: list[Payer], database: dict[str, Any]) -> None:
    found = dict(query(database, "select key, count(*) from soak_row group by key"))
    payments = [payment for payer in payers for payment in payer.payments]
    for payer in payers:
        report.counted.update(payer.counted)
        report.violations += payer.wrong
    for payment in payments:
        if found.get(payment.key, 0) not in payment.rows:
            report.violations.append(f"{found.get(payment.key, 0)} rows of {payment}")
    known = {payment.key for payment in payments}
    report.violations += [f"never sent: {key}" for key in found if key not in known]
    report.rows["keys"] = len(payments)
    report.rows["rows"] = sum(found.values())
    report.rows["of them of keys without an answer"] = sum(
        found.get(each.key, 0) for each in payments if each.outcome == OPEN
    )
