"""Django's system checks, as a project with changed settings would run them."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from django.core.checks import run_checks
from django.test import override_settings

from adjax_jsonrpc import Registry
from adjax_jsonrpc.checks import methods

_few = Registry(app_label=lambda module: "few")


@_few.register(examples=[{"params": [1], "result": 2}])
def add_one(request: Any, number: int) -> int:
    """Stand for the methods of a project."""
    return number + 1


def ids_found(**settings: Any) -> list[str]:
    """Run all system checks, on one method only: on those of ``tests.shapes`` they take long."""
    with override_settings(**settings), patch.object(methods, "registry", _few):
        return [each.id for each in run_checks() if each.id.startswith("adjax_jsonrpc.")]
