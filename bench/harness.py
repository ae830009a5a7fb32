"""Django's own handler in this process, and how contestants are timed against each other."""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from time import perf_counter
from typing import Any

from . import contestants
from .workloads import Workload, WrongAnswerError, verify, verify_plain


def setup() -> None:
    """Start Django with the bench's project."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()


class Client:
    """Calls a WSGI handler the way a server does."""

    def __init__(self) -> None:
        from django.core.handlers.wsgi import WSGIHandler

        self._handler = WSGIHandler()
        self._environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "HTTP_HOST": "localhost:8000",
            "HTTP_USER_AGENT": "bench",
            "HTTP_ACCEPT": "*/*",
            "HTTP_ACCEPT_ENCODING": "gzip, deflate",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def sender(self, path: str, body: bytes) -> Callable[[], bytes]:
        """Return a function that sends ``body`` once and returns the content of the answer."""
        handler, length = self._handler, str(len(body))
        environ = {**self._environ, "PATH_INFO": path, "CONTENT_LENGTH": length}
        status: list[str] = []

        def start_response(line: str, headers: Any, exc_info: Any = None) -> None:
            status[:] = [line]

        def send() -> bytes:
            response = handler({**environ, "wsgi.input": BytesIO(body)}, start_response)
            content = b"".join(response)
            response.close()
            if status[0] != "200 OK":
                raise RuntimeError(f"{path}: {status[0]}: {content[:300]!r}")
            return content

        return send


@dataclass
class Runner:
    """One contestant on one workload: ready to be timed, its answer verified."""

    name: str
    send: Callable[[], bytes]
    urlconf: str

    def activate(self) -> None:
        """Make the project the contestant's own: its urlconf alone."""
        from django.conf import settings
        from django.urls import set_urlconf

        settings.ROOT_URLCONF = self.urlconf
        set_urlconf(self.urlconf)

    def time(self, repetitions: int) -> float:
        """Return the seconds that one sending takes, on average over ``repetitions``.

        Some go before, untimed: the interpreter fits itself to what it runs, and one contestant
        would pay for what its predecessor did otherwise.
        """
        self.activate()
        send = self.send
        for _ in range(repetitions // 2 + 1):
            send()
        gc.collect()
        start = perf_counter()
        for _ in range(repetitions):
            send()
        return (perf_counter() - start) / repetitions


def prepare(name: str, workload: Workload, client: Client) -> Runner | str:
    """Return a verified runner, or why the contestant has none for this workload."""
    module = contestants.load(name)
    if isinstance(module, str):
        return module
    reason = getattr(module, "SKIPS", {}).get(workload.name)
    if reason is not None:
        return str(reason)
    rest = getattr(module, "REST", None)
    check = verify
    if rest is None:
        path, body = "/rpc/", workload.body
    elif workload.is_batch:
        return "no batches"
    elif workload.tagged:
        return "no tags"
    else:
        params = workload.calls[0]["params"]
        method = workload.calls[0]["method"]
        if isinstance(params, list):
            params = dict(zip(module.NAMES[method], params, strict=True))
        path, body, check = f"/{rest[method]}", json.dumps(params).encode(), verify_plain
    runner = Runner(name, client.sender(path, body), module.__name__)
    runner.activate()
    try:
        check(workload, runner.send())
    except Exception as error:
        raise WrongAnswerError(f"{name}: {error}") from error
    return runner


@dataclass
class Outcome:
    """What one contestant took on one workload; ``reason`` where it did not run."""

    microseconds: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    rounds: int = 0
    reason: str = ""


@contextmanager
def configured(workload: Workload):
    """Run with the settings that a workload needs beside the defaults.

    They are set on the settings themselves: what ``override_settings`` puts around them would
    slow every look-up.
    """
    from django.conf import settings
    from django.test.signals import setting_changed

    for name, value in workload.settings.items():
        setattr(settings, name, value)
        setting_changed.send(None, setting=name, value=value, enter=True)
    try:
        yield
    finally:
        for name in workload.settings:
            delattr(settings, name)
            setting_changed.send(None, setting=name, value=None, enter=False)


def compare(
    workload: Workload, names: list[str], client: Client, seconds: float, slice_seconds: float
) -> dict[str, Outcome]:
    """Time contestants on one workload for about ``seconds``.

    In each round every contestant is timed once, in rotated order; its ratio is to the first
    contestant (``f1``) within the same round, so that what slows the machine slows both.
    """
    with configured(workload):
        ready = {name: prepare(name, workload, client) for name in names}
        runners = [each for each in ready.values() if isinstance(each, Runner)]
        outcomes = {
            name: Outcome(reason=each) for name, each in ready.items() if isinstance(each, str)
        }
        outcomes |= _rounds(runners, names[0], seconds, slice_seconds)
    return {name: outcomes[name] for name in names}


def _rounds(
    runners: list[Runner], base: str, seconds: float, slice_seconds: float
) -> dict[str, Outcome]:
    deadline = perf_counter() + seconds
    repetitions = {}
    for runner in runners:
        once = min(runner.time(2), runner.time(2))
        repetitions[runner.name] = max(1, round(slice_seconds / once))
    gc.collect()
    gc.freeze()
    times: dict[str, list[float]] = {runner.name: [] for runner in runners}
    turn = 0
    while perf_counter() < deadline or turn < 5:
        start = turn % len(runners)
        for runner in runners[start:] + runners[:start]:
            times[runner.name].append(runner.time(repetitions[runner.name]))
        turn += 1
    gc.unfreeze()
    return {name: _outcome(taken, times.get(base)) for name, taken in times.items()}


def _outcome(taken: list[float], base: list[float] | None) -> Outcome:
    outcome = Outcome(statistics.median(taken) * 1e6, rounds=len(taken))
    if base is not None:
        ratios = [a / b for a, b in zip(taken, base, strict=True)]
        outcome.low, outcome.ratio, outcome.high = statistics.quantiles(ratios, n=4)
    return outcome


def machine() -> dict[str, Any]:
    """Describe what the figures were made with."""
    from importlib import metadata

    packages = [
        "Django",
        "adjax-jsonrpc",
        "msgspec",
        "jsonschema-rs",
        "jsonrpcserver",
        "django-modern-rpc",
        "pjrpc",
        "pydantic",
        "django-ninja",
        "django-adjax",
        "orjson",
    ]
    versions = {}
    for package in packages:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "packages": versions,
    }


@dataclass
class Report:
    """The table: workload → contestant → outcome."""

    outcomes: dict[str, dict[str, Outcome]] = field(default_factory=dict)

    def table(self, names: list[str]) -> str:
        """Lay the ratios out as text; for W7t and W6t, without an ``f1``, milliseconds."""
        head = ["contestant", *self.outcomes]
        rows = [head]
        for name in names:
            rows.append([name, *[_cell(self.outcomes[w].get(name)) for w in self.outcomes]])
        if "f1" in names:
            absolute = [self.outcomes[w].get("f1") for w in self.outcomes]
            rows.append(
                ["f1, µs", *[f"{o.microseconds:.0f}" if o and o.ratio else "–" for o in absolute]]
            )
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines = [
            "  ".join(
                cell.ljust(width) if column == 0 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

    def as_json(self) -> dict[str, Any]:
        """Return the content of results.json."""
        return {
            workload: {name: _rounded(outcome) for name, outcome in by_name.items()}
            for workload, by_name in self.outcomes.items()
        }


def _cell(outcome: Outcome | None) -> str:
    if outcome is None or outcome.microseconds is None:
        return "–"
    if outcome.ratio is None:
        return f"{outcome.microseconds / 1000:.2f} ms"
    return f"{outcome.ratio:.2f}"


def _rounded(outcome: Outcome) -> dict[str, Any]:
    if outcome.microseconds is None:
        return {"reason": outcome.reason}
    figures: dict[str, Any] = {"microseconds": round(outcome.microseconds, 1)}
    if outcome.ratio is not None:
        figures["ratio"] = round(outcome.ratio, 3)
        figures["quartiles"] = [round(outcome.low or 0, 3), round(outcome.high or 0, 3)]
    return {**figures, "rounds": outcome.rounds}
