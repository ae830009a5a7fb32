"""The app of the table."""

from __future__ import annotations

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    """Has the table of idempotency keys, and the command that removes expired ones."""

    name = "adjax_jsonrpc.contrib.idempotency"
    label = "adjax_idempotency"
    verbose_name = "Idempotency keys"
