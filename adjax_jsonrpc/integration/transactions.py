"""A transaction for each call: what fails leaves nothing behind, its neighbours stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from ..errors import RegistrationError
from ..methods.method import Method
from ..methods.registry import Registry


def transactions() -> Callable[[Method], AbstractContextManager[Any] | None]:
    """Give the function that gives what to run a call of a method in, ``None`` for nothing.

    ``atomic=True`` is a transaction on the databases of ``using``, else on the default one, and
    on every one with ``ATOMIC_REQUESTS``; ``False`` none; without either, the latter alone. The
    endpoint itself is exempt from that setting: one transaction for a whole batch would keep the
    writes of failed calls.
    """
    for database in connections.settings.values():  # mostly none: nothing is made for them
        if database.get("ATOMIC_REQUESTS"):
            return partial(_transaction, by_setting=_by_setting())
    return _transaction


def _transaction(
    method: Method, by_setting: Iterable[str] = ()
) -> AbstractContextManager[Any] | None:
    options = method.options
    if options.atomic is None:
        return _on(by_setting) if by_setting else None
    return _on([*by_setting, *(options.using or _DEFAULT)]) if options.atomic else None


def as_one(methods: Iterable[Method]) -> Callable[[], AbstractContextManager[Any]]:
    """Give the function that gives what to run a batch of these methods in that is all or nothing.

    Its transactions are on the default database, those with ``ATOMIC_REQUESTS`` and those that
    any of the methods names. Inside of it another one is a savepoint on all of these.
    """
    aliases = [*_DEFAULT, *_by_setting()]
    for method in methods:
        aliases += method.options.using
    return lambda: _on(aliases)


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


def _by_setting() -> list[str]:
    databases = connections.settings.items()
    return [alias for alias, each in databases if each.get("ATOMIC_REQUESTS")]


@contextmanager
def _on(aliases: Iterable[str]) -> Iterator[None]:
    with ExitStack() as stack:
        for alias in dict.fromkeys(aliases):
            stack.enter_context(transaction.atomic(using=alias))
        yield
