"""``manage.py export_typescript``."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command


def run(*args, **options):
    out = io.StringIO()
    call_command("export_typescript", *args, stdout=out, **options)
    return out.getvalue()


def test_the_command_writes_to_standard_output_or_a_file(tmp_path):
    path = tmp_path / "types" / "api.d.ts"
    text = run()
    assert "export interface Api {" in text
    assert run(out=path) == "1 files: 1 written, 0 removed\n"
    assert path.read_text() == text
    assert "x: number;" in text and "bigint" not in text
    assert "x: number | bigint;" in run(integers="bigint")


@pytest.mark.parametrize(("variable", "is_declared"), [("RPC", True), ("my.rpc", False)])
def test_the_global_object_has_the_name_of_the_setting(settings, variable, is_declared):
    settings.ADJAX_VARIABLE = variable
    text = run()
    assert (f"  var {variable}: {{" in text) is is_declared
    assert ("declare global" in text) is is_declared


@pytest.mark.django_db
def test_the_command_leaves_out_what_a_caller_may_not_call(tmp_path):
    user = get_user_model().objects.create_user("ann")
    user.user_permissions.add(Permission.objects.get(codename="add_user"))

    def exported(*arguments):
        out = tmp_path / "api.d.ts"
        call_command("export_typescript", *arguments, out=str(out), verbosity=0)
        return out.read_text()

    everything, anns, anybodys = exported(), exported("--user=ann"), exported("--anonymous")
    assert "hidden_no:" in everything and "hidden_no:" not in anns
    assert "hidden_one:" in anns and "two:" not in anns
    assert "whoami:" not in anybodys and "add:" in anybodys
    with pytest.raises(CommandError, match="there is no user 'bob'"):
        exported("--user=bob")
    with pytest.raises(CommandError, match="not allowed with"):
        exported("--user=ann", "--anonymous")
    call_command("export_schemas", "--anonymous", out=str(tmp_path / "schemas"), verbosity=0)
    assert "shapes.whoami" not in (tmp_path / "schemas/openrpc.json").read_text()


def test_the_check_shows_a_unified_diff(tmp_path):
    path = tmp_path / "api.d.ts"
    run(out=path)
    assert run("--check", out=path) == ""
    path.write_text(path.read_text().replace("add:", "plus:"))
    out = io.StringIO()
    with pytest.raises(CommandError, match="not up to date: 1 file"):
        call_command("export_typescript", "--check", out=path, stdout=out)
    assert "-    plus: Method" in out.getvalue()
    assert "+    add: Method" in out.getvalue()
    with pytest.raises(CommandError, match="--check needs --out"):
        run("--check")
