"""``manage.py rpc``; command-line.md shows how a shell completes names."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from adjax_jsonrpc.management.completion import SCRIPTS
from tests.support.paths import ROOT


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("rpc", *words, stdout=out)
    return out.getvalue()


def failure(*words: str) -> tuple[int, str]:
    """The exit status and what is printed of a call that fails."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("rpc", *words, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, str(error)
    except SystemExit as exit_:
        return exit_.code, err.getvalue()
    raise AssertionError(f"{words} went well: {out.getvalue()}")


def test_methods_are_listed_with_their_signatures():
    listed = run()
    assert "shapes.add(a: int, b: int = 1) -> int\n" in listed
    assert "gates.open(" in listed
    assert "gates.open(" not in run("shapes")
    assert "shapes.add(" in run("sha*d")
    (add,) = [each for each in json.loads(run("--json")) if each["name"] == "shapes.add"]
    assert add == {"name": "shapes.add", "signature": "(a: int, b: int = 1) -> int", "summary": ""}


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["shapes.add", "1", "2"], "3"),
        (["shapes.add", "a=1"], "2"),
        (["shapes.add", "1", "b=3"], "4"),
        (["shapes.echo", "A1"], "'A1'"),
        (["shapes.echo", '{"a": [1, null]}'], "{'a': [1, None]}"),
        (["shapes.echo", '{"__type__": "date", "value": "2026-11-22"}'], "datetime.date(2026, 11, 22)"),
        (["shapes.order", "customer=12", "items=[]"], "{'customer': '12'"),
        (["shapes.echo", "--notify", "1"], ""),
        (["shapes.later", "7"], "7"),
    ],
)  # fmt: skip
def test_a_method_is_called(words, printed):
    assert run(*words).startswith(printed)


def test_the_result_is_printed_as_it_is_sent():
    answer = json.loads(run("shapes.day", '"2026-11-22T09:30:00Z"', "--json"))
    assert answer["result"]["__type__"] == "datetime"


def test_arguments_and_batches_come_from_files(tmp_path, monkeypatch):
    (tmp_path / "value.json").write_text('{"deep": [1]}')
    assert run("shapes.echo", f"@{tmp_path}/value.json") == "{'deep': [1]}\n"
    batch = [{"jsonrpc": "2.0", "method": "shapes.add", "params": [n], "id": n} for n in (1, 2)] + [
        {"jsonrpc": "2.0", "method": "shapes.add", "params": [3]}
    ]
    (tmp_path / "batch.json").write_text(json.dumps(batch))
    assert run("--batch", f"{tmp_path}/batch.json") == "1: 2\n2: 3\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(batch[2])))
    assert run("--batch", "-") == ""


@pytest.mark.django_db
def test_a_user_calls():
    get_user_model().objects.create_user("ann")
    assert run("gates.login", "key", "--user", "ann") == "'ann'\n"
    assert failure("gates.login", "key") == (1, "Authentication required (-32001)\n")
    assert failure("gates.login", "key", "--user=bob") == (2, "there is no user 'bob'")


def test_a_failed_call_exits_with_1():
    status, printed = failure("shapes.add", "one")
    assert status == 1
    assert printed.startswith("Invalid params (-32602)\n  /0: ")
    status, printed = failure("shapes.fail", "value")
    assert (status, printed.split("\n")[0]) == (1, "Internal error (-32603)")
    assert failure("shapes.fail", "rpc") == (1, 'seven (7)\n  at: 7\n')  # fmt: skip


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["shapes.ad"], "there is no method 'shapes.ad': did you mean shapes.add?"),
        (["shapes.add", "a=1", "a=2"], "a is given twice"),
        (["shapes.add", "1", "2", "3", "b=1"], "'3' has no name: write all arguments as name=value"),
        (["shapes.echo", "@/nowhere"], "/nowhere can't be read: "),
        (["--batch", "/nowhere"], "/nowhere can't be read: "),
        (["shapes.echo", "1", "--url", "nowhere"], "'nowhere' is not an address: http://…/rpc/"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_exits_with_2(words, reason):
    status, printed = failure(*words)
    assert status == 2
    assert printed.startswith(reason)


def test_a_file_that_is_not_json_exits_with_2(tmp_path):
    (tmp_path / "value.json").write_text("{")
    status, printed = failure("shapes.echo", f"@{tmp_path}/value.json")
    assert status == 2
    assert "is not JSON" in printed


@pytest.mark.django_db
def test_a_server_is_called(live_server):
    url = f"{live_server.url}/rpc/"
    assert run("shapes.add", "1", "--url", url) == "2\n"
    assert failure("nothing.here", "--url", url) == (1, "Method not found (-32601)\n")
    status, printed = failure("shapes.add", "1", "--url", f"{live_server.url}/nowhere/")
    assert (status, "does not answer with JSON" in printed) == (1, True)
    status, printed = failure("shapes.add", "1", "--url", "http://127.0.0.1:9/rpc/")
    assert (status, "does not answer: " in printed) == (1, True)


@pytest.mark.slow
def test_a_shell_completes_names():
    script = SCRIPTS["bash"].replace("python manage.py", f"{sys.executable} manage.py")
    program = (
        f"{script}\nCOMP_WORDS=(manage.py rpc shop.st); COMP_CWORD=2; _adjax_rpc; "
        'echo "${COMPREPLY[@]}"'
    )
    result = subprocess.run(
        ["bash", "-c", program],
        cwd=ROOT / "example",
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "example.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == ["shop.stock"]


def test_a_reader_that_stops_is_no_failure():
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    call_command("rpc", stdout=Closed())
