"""The shapes of ``make bench-worst``: enough kinds of work, and all can be posted."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.worst_shapes import BY_HTTP, REASONS, SHAPES
from tests.support.paths import ROOT

NAMES = {shape.name for shape in SHAPES}


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


@pytest.mark.slow
def test_every_shape_can_be_posted():
    command = [sys.executable, "-m", "bench.worst", "--smoke"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert f"of {len(SHAPES)} shapes" in done.stdout
