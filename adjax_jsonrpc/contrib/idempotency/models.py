"""The table of idempotency keys."""

from __future__ import annotations

from django.db import models


class IdempotencyKey(models.Model):
    """The key of one call, with its answer once it has one.

    ``key`` is a digest of method, user and key. ``token`` identifies the call that has reserved
    the key. Times are Unix times.
    """

    key = models.CharField(max_length=64, primary_key=True)
    token = models.CharField(max_length=32)
    fingerprint = models.CharField(max_length=32)
    state = models.CharField(max_length=8)
    started = models.FloatField()
    expires = models.FloatField(null=True, db_index=True)
    is_error = models.BooleanField(default=False)
    answer = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}… {self.state}"
