"""The options of a method."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..errors import RegistrationError
from .functions import function_name, is_coroutine_function
from .throttle import Throttle

DEFAULTS = ("open", "authenticated", "deny")
"""What a project may say of methods that don't say who may call them."""


Access: TypeAlias = "Callable[[Any, Mapping[str, Any]], bool | Awaitable[bool]]"
"""Says whether a request may make a call with these arguments."""


@dataclass(frozen=True)
class Options:
    """What ``register`` was told about a method.

    ``login_required``, ``permission`` and ``access`` (every one of them) say who may call it;
    where none does, the project's default counts. ``hidden`` answers others as if there were no
    such method. ``atomic`` runs each call in a transaction of its own, or never in one; ``None``
    leaves that to ``ATOMIC_REQUESTS``. ``using`` are the databases of that transaction.
    ``throttle`` is how many calls pass, ``None`` as ``ADJAX_THROTTLE`` says. ``timeout`` is how
    many seconds a call of a coroutine function may take.

    With ``readonly`` or ``idempotent=True`` it does no harm to repeat a call, and clients may.
    Where ``idempotent`` is a text, a repeated call is given the first answer: by the key in the
    parameter of that name, or in the HTTP header.

    The rest is for readers of the exported documents. ``errors`` are the method's own,
    ``(code, message)`` each. ``examples`` are calls, ``{"params": …, "result": …}`` of Python
    values each, with ``name`` and ``description`` if wanted. ``tags`` stand beside the app's.
    """

    login_required: bool | None = None
    permission: tuple[str, ...] = ()
    access: tuple[Access, ...] = ()
    hidden: bool = False
    atomic: bool | None = None
    using: tuple[str, ...] = ()
    throttle: tuple[Throttle, ...] | None = None
    timeout: float | None = None
    readonly: bool = False
    idempotent: bool | str = False
    deprecated: bool = False
    errors: tuple[tuple[int, str], ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def says_who(self) -> bool:
        """Whether the method itself says who may call it."""
        return self.login_required is not None or bool(self.permission or self.access)

    def check(self, is_async: bool) -> None:
        """Raise ``RegistrationError`` for what makes no sense, or would be asked in vain."""
        if self.login_required is False and self.permission:
            raise RegistrationError("permission needs a user: leave login_required=False out")
        if self.login_required is False and self.hidden and not self.access:
            raise RegistrationError("hidden=True hides nothing: anybody may call the method")
        if not all(isinstance(name, str) and name for name in self.permission):
            raise RegistrationError(f"permission: {self.permission!r} holds more than names")
        for access in self.access:
            if not callable(access):
                raise RegistrationError(f"access: {access!r} can't be called")
            if is_coroutine_function(access) and not is_async:
                raise RegistrationError(
                    f"access: {function_name(access)} is asynchronous, the method is not"
                )


def one_or_several(value: Any) -> tuple[Any, ...]:
    """Take an option that is one thing or a sequence of them."""
    several = isinstance(value, Sequence) and not isinstance(value, str)
    return tuple(value) if several else (value,)


def _check_transaction(options: Options, is_async: bool) -> None:
    if options.using and options.atomic is False:
        raise RegistrationError("atomic=False leaves nothing for using= to say")
    if is_async and (options.atomic or options.using):
        raise RegistrationError(
            "no transaction spans an await: leave atomic= and using= out, and put the writes into "
            "one function with transaction.atomic() that is called by sync_to_async"
        )


def _check_timeout(timeout: float | None, is_async: bool) -> None:
    if timeout is None:
        return
    if not is_async:
        raise RegistrationError("timeout: nothing can interrupt a synchronous function")
    if type(timeout) not in (int, float) or not 0 < timeout < math.inf:
        raise RegistrationError(f"timeout: {timeout!r} is no positive number of seconds")
