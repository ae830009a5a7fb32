"""What a method is: a function with its name, its signature and its options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .._types import Json, JsonSchema, Params
from ..types.fastpath.codegen import FastPath
from .options import Options
from .signature import Arguments


class Bindable(Protocol):
    """What a method needs to know of its parameters; ``Signature`` is the usual one."""

    params_schema: JsonSchema
    result_schema: JsonSchema
    accept_fast: FastPath | None
    encode_fast: FastPath | None

    @property
    def names(self) -> list[str]:
        """The names of the parameters, in their order."""

    @property
    def defaults(self) -> dict[str, Any]:
        """The default of each parameter that has one."""

    def validate(self, params: Params) -> list[dict[str, Any]] | None:
        """Say what is wrong with params by their schema."""

    def decode(self, params: Params, *, tags: bool) -> Arguments:
        """Give the arguments of params that the schema has accepted."""

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        """Give the arguments that follow the request."""

    def arguments(self, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Give bound arguments by the names of their parameters, defaults included."""

    def check_result(self, wire: Json) -> None:
        """Raise ``WireError`` where a result breaks ``result_schema``."""


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
