"""``manage.py clear_idempotency_keys``: removes expired keys from the table."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import router

from ...models import IdempotencyKey


class Command(BaseCommand):
    """Removes expired keys; run it once a day or so."""

    help = "Removes idempotency keys that have expired (ADJAX_IDEMPOTENCY_SECONDS)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove the keys, and say how many."""
        rows = IdempotencyKey.objects.using(router.db_for_write(IdempotencyKey))
        count, _ = rows.filter(expires__lte=time.time()).delete()
        self.stdout.write(f"{count} expired idempotency keys removed")
