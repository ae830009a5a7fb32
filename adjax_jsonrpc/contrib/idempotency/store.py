"""Reserves idempotency keys in the table, and stores answers there.

In the transaction of a call, the row is committed together with what the call writes, or is
gone with it. So even after the death of a process it is known whether the call was made. Outside
of a transaction the row is committed before the call starts, and updated after its end.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import connections, router
from django.db.models import QuerySet

from ...calls.hooks import Reservation, StoredAnswer
from ...errors import CallInProgressError
from ...integration.key_store import DONE, RETRY_AFTER, UNKNOWN, FoundAnswer, StoredKey
from .models import IdempotencyKey

MAX_ATTEMPTS = 5
"""How often to try again if another call releases the key in between."""


class DatabaseKeys:
    """Stores keys in the table of this app, in the database that the routers choose."""

    def joins(self, databases: Sequence[str]) -> bool:
        """Return whether the table is in one of these databases."""
        return router.db_for_write(IdempotencyKey) in databases

    def reserve(self, key: str, fingerprint: str) -> Reservation:
        """Reserve a key, or return the answer of the first call with the key."""
        alias = router.db_for_write(IdempotencyKey)
        _refuse_concurrent(alias, key)
        rows = IdempotencyKey.objects.using(alias)
        for _ in range(MAX_ATTEMPTS):
            new, token = StoredKey.of_new_call(fingerprint), uuid4().hex
            row = IdempotencyKey(
                key=key,
                token=token,
                fingerprint=fingerprint,
                state=new.state,
                started=new.started,
                expires=new.expires,
            )
            # Unlike an IntegrityError, this neither ends a transaction nor is it logged.
            rows.bulk_create([row], ignore_conflicts=True)
            found = rows.filter(key=key).first()
            if found is None:  # released after the attempt to insert it
                continue
            mine = rows.filter(key=key, token=found.token)
            if found.token == token:
                return DatabaseReservation(mine)
            if found.expires is not None and found.expires <= time.time():
                mine.delete()
                continue
            return FoundAnswer(_stored_key(found).answer_for(fingerprint))
        raise CallInProgressError(RETRY_AFTER)


class DatabaseReservation:
    """A reserved key in the table."""

    answer = None

    def __init__(self, row: QuerySet[IdempotencyKey]) -> None:
        self._row = row

    def store(self, answer: StoredAnswer) -> None:
        """Store the answer for repeated calls."""
        self._row.update(state=DONE, is_error=answer.is_error, answer=answer.content)

    def release(self) -> None:
        """Free the key."""
        self._row.delete()

    def keep(self) -> None:
        """Keep the key reserved, for a call without a known outcome."""
        self._row.update(state=UNKNOWN)


def _stored_key(row: IdempotencyKey) -> StoredKey:
    content = row.answer
    answer = None if content is None else StoredAnswer(row.is_error, bytes(content))
    return StoredKey(row.fingerprint, row.state, row.started, row.expires, answer)


def _refuse_concurrent(alias: str, key: str) -> None:
    """Refuse a key that a running transaction has: PostgreSQL would wait for its end.

    Other databases wait. The lock ends with the transaction, or with its process.
    """
    connection: Any = connections[alias]
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        return
    number = int(key[:16], 16) - 2**63  # a signed integer of 64 bits
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (is_locked,) = cursor.fetchone()
    if not is_locked:
        raise CallInProgressError(RETRY_AFTER)
