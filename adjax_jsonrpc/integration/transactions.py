"""Transactions: one for each call, or one for an atomic batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError, atomic

from ..calls.hooks import Transaction, UnknownOutcomeError
from ..errors import RegistrationError
from ..methods.method import Method
from ..methods.registry import Registry
from .commit_callbacks import guard_callbacks

_IN_ERROR = 3
"""The status of a failed transaction, in both psycopg and psycopg2."""

_ROLLED_BACK = "40"
"""The SQLSTATE class of transactions that PostgreSQL has rolled back, such as a deadlock."""


def transaction(method: Method) -> Transaction | None:
    """Return what opens the transaction of each call of a method, ``None`` for no transaction.

    - ``atomic=True``: a transaction on the databases of ``using`` (by default the default
      database), and on each database with ``ATOMIC_REQUESTS``
    - ``atomic=False``: no transaction
    - no ``atomic``: a transaction on each database with ``ATOMIC_REQUESTS``

    The view itself is exempt from ``ATOMIC_REQUESTS``: one transaction for a whole batch would
    commit the writes of failed calls.
    """
    aliases = aliases_of_calls(method)
    return partial(_open, aliases) if aliases else None


def atomic_batch(methods: Iterable[Method]) -> Transaction:
    """Return what opens the transaction of an atomic batch with calls of these methods.

    The transaction is on the default database, on each database with ``ATOMIC_REQUESTS`` and on
    each database of ``using``. Opened again inside the transaction, it is a savepoint.
    """
    aliases = aliases_of_batches()
    for method in methods:
        aliases += method.options.using
    return partial(_open, aliases)


def aliases_of_calls(method: Method) -> list[str]:
    """Return the databases of the transaction around each call of a method."""
    options = method.options
    aliases = [] if options.atomic is False else _atomic_requests()
    if options.atomic:
        aliases += options.using or _DEFAULT
    return aliases


def aliases_of_batches() -> list[str]:
    """Return the databases of the transaction around each atomic batch."""
    return [*_DEFAULT, *_atomic_requests()]


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
    """Open a transaction, or a savepoint inside of one, on some databases.

    Raises ``UnknownOutcomeError`` if nobody can know whether the commit has happened.
    """
    used = {alias: connections[alias] for alias in aliases}
    is_outermost = not any(each.in_atomic_block for each in used.values())
    is_committing = False
    try:
        with ExitStack() as stack:
            for alias, connection in used.items():
                stack.enter_context(atomic(using=alias))
                stack.enter_context(guard_callbacks(connection))
            yield
            for connection in used.values():
                _check_intact(connection)
            is_committing = is_outermost
    except DatabaseError as error:
        if is_committing and not (len(used) == 1 and _has_refused(error)):
            raise UnknownOutcomeError(error) from error
        raise


def _check_intact(connection: BaseDatabaseWrapper) -> None:
    """Raise ``TransactionManagementError`` if the transaction can only be rolled back.

    This is so after a database error that the method has caught. Django then leaves the
    transaction without an exception, and PostgreSQL answers its COMMIT with a rollback.
    """
    if not connection.needs_rollback and not _has_failed(connection):
        return
    raise TransactionManagementError(
        f"the method has returned a result, but its transaction on {connection.alias!r} can only "
        "be rolled back: a database error was caught inside of it, or set_rollback(True) was "
        "called. Put the queries that may fail into a transaction.atomic() of their own"
    ) from getattr(connection, "rollback_exc", None)


def _has_failed(connection: BaseDatabaseWrapper) -> bool:
    """Ask the driver, because Django does not notice the errors of plain queries."""
    driver = connection.connection
    if connection.vendor == "postgresql":
        return driver is not None and driver.info.transaction_status == _IN_ERROR
    if connection.vendor == "sqlite" and connection.commit_on_exit:
        return driver is not None and not driver.in_transaction  # it ends some by itself
    return False


def _has_refused(error: DatabaseError) -> bool:
    """Return whether a failed COMMIT has certainly rolled back the transaction."""
    if not isinstance(error, OperationalError):
        return True  # such as a deferred constraint
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return state.startswith(_ROLLED_BACK)
