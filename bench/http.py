"""``python -m bench.http``: throughput and latency behind real servers, measured by wrk.

One worker process a server, so that figures compare what a request costs; wrk comes from the
system (Debian: ``apt-get install wrk``).
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
from contextlib import contextmanager
from pathlib import Path

from .workloads import WORKLOADS, verify

PORT = 8765
SERVERS = {
    "gunicorn": (
        f"gunicorn --bind 127.0.0.1:{PORT} --worker-class gthread --threads 4 --keep-alive 30 "
        "--log-level warning bench.serve:wsgi"
    ),
    "granian": (
        f"granian --host 127.0.0.1 --port {PORT} --interface wsgi --workers 1 "
        "--log-level warning bench.serve:wsgi"
    ),
    "uvicorn": (
        f"uvicorn --host 127.0.0.1 --port {PORT} --workers 1 --log-level warning "
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
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    print(
        f"{'server':10}{'workload':9}{'contestant':12}{'requests/s':>11}{'p50 ms':>9}{'p99 ms':>9}"
    )
    for server in options.servers.split(","):
        for name in options.contestants.split(","):
            with serving(server, name):
                for workload in options.workloads.split(","):
                    figures = measure(workload, options.seconds, options.connections)
                    row = f"{figures[0]:11.0f}{figures[1]:9.2f}{figures[2]:9.2f}"
                    print(f"{server:10}{workload:9}{name:12}{row}", flush=True)


@contextmanager
def serving(server: str, contestant: str):
    """Run a server with one contestant until the block is left."""
    environment = {**os.environ, "BENCH_CONTESTANT": contestant}
    program, *arguments = SERVERS[server].split()
    command = [str(Path(sys.executable).parent / program), *arguments]
    process = subprocess.Popen(command, env=environment)
    try:
        _wait_until_up(process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_up(process: subprocess.Popen) -> None:
    for _ in range(150):
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} has stopped with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", PORT), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{process.args[0]} did not start")


def measure(workload: str, seconds: int, connections: int) -> tuple[float, float, float]:
    """Give requests a second, and the latencies p50 and p99 in milliseconds."""
    body = WORKLOADS[workload].body
    _verify_once(workload, body)
    with tempfile.TemporaryDirectory() as folder:
        body_file, script = Path(folder, "body.json"), Path(folder, "post.lua")
        body_file.write_bytes(body)
        script.write_text(SCRIPT.format(body=body_file))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s"]
        url = f"http://127.0.0.1:{PORT}/rpc/"
        text = subprocess.run(
            [*command, str(script), url], check=True, capture_output=True, text=True
        ).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        raise SystemExit(text)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    return rate, _latency(text, 50), _latency(text, 99)


def _verify_once(workload: str, body: bytes) -> None:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", PORT, timeout=10)
    connection.request("POST", "/rpc/", body, {"Content-Type": "application/json"})
    verify(WORKLOADS[workload], connection.getresponse().read())
    connection.close()


def _latency(text: str, percent: int) -> float:
    value, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


if __name__ == "__main__":
    main()
