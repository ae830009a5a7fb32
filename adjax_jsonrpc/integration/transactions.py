"""Transactions: one for each call, or one for an atomic batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.transaction import atomic

from ..calls.hooks import Transaction
from ..errors import RegistrationError
from ..methods.method import Method
from ..methods.registry import Registry


def transaction(method: Method) -> Transaction | None:
    """Return what opens the transaction of each call of a method, ``None`` for no transaction.

    - ``atomic=True``: a transaction on the databases of ``using`` (by default the default
      database), and on each database with ``ATOMIC_REQUESTS``
    - ``atomic=False``: no transaction
    - no ``atomic``: a transaction on each database with ``ATOMIC_REQUESTS``

    The view itself is exempt from ``ATOMIC_REQUESTS``: one transaction for a whole batch would
    commit the writes of failed calls.
    """
    options = method.options
    aliases = [] if options.atomic is False else _atomic_requests()
    if options.atomic:
        aliases += options.using or _DEFAULT
    return partial(_open, aliases) if aliases else None


def atomic_batch(methods: Iterable[Method]) -> Transaction:
    """Return what opens the transaction of an atomic batch with calls of these methods.

    The transaction is on the default database, on each database with ``ATOMIC_REQUESTS`` and on
    each database of ``using``. Opened again inside the transaction, it is a savepoint.
    """
    aliases = [*_DEFAULT, *_atomic_requests()]
    for method in methods:
        aliases += method.options.using
    return partial(_open, aliases)


def check_databases(registry: Registry) -> None:
    """Raise ``RegistrationError`` if ``using`` of a method is not in ``DATABASES``."""
    for method in registry.methods.values():
        for alias in method.options.using:
            if alias not in connections:
                raise RegistrationError(
                    f"{method.name} ({method.place}): using={alias!r} is not in DATABASES, "
                    f"which has {', '.join(map(repr, connections))}"
                )


_DEFAULT = (DEFAULT_DB_ALIAS,)


def _atomic_requests() -> list[str]:
    databases = connections.settings.items()
    return [alias for alias, each in databases if each.get("ATOMIC_REQUESTS")]


@contextmanager
def _open(aliases: Iterable[str]) -> Iterator[None]:
    with ExitStack() as stack:
        for alias in dict.fromkeys(aliases):
            stack.enter_context(atomic(using=alias))
        yield
