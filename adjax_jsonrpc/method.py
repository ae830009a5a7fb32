"""What a method is: a function with its name, its signature and its options."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from .errors import RegistrationError
from .rates import Throttle
from .signature import Arguments
from .source import Pass
from .typing import Json, JsonSchema, Params


class Bindable(Protocol):
    """What a method needs to know of its parameters; ``Signature`` is the usual one."""

    params_schema: JsonSchema
    result_schema: JsonSchema
    take_exact: Pass | None
    send_exact: Pass | None

    @property
    def names(self) -> list[str]:
        """The names of the parameters, in their order."""

    @property
    def defaults(self) -> dict[str, Any]:
        """The default of each parameter that has one."""

    def refusal(self, params: Params) -> list[dict[str, Any]] | None:
        """Say what is wrong with params by their schema."""

    def decode(self, params: Params, *, tags: bool) -> Arguments:
        """Give the arguments of params that the schema has accepted."""

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        """Give the arguments that follow the request."""

    def arguments(self, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Give bound arguments by the names of their parameters, defaults included."""

    def check_result(self, wire: Json) -> None:
        """Raise ``WireError`` where a result breaks ``result_schema``."""


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


@dataclass(frozen=True, eq=False)
class Method:
    """A function that can be called by name.

    ``function`` takes the request and the bound arguments. ``place`` is its file and line.
    ``default_access`` counts where the options don't say who may call: ``"open"``,
    ``"authenticated"``; anything else is nobody. ``is_repeatable`` says whether clients may
    repeat a call when no answer came.
    """

    is_open: bool = field(init=False)
    """Whether a call needs nothing but its params: anybody may make it, and it has no key."""
    needs_login: bool = field(init=False)
    is_denied: bool = field(init=False)
    is_hidden: bool = field(init=False)
    has_key: bool = field(init=False)
    name: str
    function: Callable[..., Any]
    signature: Bindable
    options: Options
    is_async: bool
    place: str
    description: str
    default_access: str = "open"
    is_repeatable: bool = False

    def __post_init__(self) -> None:
        options, default = self.options, self.default_access
        silent = not options.says_who
        needs_login = bool(options.login_required or options.permission)
        needs_login = needs_login or (silent and default == "authenticated")
        is_denied = silent and default not in ("open", "authenticated")
        has_key = isinstance(options.idempotent, str)
        policy = {
            "is_open": not (needs_login or is_denied or options.access or has_key),
            "has_key": has_key,
            "needs_login": needs_login,
            "is_denied": is_denied,
            "is_hidden": options.hidden or is_denied,
        }
        for name, value in policy.items():  # asked at every call, so no properties
            object.__setattr__(self, name, value)


def one_or_several(value: Any) -> tuple[Any, ...]:
    """Take an option that is one thing or a sequence of them."""
    several = isinstance(value, Sequence) and not isinstance(value, str)
    return tuple(value) if several else (value,)


def is_coroutine_function(function: Callable[..., Any]) -> bool:
    """Whether calling it gives a coroutine, be it a function or an instance."""
    call = getattr(function, "__call__", None)  # noqa: B004 - its kind is asked for
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


def function_name(function: Callable[..., Any]) -> str:
    """Give the name of a function, or the class of another callable."""
    return getattr(function, "__name__", type(function).__name__)


def place_of(function: Callable[..., Any]) -> str:
    """Give the file and line of a function, for messages."""
    code = getattr(function, "__code__", None)
    if code is None:
        return f"{function.__module__}.{function_name(function)}"
    return f"{code.co_filename}:{code.co_firstlineno}"
