"""What a method is: a function with its name, its signature and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .exact import Pass
from .rates import Throttle
from .signature import Arguments
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

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        """Give the arguments that follow the request."""

    def check_result(self, wire: Json) -> None:
        """Raise ``WireError`` where a result breaks ``result_schema``."""


@dataclass(frozen=True)
class Options:
    """What ``register`` was told about a method.

    ``login_required`` and ``permission`` (every one of them) say who may call it. ``atomic``
    runs each call in a transaction of its own, or never in one; ``None`` leaves that to
    ``ATOMIC_REQUESTS``. ``using`` are the databases of that transaction. ``throttle`` is how many
    calls pass, ``None`` as ``ADJAX_THROTTLE`` says. ``timeout`` is how many seconds a call of a
    coroutine function may take.

    The rest is for readers of the exported documents. ``errors`` are the method's own,
    ``(code, message)`` each. ``examples`` are calls, ``{"params": …, "result": …}`` of Python
    values each, with ``name`` and ``description`` if wanted. ``tags`` stand beside the app's.
    """

    login_required: bool = False
    permission: tuple[str, ...] = ()
    atomic: bool | None = None
    using: tuple[str, ...] = ()
    throttle: tuple[Throttle, ...] | None = None
    timeout: float | None = None
    deprecated: bool = False
    errors: tuple[tuple[int, str], ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether anybody may call the method."""
        return not (self.login_required or self.permission)


@dataclass(frozen=True)
class Method:
    """A function that can be called by name.

    ``function`` takes the request and the bound arguments. ``place`` is its file and line.
    """

    is_open: bool = field(init=False)
    name: str
    function: Callable[..., Any]
    signature: Bindable
    options: Options
    is_async: bool
    place: str
    description: str

    def __post_init__(self) -> None:
        # Asked at every call, so not a property.
        object.__setattr__(self, "is_open", self.options.is_open)


def function_name(function: Callable[..., Any]) -> str:
    """Give the name of a function, or the class of another callable."""
    return getattr(function, "__name__", type(function).__name__)


def place_of(function: Callable[..., Any]) -> str:
    """Give the file and line of a function, for messages."""
    code = getattr(function, "__code__", None)
    if code is None:
        return f"{function.__module__}.{function_name(function)}"
    return f"{code.co_filename}:{code.co_firstlineno}"
