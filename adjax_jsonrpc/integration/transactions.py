"""A transaction for each call: what fails leaves nothing behind, its neighbours stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Any, TypeAlias

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.transaction import atomic

from ..errors import RegistrationError
from ..methods.method import Method
from ..methods.registry import Registry

Transaction: TypeAlias = "Callable[[], AbstractContextManager[Any]]"


def transaction(method: Method) -> Transaction | None:
    """Return what opens the transaction of each call of a method, ``None`` for no transaction.

    ``atomic=True`` is a transaction on the databases of ``using``, or else on the default one,
    and on each database with ``ATOMIC_REQUESTS``. ``atomic=False`` is none. Without ``atomic``
    the databases with ``ATOMIC_REQUESTS`` count. The endpoint itself is exempt from that
    setting: one transaction for a whole batch would keep the writes of failed calls.
    """
    options = method.options
    aliases = [] if options.atomic is False else _atomic_requests()
    if options.atomic:
        aliases += options.using or _DEFAULT
    return partial(_open, aliases) if aliases else None


def atomic_batch(methods: Iterable[Method]) -> Transaction:
    """Return what opens the transaction of an atomic batch of these methods.

    It is on the default database, on each database with ``ATOMIC_REQUESTS`` and on each that a
    method names. Opened again inside itself it is a savepoint on all of these.
    """
    aliases = [*_DEFAULT, *_atomic_requests()]
    for method in methods:
        aliases += method.options.using
    return partial(_open, aliases)


def check_databases(registry: Registry) -> None:
    """Raise ``RegistrationError`` for a method whose ``using=`` names no database."""
    for method in registry.methods.values():
        for alias in method.options.using:
            if alias not in connections:
                raise RegistrationError(
                    f"{method.name} ({method.place}): using={alias!r} is none of DATABASES, which "
                    f"has {', '.join(map(repr, connections))}"
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
