"""``manage.py export_schemas``."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from tests.support.paths import ROOT


def run(*args, **options):
    out = io.StringIO()
    call_command("export_schemas", *args, stdout=out, **options)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.every_python
def test_the_same_methods_make_the_same_bytes(tmp_path):
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('export_schemas', out=__import__('sys').argv[1], verbosity=0)"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, tmp_path / seed],
            env={
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "PYTHONPATH": str(ROOT),
                "PYTHONHASHSEED": seed,
            },
            check=True,
        )
    first, second = (
        {path.relative_to(tmp_path / seed): path.read_bytes() for path in _all(tmp_path / seed)}
        for seed in ("1", "2")
    )
    assert first == second
    assert len(first) > 70


def _all(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_fresh_passes_the_check(tmp_path):
    assert "written" in run(out=tmp_path)
    assert "0 written, 0 removed" in run(out=tmp_path)
    assert run("--check", out=tmp_path) == ""


def test_the_check_shows_a_unified_diff_and_changes_nothing(tmp_path):
    run(out=tmp_path)
    path = tmp_path / "methods" / "shapes.add.params.json"
    changed = path.read_text().replace('"integer"', '"number"', 1)
    path.write_text(changed)
    with pytest.raises(CommandError, match="not up to date: 1 files") as caught:
        run("--check", out=tmp_path)
    assert caught.value.returncode == 1
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("export_schemas", "--check", out=tmp_path, stdout=out)
    assert f"--- {path}\n+++ {path}\n@@" in out.getvalue()
    assert "\n+" in out.getvalue() and '"number"' in out.getvalue()
    assert path.read_text() == changed


def test_files_of_methods_that_are_gone_are_removed(tmp_path):
    run(out=tmp_path)
    gone = [tmp_path / "methods" / f"shapes.gone.{role}.json" for role in ("params", "result")]
    others = [tmp_path / "__init__.py", tmp_path / "package.json", tmp_path / "methods" / "a.json"]
    for path in [*gone, *others]:
        path.write_text("{}\n")
    with pytest.raises(CommandError, match="not up to date: 2 files"):
        run("--check", out=tmp_path)
    assert "0 written, 2 removed" in run(out=tmp_path)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in others)


def test_a_pattern_chooses_methods(tmp_path):
    run(out=tmp_path, method="shapes.*day")
    assert sorted(path.name for path in _all(tmp_path)) == [
        "shapes.day.params.json",
        "shapes.day.result.json",
        "shapes.strict_day.params.json",
        "shapes.strict_day.result.json",
    ]
    with pytest.raises(CommandError, match="no method matches"):
        run(out=tmp_path, method="shop.*")


def test_the_openrpc_document_says_where_the_project_is_served(tmp_path):
    run(out=tmp_path, url="https://shop.example/api/")
    document = json.loads((tmp_path / "openrpc.json").read_text())
    assert document["servers"][0]["url"] == "https://shop.example/rpc/"
    assert {"shapes.whoami", "shapes.powerful"} <= {m["name"] for m in document["methods"]}


@override_settings(ROOT_URLCONF="django.contrib.staticfiles.urls")
def test_a_project_without_the_urls_can_be_exported(tmp_path):
    run(out=tmp_path)
    document = json.loads((tmp_path / "openrpc.json").read_text())
    assert document["servers"][0]["url"] == "http://localhost:8000/"
