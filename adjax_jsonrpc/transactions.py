"""A transaction for each call: what fails leaves nothing behind, its neighbours stay."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from .registry import Method


def transaction_for(method: Method) -> AbstractContextManager[Any] | None:
    """Give what to run a call of ``method`` in, ``None`` for no transaction.

    ``atomic=True`` is a transaction on the default database, ``False`` none; without either,
    one on every database with ``ATOMIC_REQUESTS``. The endpoint itself is exempt from that
    setting: one transaction for a whole batch would keep the writes of failed calls.
    """
    aliases = _aliases(method)
    if not aliases:
        return None
    stack = ExitStack()
    for alias in aliases:
        stack.enter_context(transaction.atomic(using=alias))
    return stack


def _aliases(method: Method) -> list[str]:
    if method.options.atomic is None:
        return [a for a in connections if connections.settings[a].get("ATOMIC_REQUESTS")]
    return [DEFAULT_DB_ALIAS] if method.options.atomic else []
