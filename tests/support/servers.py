"""Real servers for tests: each a process of its own on a free port, stopped by its own id."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from tests.support.needs import needs
from tests.support.paths import ROOT
from tests.support.shared import made_once

SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
REDIS = os.environ.get("REDIS", "/usr/bin/redis-server")

# example.wsgi and example.asgi serve whatever settings DJANGO_SETTINGS_MODULE names.
COMMANDS = {
    "runserver": "-m django runserver --noreload 127.0.0.1:{port}",
    "gunicorn": "-m gunicorn example.wsgi --bind 127.0.0.1:{port} --threads 4",
    "uvicorn": "-m uvicorn example.asgi:application --host 127.0.0.1 --port {port}",
    "granian-wsgi": "-m granian example.wsgi:application --interface wsgi --port {port}",
    "granian-asgi": "-m granian example.asgi:application --interface asgi --port {port}",
}
DEPLOYED = [name for name in COMMANDS if name != "runserver"]


@contextmanager
def serve(
    server: str,
    directory: Path,
    settings: str = "example.settings",
    overrides: Mapping[str, Any] | None = None,
) -> Iterator[str]:
    """Run one server with a project's settings and yield its URL.

    ``overrides`` are settings to change. The database, the log and the changed settings are
    files in ``directory``.
    """
    with start(COMMANDS[server], directory, settings, overrides) as served:
        yield served.url


class Served(NamedTuple):
    """A server that runs: where it answers, and its first process."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def start(
    command_line: str,
    directory: Path,
    settings: str,
    overrides: Mapping[str, Any] | None = None,
) -> Iterator[Served]:
    """Run any server, a line for Python with ``{port}`` in it, as ``serve`` does."""
    environment = prepare(directory, settings, overrides)
    port = free_port()
    command = [sys.executable, *command_line.format(port=port).split()]
    log = directory / f"{command[2]}.log"
    with _running(command, log, lambda: _answers(port), environment) as process:
        yield Served(f"http://127.0.0.1:{port}", process)


@contextmanager
def redis(directory: Path) -> Iterator[str]:
    """Run a Redis that keeps nothing on disk, on a socket in ``directory``; yield its URL."""
    path = directory / "redis.sock"
    command = [REDIS, "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no"]
    with _running(command, directory / "redis.log", lambda: takes_connections(path)):
        yield f"unix://{path}"


@contextmanager
def _running(
    command: list[str],
    log: Path,
    it_answers: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command beside its log until it answers, and stop it in the end."""
    needs("server")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=log.parent,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until(it_answers, process, log)
            yield process
        finally:
            _stop(process)


def takes_connections(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def prepare(
    directory: Path, settings: str, overrides: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Put the database of a project in ``directory``; return the environment it runs in."""
    database = directory / "db.sqlite3"
    if not database.exists():
        database.write_bytes(_fresh_database(settings))
    if overrides:
        lines = [f"from {settings} import *", *(f"{k} = {v!r}" for k, v in overrides.items())]
        settings = "changed_settings"
        (directory / f"{settings}.py").write_text("\n".join(lines) + "\n")
    return _environment(directory, settings)


def _environment(directory: Path, settings: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "EXAMPLE_DB": str(directory / "db.sqlite3"),
        "PYTHONPATH": os.pathsep.join([str(directory), str(ROOT), str(ROOT / "example")]),
        "PYTHONUNBUFFERED": "1",
        "HOME": str(directory),  # gunicorn keeps a socket there
    }


def _fresh_database(settings: str) -> bytes:
    def make(directory: Path) -> None:
        environment = _environment(directory, settings)
        manage(environment, "migrate", "-v0")
        if settings == "example.settings":
            manage(environment, "seed")

    return (made_once(f"database of {settings}", make) / "db.sqlite3").read_bytes()


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a management command and return what it prints."""
    result = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


_reserved: list[IO[bytes]] = []


def free_port() -> int:
    """Find a port that nobody listens on, and keep other test processes from it.

    They would find it free as well, until the server that it is for listens there. A lock on a
    file of its name is held until this process ends.
    """
    folder = Path(gettempdir(), f"ports-of-tests-{os.getuid()}")
    folder.mkdir(exist_ok=True)
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        lock = (folder / str(port)).open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _reserved.append(lock)
        return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait_until(
    it_answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if it_answers():
            return
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"{process.args} does not answer:\n{log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the session that was made for it alone
        process.wait()


def workers_of(url: str) -> frozenset[int]:
    """Return the processes that answer: those of the server that have no children of it."""
    port = str(urlsplit(url).port)
    parents: dict[int, int] = {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            command = (directory / "cmdline").read_bytes().decode(errors="replace")
            status = (directory / "status").read_text()
        except OSError:  # ended meanwhile
            continue
        if any(argument.rpartition(":")[2] == port for argument in command.split("\0")):
            parents[int(directory.name)] = int(_field(status, "PPid"))
    return frozenset(parents.keys() - parents.values())


def memory_of(processes: frozenset[int]) -> int:
    """Return the bytes of memory that processes hold."""
    pages = [int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in processes]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def _field(status: str, name: str) -> str:
    return next(line.split()[1] for line in status.splitlines() if line.startswith(f"{name}:"))
