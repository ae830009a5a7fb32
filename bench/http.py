"""``python -m bench.http``: throughput and latency behind real servers, measured by wrk.

One worker process a server, so that figures compare what a request costs; all contestants are
alive and measured in turn. wrk comes from the system (Debian: ``apt-get install wrk``).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TypeAlias

from .workloads import WORKLOADS, verify

Figures: TypeAlias = tuple[float, float, float]

SERVERS = {
    "gunicorn": (
        "gunicorn --bind 127.0.0.1:{port} --worker-class gthread --threads 4 --keep-alive 30 "
        "--log-level warning bench.serve:wsgi"
    ),
    "granian": (
        "granian --host 127.0.0.1 --port {port} --interface wsgi --workers 1 "
        "--blocking-threads 1 --log-level warning bench.serve:wsgi"
    ),
    "uvicorn": (
        "uvicorn --host 127.0.0.1 --port {port} --workers 1 --log-level warning "
        "--no-access-log --lifespan off bench.serve:asgi"
    ),
}
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local file = io.open("{body}", "rb")
wrk.body = file:read("*a")
file:close()
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.http", description=__doc__)
    parser.add_argument("--servers", default=",".join(SERVERS))
    parser.add_argument("--contestants", default="f1,ours")
    parser.add_argument("--workloads", default="W1,W3")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    names = options.contestants.split(",")
    print(f"{'server':10}{'workload':9}{'contestant':12}", end="")
    print(f"{'requests/s':>11}{'ratio':>7}{'p50 ms':>9}{'p99 ms':>9}")
    for server in options.servers.split(","):
        with ExitStack() as stack:
            ports = {name: stack.enter_context(serving(server, name)) for name in names}
            for workload in options.workloads.split(","):
                taken = _rounds(ports, workload, options)
                for name in names:
                    print(f"{server:10}{workload:9}{name:12}{_row(taken[name], taken[names[0]])}")


def _rounds(ports: dict[str, int], workload: str, options) -> dict[str, list[Figures]]:
    """Measure all contestants in each round, in rotated order."""
    names = [*ports]
    taken: dict[str, list[Figures]] = {name: [] for name in names}
    for name in names:
        measure(ports[name], workload, 1, options.connections)
    for turn in range(options.rounds):
        start = turn % len(names)
        for name in names[start:] + names[:start]:
            figures = measure(ports[name], workload, options.seconds, options.connections)
            taken[name].append(figures)
    return taken


def _row(taken: list[Figures], base: list[Figures]) -> str:
    """Return the medians; the ratio is that of the times that one request takes."""
    rate, middle, late = (median(figures) for figures in zip(*taken, strict=True))
    ratio = median(b[0] / t[0] for t, b in zip(taken, base, strict=True))
    return f"{rate:11.0f}{ratio:7.2f}{middle:9.2f}{late:9.2f}"


@contextmanager
def serving(server: str, contestant: str) -> Iterator[int]:
    """Run a server with one contestant until the block is left; yield its port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    environment = {**os.environ, "BENCH_CONTESTANT": contestant}
    program, *arguments = SERVERS[server].format(port=port).split()
    command = [str(Path(sys.executable).parent / program), *arguments]
    process = subprocess.Popen(command, env=environment)
    try:
        _wait_until_up(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_up(process: subprocess.Popen, port: int) -> None:
    for _ in range(150):
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} has stopped with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{process.args[0]} did not start")


def measure(port: int, workload: str, seconds: int, connections: int) -> Figures:
    """Return requests a second, and the latencies p50 and p99 in milliseconds."""
    body = WORKLOADS[workload].body
    _verify_once(port, workload, body)
    with tempfile.TemporaryDirectory() as folder:
        body_file, script = Path(folder, "body.json"), Path(folder, "post.lua")
        body_file.write_bytes(body)
        script.write_text(SCRIPT.format(body=body_file))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s"]
        url = f"http://127.0.0.1:{port}/rpc/"
        text = subprocess.run(
            [*command, str(script), url], check=True, capture_output=True, text=True
        ).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        raise SystemExit(text)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    return rate, _latency(text, 50), _latency(text, 99)


def _verify_once(port: int, workload: str, body: bytes) -> None:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/rpc/", body, {"Content-Type": "application/json"})
    verify(WORKLOADS[workload], connection.getresponse().read())
    connection.close()


def _latency(text: str, percent: int) -> float:
    value, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


if __name__ == "__main__":
    main()
