"""Django's system checks, as a project with changed settings would run them."""

from __future__ import annotations

from typing import Any

from django.core.checks import run_checks
from django.test import override_settings


def ids_found(*, deploy: bool = False, **settings: Any) -> list[str]:
    """Run all system checks, or those of ``--deploy``, too; return the ids of this package's."""
    with override_settings(**settings):
        found = run_checks(include_deployment_checks=deploy)
        return [each.id for each in found if each.id.startswith("adjax_jsonrpc.")]
