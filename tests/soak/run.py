"""One server under load: started, used, wounded, and held to account."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tests.support import http_calls
from tests.support.servers import start

from .connections import Connection
from .processes import Memory, children, growth, is_there

SERVERS = {
    "gunicorn": "-m gunicorn example.wsgi --bind 127.0.0.1:{port} --workers 3 --threads 16"
    " --keep-alive 75",
    "granian": "-m granian example.asgi:application --interface asgi --port {port} --workers 3"
    " --respawn-failed-workers --respawn-interval 1",
}
WORKERS = 3
IN_NODE = 10
HELD = 4
SECONDS_TO_RECOVER = 60
# A share for what an allocator keeps, and a block or two of each worker.
MOST_GROWTH = (0.05, 10.0)


@dataclass
class Report:
    """What a server did, and all that it must not have done."""

    server: str
    minutes: float
    counted: Counter[str] = field(default_factory=Counter)
    rows: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def table(self) -> str:
        rows = {**self.counted, **self.rows, "violations": len(self.violations)}
        lines = [f"{self.server}, {self.minutes:g} minutes"]
        lines += [f"  {name:<34} {value:>12}" for name, value in rows.items()]
        return "\n".join([*lines, *(f"  ! {each[:400]}" for each in self.violations[:20])])


class Node:
    """The JavaScript client's connections, in a process of node."""

    def __init__(self, url: str, connections: int) -> None:
        script = Path(__file__).parent / "client.mjs"
        node = shutil.which("node") or "node"
        self._process = subprocess.Popen(
            [node, str(script), url, "node", str(connections)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NODE_OPTIONS": ""},
        )
        self.events: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.events.append(json.loads(line))

    def tell(self, command: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()

    def all(self, event: str) -> list[dict[str, Any]]:
        return [each for each in self.events if each["event"] == event]

    def stop(self) -> dict[str, Any]:
        """End the calls and return the counts."""
        if self._process.poll() is not None:
            raise AssertionError(f"node has ended by itself: {self._process.returncode}")
        self.tell("stop")
        try:
            self._process.wait(SECONDS_TO_RECOVER)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reader.join(10)
        return self.all("end")[-1]


def soak(server: str, minutes: float, directory: Path, connections: int = 50) -> Report:
    """Load a server for some minutes, kill one of its workers in the middle, and report."""
    report = Report(server, minutes)
    seconds = minutes * 60
    warm = min(60.0, seconds / 4)
    in_node = min(IN_NODE, connections // 2)
    with start(SERVERS[server], directory, "tests.soak.settings") as served:
        until_all_answer(served.url, served.process.pid)
        memory = Memory(served.process.pid)
        memory.start()
        threads = [
            Connection(served.url, f"python-{number}") for number in range(connections - in_node)
        ]
        for thread in threads:
            thread.start()
        node = Node(served.url, in_node)
        time.sleep(seconds / 2)
        phases = [(warm, memory.samples[-1][0])]
        killing = _Killing(served.url, served.process.pid, directory, node)
        killing.run(report)
        # The new worker warms up as the others did at the start.
        again_warm = memory.samples[-1][0] + warm
        time.sleep(seconds / 2)
        for thread in threads:
            thread.stopped.set()
        for thread in threads:
            thread.join()
        counts = node.stop()
        memory.stop()
        phases.append((again_warm, memory.samples[-1][0]))
        _judge_answers(report, threads, counts)
        _judge_losses(report, threads, node, killing)
    _judge_rows(report, directory, threads, counts)
    _judge_memory(report, memory, phases)
    return report


def workers(server: int) -> list[int]:
    """Return the processes that answer: gunicorn's and granian's first one only watches them."""
    return [each for each in children(server) if _answers_calls(each)]


def _answers_calls(process: int) -> bool:
    try:
        return b"resource_tracker" not in Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:  # it has ended
        return False


class _Killing:
    """Kills the worker that holds a call of each client, and sees what becomes of the calls."""

    def __init__(self, url: str, server: int, directory: Path, node: Node) -> None:
        self._url = url
        self._server = server
        self._directory = directory
        self._node = node
        self._python: dict[str, Any] = {}
        self.began = self.gone = 0.0

    def run(self, report: Report) -> None:
        in_node = [f"held by node {number}" for number in range(HELD)]
        in_python = [f"held by python {number}" for number in range(HELD)]
        for key in in_node:
            self._node.tell(f"hold {key}")
        threads = [threading.Thread(target=self._hold, args=(key,)) for key in in_python]
        for thread in threads:
            thread.start()
        held: dict[str, int] = {}

        def all_are_held() -> bool:
            question = "select key, process from soak_row where key like 'held by%'"
            held.update(_query(self._directory, question))
            return len(held) == 2 * HELD

        until(all_are_held, "all held calls have begun")
        victim = held[in_node[0]]
        assert victim in children(self._server), "the worker is a child of the server started here"
        self.began = time.time()
        os.kill(victim, signal.SIGKILL)
        until(lambda: not is_there(victim), "the worker is gone")
        self.gone = time.time()
        (self._directory / "release").touch()
        for thread in threads:
            thread.join()
        until(lambda: len(self._node.all("held")) == HELD, "node's held calls have ended")
        until_all_answer(self._url, self._server)
        self._judge(report, held, victim)

    def _hold(self, key: str) -> None:
        try:
            self._python[key] = http_calls.call(self._url, "soak.hold", key)["result"]
        except (OSError, HTTPException) as error:
            self._python[key] = repr(error)

    def _judge(self, report: Report, held: dict[str, int], victim: int) -> None:
        ends = {each["key"]: each for each in self._node.all("held")}
        said = [str(each["says"]) for each in ends.values() if each["lost"]]
        for key, process in held.items():
            node = ends.get(key)
            came_to = self._python[key] if node is None else node.get("value", node["says"])
            was_lost = type(came_to) is str if node is None else node["lost"]
            if was_lost != (process == victim) or (not was_lost and came_to != process):
                report.violations.append(f"{key} by {process}, {victim} killed: {came_to}")
        report.rows["killed worker"] = victim
        report.rows["held calls lost with it"] = list(held.values()).count(victim)
        report.rows["the JavaScript client says"] = said[0] if said else "nothing"


def _judge_answers(report: Report, threads: list[Connection], node: dict[str, Any]) -> None:
    for thread in threads:
        report.counted.update(thread.counted)
    for kind in ("requests", "good", "bad", "slow"):
        report.counted[kind] += node["totals"][kind]
    wrong = [each for thread in threads for each in thread.wrong] + node["wrong"]
    report.rows["wrong answers"] = len(wrong)
    report.violations += wrong


def _judge_losses(report: Report, threads: list[Connection], node: Node, killing: _Killing) -> None:
    """Allow the loss of what was in flight: requests on connections that the killed worker had."""
    lost = [each for thread in threads for each in thread.lost]
    in_node = node.all("lost")
    report.rows["requests lost, python"] = len(lost)
    report.rows["requests lost, node"] = len(in_node)
    for each in lost:
        if each.opened > killing.gone or each.ended < killing.began:
            when = f"opened {each.opened - killing.gone:.3f} s after the worker was gone"
            report.violations.append(f"lost at another time than the killing, {when}: {each}")
    for event in in_node:  # undici may notice a moment later that a connection is closed
        if event["began"] / 1000 > killing.gone + 1 or event["ended"] / 1000 < killing.began:
            when = f"begun {event['began'] / 1000 - killing.gone:.3f} s after the worker was gone"
            report.violations.append(f"lost at another time than the killing, {when}: {event}")
    idle = sum(thread.answered_last <= killing.gone for thread in threads)
    if idle:
        report.violations.append(f"{idle} connections were not answered after the killing")


def _judge_rows(
    report: Report, directory: Path, threads: list[Connection], node: dict[str, Any]
) -> None:
    found = dict(_query(directory, "select key, count(*) from soak_row group by key"))
    wrote = [*_all(thread.wrote for thread in threads), *node["wrote"]]
    unknown = [*_all(thread.unknown for thread in threads), *node["unknown"]]
    undone = [*_all(thread.must_not_write for thread in threads), *node["mustNotWrite"]]
    missing = [key for key in wrote if key not in found]
    repeated = [key for key, times in found.items() if times > 1]
    left = [key for key in undone if key in found]
    known = {*wrote, *unknown}
    strange = [key for key in found if key not in known and not key.startswith("held by")]
    report.rows["writes acknowledged"] = len(wrote)
    report.rows["of them found exactly once"] = sum(found.get(key) == 1 for key in wrote)
    report.rows["writes in lost requests"] = len(unknown)
    report.rows["of these found"] = sum(key in found for key in unknown)
    report.rows["writes of failed calls"] = len(undone)
    report.rows["of these left behind"] = len(left)
    for what, keys in {
        "acknowledged and lost": missing,
        "written twice": repeated,
        "failed and left behind": left,
        "never sent": strange,
    }.items():
        if keys:
            report.violations.append(f"{len(keys)} writes {what}: {keys[:5]}")


def _judge_memory(report: Report, memory: Memory, phases: list[tuple[float, float]]) -> None:
    share, fixed = MOST_GROWTH
    for name, phase in zip(("before", "after"), phases, strict=True):
        first, last, slope = growth(memory.between(*phase))
        report.rows[f"memory {name} the killing, MB"] = f"{first:.1f} to {last:.1f}"
        report.rows[f"its slope {name}, MB a minute"] = f"{slope:+.2f}"
        if last - first > first * share + fixed:
            report.violations.append(f"memory {name} the killing: {first:.1f} to {last:.1f} MB")


def _query(directory: Path, question: str) -> list[Any]:
    database = sqlite3.connect(directory / "db.sqlite3", timeout=60)
    try:
        return database.execute(question).fetchall()
    finally:
        database.close()


def _all(lists: Iterable[list[str]]) -> list[str]:
    return [each for some in lists for each in some]


def until_all_answer(url: str, server: int) -> None:
    """Wait until each worker has answered: it exists seconds before, and its memory grows then."""
    answered: set[int] = set()

    def all_answer() -> bool:
        with suppress(OSError, HTTPException):
            answered.add(http_calls.call(url, "soak.worker")["result"])
        all_workers = set(workers(server))
        return len(all_workers) == WORKERS and all_workers <= answered

    until(all_answer, "all workers answer")


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_RECOVER
    while not is_so():
        assert time.monotonic() < deadline, f"not after {SECONDS_TO_RECOVER} s: {what}"
        time.sleep(0.05)
