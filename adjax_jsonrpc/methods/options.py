"""The options of ``register`` and ``mount``: their types, their values and their checks."""

from __future__ import annotations

import math
import typing
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import UnionType
from typing import Any, TypeAlias, TypedDict
from uuid import UUID

from .._compat import ParameterKind as Kind
from ..errors import RegistrationError, RpcError
from .functions import function_name, is_coroutine_function
from .parameters import Parameter
from .throttle import Throttle, ThrottleOption, parse_throttles

KEY_HEADER = "Idempotency-Key"
"""The HTTP header of an idempotency key. As ``idempotent``: the key is in the header only."""

ACCESS_DEFAULTS = ("open", "authenticated", "deny")
"""The values of ``ADJAX_DEFAULT_ACCESS``: who may call methods without access options."""

Access: TypeAlias = "Callable[[Any, Mapping[str, Any]], bool | Awaitable[bool]]"
"""Takes the request and the arguments by name; returns whether the call is allowed."""


DeclaredError: TypeAlias = "type[RpcError] | RpcError | tuple[int, str]"
"""An error in the ``errors`` option of a method."""


class MountOptions(TypedDict, total=False):
    """The options of ``mount``, which ``register`` takes, too: who may call."""

    login_required: bool | None
    """``True``: only logged-in users; ``False``: everybody, whatever ``ADJAX_DEFAULT_ACCESS``."""
    permission: str | Sequence[str]
    """Only users with this permission, or with all of these permissions."""
    access: Access | Sequence[Access]
    """Only calls for which this function, or each of these functions, returns ``True``."""
    hidden: bool
    """``True``: callers without access get -32601, as if the method did not exist."""


class MethodOptions(MountOptions, total=False):
    """The options of ``register``, without ``name``."""

    atomic: bool | None
    """``True``: a transaction for each call; ``False``: none; ``None``: by ``ATOMIC_REQUESTS``."""
    using: str | Sequence[str]
    """The database or databases of the transaction; implies ``atomic=True``."""
    throttle: ThrottleOption
    """How many calls one caller may make; ``False``: no limit; ``None``: by ``ADJAX_THROTTLE``."""
    timeout: float | None
    """The maximum seconds for a call of a coroutine function."""
    readonly: bool
    """Calls change nothing: clients may repeat them, and send identical calls once."""
    idempotent: bool | str
    """``True``: clients may repeat calls. A string: the parameter with the idempotency key, or
    ``"Idempotency-Key"`` for the header. A repeated call with a key gets the first answer."""
    deprecated: bool
    """Exported documents mark the method as deprecated."""
    errors: Sequence[DeclaredError]
    """The method's own errors, for exported documents."""
    examples: Sequence[Mapping[str, Any]]
    """Example calls for exported documents: ``{"params": …, "result": …}`` with Python values,
    and optionally ``name`` and ``description``."""
    tags: Sequence[str]
    """Tags for exported documents, in addition to the app."""


@dataclass(frozen=True)
class Options:
    """The parsed options of one method; ``MethodOptions`` has their meanings.

    Each option has one form: one permission is a tuple, too, a rate is a ``Throttle``, an error
    is ``(code, message)``. ``error_classes`` has the errors that are classes, by their codes.
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
    error_classes: Mapping[int, type[RpcError]] = field(default_factory=dict)
    examples: tuple[Mapping[str, Any], ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, Any], known: type[MountOptions] = MethodOptions) -> Options:
        """Parse the options of ``register`` or, as ``known``, of ``mount``.

        Raises ``TypeError`` for an unknown option, ``RegistrationError`` for a wrong value.
        """
        for name in given:
            if name not in known.__annotations__:
                close = get_close_matches(name, known.__annotations__, 1)
                hint = f", did you mean {close[0]!r}?" if close else ""
                raise TypeError(f"there is no option {name!r}{hint}")
        values = dict(given)
        for name in ("permission", "access", "using", "errors", "examples", "tags"):
            if name in values:
                values[name] = _as_tuple(values[name])
        if values.get("using") and values.get("atomic") is None:
            values["atomic"] = True
        values["throttle"] = parse_throttles(values.get("throttle"))
        declared = values.get("errors", ())
        values["errors"] = tuple(code_and_message(error) for error in declared)
        values["error_classes"] = {
            code: error
            for (code, _), error in zip(values["errors"], declared, strict=True)
            if isinstance(error, type)
        }
        return cls(**values)

    @property
    def defines_access(self) -> bool:
        """Whether the options define who may call, so that the project's default does not apply."""
        return self.login_required is not None or bool(self.permission or self.access)

    def is_repeatable(self, parameters: Sequence[Parameter]) -> bool:
        """Return whether clients may repeat a call.

        With an idempotency key, only if its parameter is required: then every call has a key.
        """
        if isinstance(self.idempotent, str):
            return any(each.required and each.name == self.idempotent for each in parameters)
        return self.idempotent or self.readonly

    def check(self, is_async: bool, parameters: Sequence[Parameter] = ()) -> None:
        """Raise ``RegistrationError`` for options that contradict each other or have no effect."""
        self._check_types()
        self._check_access(is_async)
        self._check_transaction(is_async)
        self._check_timeout(is_async)
        self._check_idempotent(parameters)

    def _check_types(self) -> None:
        """Refuse ``hidden="no"``, which Python would take for true."""
        for name in ("login_required", "hidden", "atomic", "readonly", "deprecated"):
            value = getattr(self, name)
            if value is not getattr(Options, name) and type(value) is not bool:
                raise RegistrationError(f"{name}: {value!r} is neither True nor False")
        if type(self.idempotent) is not bool and not isinstance(self.idempotent, str):
            raise RegistrationError(
                f"idempotent: {self.idempotent!r} is neither True nor the name of a parameter"
            )

    def _check_access(self, is_async: bool) -> None:
        if self.login_required is False and self.permission:
            raise RegistrationError("permission needs a user: remove login_required=False")
        if self.login_required is False and self.hidden and not self.access:
            raise RegistrationError("hidden=True hides nothing: everybody may call the method")
        if not all(isinstance(name, str) and name for name in self.permission):
            raise RegistrationError(f"permission: {self.permission!r} must contain only names")
        for access in self.access:
            if not callable(access):
                raise RegistrationError(f"access: {access!r} is not callable")
            if is_coroutine_function(access) and not is_async:
                raise RegistrationError(
                    f"access: {function_name(access)} is asynchronous, the method is not"
                )

    def _check_transaction(self, is_async: bool) -> None:
        if self.using and self.atomic is False:
            raise RegistrationError("using= has no effect with atomic=False")
        if is_async and (self.atomic or self.using):
            raise RegistrationError(
                "an asynchronous method can't run in a transaction: remove atomic= and using=, put "
                "the writes into a function with transaction.atomic(), and call it by sync_to_async"
            )

    def _check_timeout(self, is_async: bool) -> None:
        if self.timeout is None:
            return
        if not is_async:
            raise RegistrationError("timeout: a synchronous function can't be interrupted")
        if type(self.timeout) not in (int, float) or not 0 < self.timeout < math.inf:
            raise RegistrationError(
                f"timeout: {self.timeout!r} is not a positive number of seconds"
            )

    def _check_idempotent(self, parameters: Sequence[Parameter]) -> None:
        key = self.idempotent
        if not isinstance(key, str):
            return
        if self.readonly:
            raise RegistrationError("an idempotency key has no effect with readonly=True")
        if key == KEY_HEADER:
            return
        variable = (Kind.VAR_POSITIONAL, Kind.VAR_KEYWORD)
        named = {each.name: each for each in parameters if each.kind not in variable}
        if key not in named:
            raise RegistrationError(
                f"idempotent={key!r} is not the name of a parameter; for a key in the header only, "
                f"write idempotent={KEY_HEADER!r}"
            )
        if not _is_text(named[key].annotation):
            raise RegistrationError(f"idempotent={key!r}: annotate the parameter with str or UUID")


def code_and_message(error: DeclaredError) -> tuple[int, str]:
    """Return the code and the message of an error in the ``errors`` option.

    A class must have them as class attributes, or it must be possible to create an instance
    without arguments. Raises ``RegistrationError`` for any other value.
    """
    code: Any = getattr(error, "code", None)
    message: Any = getattr(error, "message", None)
    if isinstance(error, tuple) and len(error) == 2:
        code, message = error
    if type(code) is int and isinstance(message, str):
        return code, message
    if isinstance(error, type) and issubclass(error, RpcError):
        try:
            made = error()  # type: ignore[call-arg]
        except TypeError:
            raise RegistrationError(
                f"errors: {error.__qualname__} needs the class attributes code and message"
            ) from None
        return made.code, made.message
    raise RegistrationError(f"errors: {error!r} is neither an RpcError nor (code, message)")


def _is_text(annotation: Any) -> bool:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _is_text(args[0])
    if origin in (typing.Union, UnionType):
        others = [arg for arg in args if arg is not type(None)]
        return bool(others) and all(map(_is_text, others))
    return annotation in (str, UUID)


def _as_tuple(value: Any) -> tuple[Any, ...]:
    """Return a value or a sequence of values as a tuple."""
    is_sequence = isinstance(value, Sequence) and not isinstance(value, str)
    return tuple(value) if is_sequence else (value,)
