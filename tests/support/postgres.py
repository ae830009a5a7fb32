"""A real PostgreSQL for tests: the distribution's, on a free port, in a directory of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.needs import needs
from tests.support.servers import free_port

SECONDS_TO_START = 60
USER = "tests"


@contextmanager
def run_postgres() -> Iterator[dict[str, Any]]:
    """Start a server and yield Django's settings of its database; stop it by its own id."""
    with a_postgres() as server:
        yield server.database


@contextmanager
def a_postgres() -> Iterator[Postgres]:
    """Start a server that can be restarted, and stop it by its own id."""
    needs("server")
    run_as = _owner()
    directory = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = None
    try:
        os.chown(directory, run_as.get("user", -1), run_as.get("group", -1))
        server = Postgres(directory, _binaries(), run_as)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(directory)


class Postgres:
    """A server with its data in a directory; ``database`` is for Django's settings."""

    def __init__(self, directory: Path, binaries: Path, run_as: dict[str, Any]) -> None:
        self._directory = directory
        self._binaries = binaries
        self._run_as = run_as
        self._process: subprocess.Popen[bytes] | None = None
        initialize = ["initdb", "--username", USER, "--auth", "trust", "--no-sync"]
        subprocess.run(
            [str(binaries / initialize[0]), *initialize[1:], "--pgdata", str(directory / "data")],
            **run_as,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
            check=True,
            capture_output=True,
            timeout=120,
        )
        self.database: dict[str, Any] = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": USER,
            "HOST": "127.0.0.1",
            "PORT": free_port(),
        }

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.database["PORT"],
            "unix_socket_directories": "",
            "fsync": "off",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log_path = self._directory / "log"
        with log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._binaries / "postgres"), "-D", str(self._directory / "data"), *settings],
                **self._run_as,
                cwd="/",
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _wait_until_it_answers(self._process, self.database, log_path)

    def stop(self) -> None:
        """Stop it, whatever is running; it writes all that is committed to the disk."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # its "fast shutdown"
            self._process.wait(timeout=60)
            self._process = None


def connect(database: dict[str, Any]) -> psycopg.Connection[Any]:
    """Connect beside Django; each statement is committed by itself."""
    return psycopg.connect(
        host=database["HOST"],
        port=database["PORT"],
        user=database["USER"],
        dbname=database["NAME"],
        autocommit=True,
    )


def query(database: dict[str, Any], statement: str) -> list[tuple[Any, ...]]:
    """Run a statement beside Django, and return its rows."""
    with connect(database) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _binaries() -> Path:
    """Return where the programs are: Debian has a directory for each version, and no PATH to it."""
    place = Path(os.environ.get("POSTGRES", "/usr/lib/postgresql"))
    found = [*place.glob("bin/initdb"), *place.glob("*/bin/initdb")]
    if not found:
        pytest.fail(f"no PostgreSQL at {place}: apt-get install postgresql, or set POSTGRES")
    return max(found, key=_version).parent


def _version(initdb: Path) -> float:
    try:
        return float(initdb.parent.parent.name)
    except ValueError:
        return 0.0


def _owner() -> dict[str, Any]:
    """Who runs it: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    users = {each.pw_name: each for each in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait_until_it_answers(
    process: subprocess.Popen[bytes], database: dict[str, Any], log: Path
) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            query(database, "select 1")
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError(f"PostgreSQL does not answer:\n{log.read_text(errors='replace')}")
