"""Nothing in the package relies on what ``python -O`` leaves out; pytest keeps its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.paths import ROOT


@pytest.mark.slow
def test_all_of_this_holds_without_assertions():
    modules = [
        "tests/system/test_never_500.py",
        "tests/calls/test_gateway.py",
        "tests/http/test_endpoint.py",
        "tests/http/test_csrf.py",
        "tests/integration/test_transactions.py",
        "tests/protocol/test_json.py",
        "tests/types/test_serializer.py",
    ]
    command = [
        sys.executable,
        "-O",
        *["-m", "pytest", "-q", "-p", "no:cacheprovider", "-m"],
        "(every_python or not slow) and not server",
    ]
    result = subprocess.run(
        [*command, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert " passed" in result.stdout
