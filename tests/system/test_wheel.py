"""Installing: the wheel alone in a new environment, and ``make demo`` from a fresh clone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.http_calls import call, send
from tests.support.paths import ROOT
from tests.support.servers import free_port
from tests.support.snippets import PLACE, blocks, commands, same

pytestmark = pytest.mark.slow
SECONDS_TO_INSTALL = 300


SCHEMAS = {"envelope.json", "tags.json"}  # not those of the example's methods


def schemas_in(wheel: Path) -> set[str]:
    folder = "adjax_jsonrpc/schemas/"
    names = ZipFile(wheel).namelist()
    return {name.removeprefix(folder) for name in names if name.startswith(folder)} - {
        "__init__.py"
    }


def files_of_the_repository(under: str = "") -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", under or "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in sorted(set(listed.stdout.splitlines())) if (ROOT / name).exists()]


def environment_of(directory: Path, binaries: Path | None = None) -> dict[str, str]:
    """An environment that knows nothing of this test run's own."""
    foreign = ("PYTHON", "DJANGO", "VIRTUAL_ENV", "EXAMPLE", "MAKE", "COV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    path = [str(binaries)] if binaries else []
    return {
        **kept,
        "PATH": os.pathsep.join([*path, os.environ["PATH"]]),
        "EXAMPLE_DB": str(directory / "shop.sqlite3"),
        "PIP_QUIET": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONUNBUFFERED": "1",
    }


def run(*command: str, cwd: Path, env: Mapping[str, str], seconds: int = 120) -> str:
    result = subprocess.run(
        command, cwd=cwd, env=dict(env), capture_output=True, text=True, timeout=seconds
    )
    assert result.returncode == 0, f"{command}:\n{result.stdout}\n{result.stderr}"
    return result.stdout


@contextmanager
def running(*command: str, cwd: Path, env: Mapping[str, str], port: int) -> Iterator[Path]:
    """Run a server until the block ends; yield the file with what it prints."""
    log = cwd / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + SECONDS_TO_INSTALL
            while not _answers(port):
                said = log.read_text(errors="replace")
                assert process.poll() is None and time.monotonic() < deadline, said
                time.sleep(0.2)
            yield log
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # the session that was made for it alone
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _answers(port: int) -> bool:
    try:
        send(f"http://127.0.0.1:{port}", method="OPTIONS", content_type=None)
    except OSError:
        return False
    return True


@pytest.fixture
def source(tmp_path) -> Path:
    """What a clone of the repository would have."""
    for name in files_of_the_repository():
        target = tmp_path / "source" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return tmp_path / "source"


@pytest.mark.server
def test_the_wheel_alone_serves_the_example(source, tmp_path):
    """The README's commands build and install it; the example runs with nothing else."""
    run(sys.executable, "-m", "venv", "venv", cwd=tmp_path, env=os.environ)
    environment = environment_of(tmp_path, tmp_path / "venv/bin")
    (install,) = [each for each in blocks(ROOT / "README.md") if each.kind == "test_wheel.py"]
    run("sh", "-e", "-c", install.text, cwd=source, env=environment, seconds=SECONDS_TO_INSTALL)

    (wheel,) = (source / "dist").glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert schemas_in(wheel) == SCHEMAS
    assert packed >= set(files_of_the_repository("adjax_jsonrpc"))
    assert {name.partition("/")[0] for name in packed} == {"adjax_jsonrpc"}

    project = tmp_path / "project"
    shutil.copytree(
        source / "example", project, ignore=shutil.ignore_patterns("*.sqlite3", "__pycache__")
    )
    shutil.rmtree(source)
    where = "import adjax_jsonrpc; print(adjax_jsonrpc.__file__)"
    assert "site-packages" in run("python", "-c", where, cwd=project, env=environment)
    for command in ("check", "migrate", "seed"):
        run("python", "manage.py", command, cwd=project, env=environment)
    port = free_port()
    command = ["python", "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with running(*command, cwd=project, env=environment, port=port):
        url = f"http://127.0.0.1:{port}"
        for path, part in {
            "/": b"<html",
            "/static/adjax_jsonrpc/adjax.js": b"adjax",
            "/static/adjax_jsonrpc/adjax.mjs": b"export",
            "/rpc/interface.js": b"new adjax.Interface(",
            "/rpc/openrpc.json": b'"openrpc"',
        }.items():
            answer = send(url, method="GET", path=path, content_type=None)
            assert (answer.status, path) == (200, path)
            assert part in answer.content, path
        assert call(url, "shop.stock", "A1") == {"jsonrpc": "2.0", "result": 12, "id": 1}


def test_the_wheel_of_the_source_distribution_holds_the_schemas(source, tmp_path):
    """Built without an isolated environment, which the test above has."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path / "built"]
    subprocess.run([*command, source], check=True, capture_output=True)
    (wheel,) = (tmp_path / "built").glob("*.whl")
    assert schemas_in(wheel) == SCHEMAS


@pytest.mark.server
def test_make_demo_serves_the_shop_from_nothing(source, tmp_path):
    """The first command of the README, then its calls, as they stand there."""
    environment, port = environment_of(tmp_path), free_port()
    with running("make", "demo", f"PORT={port}", cwd=source, env=environment, port=port) as log:
        url = f"http://127.0.0.1:{port}"
        assert f"{url}/rpc/" in log.read_text()
        console = [each for each in blocks(ROOT / "README.md") if each.kind == "console"]
        assert console
        for block in console:
            for command, expected in commands(block.text):
                printed = run(
                    "bash", "-c", command.replace(PLACE, url), cwd=source, env=environment
                )
                assert same(printed, expected), f"{block}: {printed}"
