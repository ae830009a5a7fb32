"""A transaction for each call: what fails leaves nothing behind, its neighbours stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from .method import Method


def transactions() -> Callable[[Method], AbstractContextManager[Any] | None]:
    """Give the function that gives what to run a call of a method in, ``None`` for nothing.

    ``atomic=True`` is a transaction on the default database, ``False`` none; without either,
    one on every database with ``ATOMIC_REQUESTS``. The endpoint itself is exempt from that
    setting: one transaction for a whole batch would keep the writes of failed calls.
    """
    by_setting = [a for a in connections if connections.settings[a].get("ATOMIC_REQUESTS")]

    def transaction_for(method: Method) -> AbstractContextManager[Any] | None:
        if method.options.atomic is None:
            return _on(by_setting) if by_setting else None
        return _on([DEFAULT_DB_ALIAS]) if method.options.atomic else None

    return transaction_for


@contextmanager
def _on(aliases: list[str]) -> Iterator[None]:
    with ExitStack() as stack:
        for alias in aliases:
            stack.enter_context(transaction.atomic(using=alias))
        yield
