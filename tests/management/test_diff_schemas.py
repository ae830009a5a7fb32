"""``manage.py diff_schemas``."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command


def run(*args, **options):
    out = io.StringIO()
    try:
        call_command("diff_schemas", *args, stdout=out, **options)
    except CommandError as error:
        return out.getvalue(), error
    return out.getvalue(), None


@pytest.fixture
def export(tmp_path):
    call_command("export_schemas", out=tmp_path, verbosity=0)
    return tmp_path


def test_the_project_is_compared_with_an_export(export):
    assert run(export) == ("0 changes, 0 breaking\n", None)
    assert run(export, export) == ("0 changes, 0 breaking\n", None)


def test_a_breaking_change_is_shown_and_fails(export):
    path = export / "methods" / "shapes.add.params.json"
    path.write_text(path.read_text().replace('"b"', '"c"'))
    (export / "methods" / "shapes.echo.result.json").unlink()
    (export / "methods" / "shapes.echo.params.json").unlink()
    text, error = run(export)
    assert error.returncode == 1
    assert text.splitlines() == [
        "shapes.add",
        "  fine      params /b  member-added: member added",
        "  breaking  params /c  member-removed: member removed",
        "shapes.echo",
        "  fine      params   method-added: the method is new",
        "3 changes, 1 breaking",
    ]
    text, error = run(export, json=True)
    made = json.loads(text)
    assert (made["breaking"], len(made["changes"]), error.returncode) == (1, 3, 1)
    assert made["changes"][1] == {
        "method": "shapes.add",
        "part": "params",
        "path": "/c",
        "rule": "member-removed",
        "message": "member removed",
        "breaking": True,
    }


def test_a_folder_that_is_no_export_is_refused(tmp_path):
    _, error = run(tmp_path)
    assert "is it an export of export_schemas?" in str(error)
