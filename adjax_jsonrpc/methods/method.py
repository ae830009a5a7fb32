"""A method: a function with a name, a signature and options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .._types import Decode, Json, JsonSchema, Params
from ..types.fastpath.codegen import FastPath
from .options import Options
from .signature import Arguments


class MethodSignature(Protocol):
    """The parameters and the result of a method; usually a ``Signature``."""

    params_schema: JsonSchema
    result_schema: JsonSchema
    accept_fast: FastPath | None
    bind_fast: FastPath | None
    encode_fast: FastPath | None
    send: Decode | None

    @property
    def names(self) -> list[str]:
        """The names of the parameters, in order."""

    @property
    def defaults(self) -> dict[str, Any]:
        """The defaults of the parameters that have one."""

    def validate(self, params: Params) -> list[dict[str, Any]] | None:
        """Return the errors that the schema finds in params, ``None`` if it accepts them."""

    def decode(self, params: Params, *, tags: bool) -> Arguments:
        """Return the arguments for params that the schema has accepted."""

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        """Validate and decode params: return the arguments after the request."""

    def arguments(self, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return bound arguments by the names of their parameters, with defaults."""

    def check_result(self, wire: Json) -> None:
        """Raise ``WireError`` if a result is not valid against ``result_schema``."""


@dataclass(frozen=True, eq=False)
class Method:
    """A function that can be called by name.

    ``function`` takes the request and the bound arguments. ``place`` is its file and line.
    ``default_access`` applies if the options do not define access: ``"open"`` for everybody,
    ``"authenticated"`` for logged-in users, any other value for nobody. ``is_repeatable``:
    clients may repeat a call if they get no Response.
    """

    name: str
    function: Callable[..., Any]
    signature: MethodSignature
    options: Options
    is_async: bool
    place: str
    description: str
    default_access: str = "open"
    is_repeatable: bool = False

    is_open: bool = field(init=False)
    """Everybody may call, and calls have no idempotency key."""
    needs_login: bool = field(init=False)
    """Only logged-in users may call."""
    is_denied: bool = field(init=False)
    """Nobody may call."""
    is_hidden: bool = field(init=False)
    """Callers without access get -32601, as if the method did not exist."""
    has_key: bool = field(init=False)
    """Calls may have an idempotency key."""

    def __post_init__(self) -> None:
        options, default = self.options, self.default_access
        by_default = not options.defines_access
        needs_login = bool(options.login_required or options.permission)
        needs_login = needs_login or (by_default and default == "authenticated")
        is_denied = by_default and default not in ("open", "authenticated")
        has_key = isinstance(options.idempotent, str)
        flags = {
            "is_open": not (needs_login or is_denied or options.access or has_key),
            "has_key": has_key,
            "needs_login": needs_login,
            "is_denied": is_denied,
            "is_hidden": options.hidden or is_denied,
        }
        for name, value in flags.items():  # no properties, because every call reads them
            object.__setattr__(self, name, value)
