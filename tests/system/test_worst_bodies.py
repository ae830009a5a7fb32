"""The shapes of ``make bench-worst``: enough kinds of work, and the table of the documentation."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.worst_shapes import BY_HTTP, REASONS, SHAPES
from tests.support.paths import ROOT

NAMES = {shape.name for shape in SHAPES}


def rows() -> list[str]:
    """Return the bodies that the table of docs/security.md lists."""
    text = (ROOT / "docs" / "security.md").read_text()
    table = text.partition("| body | ms a kB | growth | memory |\n")[2].partition("\n\n")[0]
    return [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[1:]]


def test_there_are_many_shapes_and_each_has_a_name_of_its_own():
    assert len(SHAPES) > 150
    assert len(NAMES) == len(SHAPES)
    assert NAMES.issuperset(BY_HTTP)
    assert NAMES.issuperset(REASONS)


def test_a_shape_is_about_as_large_as_asked_for():
    limited = {"a batch of empty objects"}  # more entries would be over a limit
    for shape in SHAPES:
        if shape.name not in limited:
            assert 10_000 < len(shape.build(20_000)) < 60_000, shape.name


def test_the_table_of_the_documentation_lists_shapes_and_reasons():
    listed = rows()
    assert len(listed) >= 20
    for row in listed:
        assert row in NAMES or any(row == f"{name}: {REASONS[name]}" for name in REASONS), row


@pytest.mark.slow
def test_every_shape_can_be_posted():
    command = [sys.executable, "-m", "bench.worst", "--smoke"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert f"of {len(SHAPES)} shapes" in done.stdout
