"""The options of ``register`` and ``mount``: their types, their values and all their checks."""

from __future__ import annotations

import math
import typing
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from types import UnionType
from typing import Any, TypeAlias, TypedDict
from uuid import UUID

from .._compat import ParameterKind as Kind
from ..errors import DeclaredError, RegistrationError, declared
from .functions import function_name, is_coroutine_function
from .parameters import Parameter
from .throttle import Throttle, ThrottleOption, parse_throttles

KEY_HEADER = "Idempotency-Key"
"""The HTTP header of an idempotency key, and the value of ``idempotent`` for it alone."""

DEFAULTS = ("open", "authenticated", "deny")
"""What a project may say of methods that don't say who may call them."""

Access: TypeAlias = "Callable[[Any, Mapping[str, Any]], bool | Awaitable[bool]]"
"""Whether a request may make a call with these arguments (by name)."""


class MountOptions(TypedDict, total=False):
    """Options that ``mount`` takes, too: who may call."""

    login_required: bool | None
    """Only callers who are logged in; ``False``: anybody, whatever ``ADJAX_DEFAULT_ACCESS``."""
    permission: str | Sequence[str]
    """Only users with this permission, or with all of these."""
    access: Access | Sequence[Access]
    """Only calls for which this function, or each of these, returns ``True``."""
    hidden: bool
    """Callers who may not call it are answered as if there were no such method."""


class MethodOptions(MountOptions, total=False):
    """Options that ``register`` takes beside ``name``."""

    atomic: bool | None
    """A transaction around each call, or none; ``None`` leaves that to ``ATOMIC_REQUESTS``."""
    using: str | Sequence[str]
    """The databases of that transaction; implies ``atomic``."""
    throttle: ThrottleOption
    """How many calls of one caller pass; ``None`` as ``ADJAX_THROTTLE`` says, ``False`` all."""
    timeout: float | None
    """How many seconds a call of a coroutine function may take."""
    readonly: bool
    """Calls change nothing: clients may repeat them, and ask once for identical ones."""
    idempotent: bool | str
    """``True``: clients may repeat calls. A parameter's name, or ``"Idempotency-Key"``: a repeated
    call with the same key gets the first answer."""
    deprecated: bool
    """Exported documents say so."""
    errors: Sequence[DeclaredError]
    """The method's own errors, for exported documents."""
    examples: Sequence[Mapping[str, Any]]
    """Calls for exported documents: ``{"params": …, "result": …}`` of Python values each, with
    ``name`` and ``description`` if wanted."""
    tags: Sequence[str]
    """Tags for exported documents, beside the app's."""


@dataclass(frozen=True)
class Options:
    """The options of one method, each in one form (``MethodOptions`` says what each means).

    ``throttle`` and ``errors`` are read: ``Throttle`` objects, and ``(code, message)`` each.
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

    @classmethod
    def of(cls, given: Mapping[str, Any], known: type[MountOptions] = MethodOptions) -> Options:
        """Read the options that ``register`` or ``mount`` was given.

        Raises ``TypeError`` for an unknown option, ``RegistrationError`` for a value that none
        of them can have.
        """
        for name in given:
            if name not in known.__annotations__:
                close = get_close_matches(name, [each.name for each in fields(cls)], 1)
                hint = f", did you mean {close[0]!r}?" if close else ""
                raise TypeError(f"there is no option {name!r}{hint}")
        values = dict(given)
        for name in ("permission", "access", "using", "errors", "examples", "tags"):
            if name in values:
                values[name] = _several(values[name])
        if values.get("using") and values.get("atomic") is None:
            values["atomic"] = True
        values["throttle"] = parse_throttles(values.get("throttle"))
        values["errors"] = tuple(declared(error) for error in values.get("errors", ()))
        return cls(**values)

    @property
    def says_who(self) -> bool:
        """Whether the method itself says who may call it."""
        return self.login_required is not None or bool(self.permission or self.access)

    def is_repeatable(self, parameters: Sequence[Parameter]) -> bool:
        """Whether repeating a call does no harm, as its caller may rely on."""
        if isinstance(self.idempotent, str):
            return any(each.required and each.name == self.idempotent for each in parameters)
        return self.idempotent or self.readonly

    def check(self, is_async: bool, parameters: Sequence[Parameter] = ()) -> None:
        """Raise ``RegistrationError`` for options that contradict each other or have no effect."""
        self._check_access(is_async)
        self._check_transaction(is_async)
        self._check_timeout(is_async)
        self._check_key(parameters)

    def _check_access(self, is_async: bool) -> None:
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

    def _check_transaction(self, is_async: bool) -> None:
        if self.using and self.atomic is False:
            raise RegistrationError("atomic=False leaves nothing for using= to say")
        if is_async and (self.atomic or self.using):
            raise RegistrationError(
                "no transaction spans an await: leave atomic= and using= out, and put the writes "
                "into one function with transaction.atomic() that is called by sync_to_async"
            )

    def _check_timeout(self, is_async: bool) -> None:
        if self.timeout is None:
            return
        if not is_async:
            raise RegistrationError("timeout: nothing can interrupt a synchronous function")
        if type(self.timeout) not in (int, float) or not 0 < self.timeout < math.inf:
            raise RegistrationError(f"timeout: {self.timeout!r} is no positive number of seconds")

    def _check_key(self, parameters: Sequence[Parameter]) -> None:
        key = self.idempotent
        if not isinstance(key, str):
            return
        if self.readonly:
            raise RegistrationError(
                "readonly=True leaves nothing for an idempotency key to protect"
            )
        if key == KEY_HEADER:
            return
        variable = (Kind.VAR_POSITIONAL, Kind.VAR_KEYWORD)
        named = {each.name: each for each in parameters if each.kind not in variable}
        if key not in named:
            raise RegistrationError(
                f"idempotent={key!r} names no parameter; for a key in the header alone write "
                f"idempotent={KEY_HEADER!r}"
            )
        if not _is_text(named[key].annotation):
            raise RegistrationError(f"idempotent={key!r}: annotate the parameter with str or UUID")


def _is_text(annotation: Any) -> bool:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _is_text(args[0])
    if origin in (typing.Union, UnionType):
        others = [arg for arg in args if arg is not type(None)]
        return bool(others) and all(map(_is_text, others))
    return annotation in (str, UUID)


def _several(value: Any) -> tuple[Any, ...]:
    """Return an option that is one thing or a sequence of them as a tuple."""
    several = isinstance(value, Sequence) and not isinstance(value, str)
    return tuple(value) if several else (value,)
