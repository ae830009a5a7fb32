"""Django's system checks, as a project with changed settings would run them."""

from __future__ import annotations

from typing import Any

from django.core.checks import run_checks
from django.test import override_settings


def ids_found(**settings: Any) -> list[str]:
    """Run all system checks; return the ids of this package's."""
    with override_settings(**settings):
        return [each.id for each in run_checks() if each.id.startswith("adjax_jsonrpc.")]
