"""The methods that can be called: functions are registered, then resolved by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, overload

from .errors import DeclaredError, InvalidParamsError, RegistrationError, WireError, declared
from .exact import Check
from .serializer import Serializer
from .serializer import serializer as default_serializer
from .signature import Arguments, Signature
from .typed import unchecked
from .typing import AnyFunction, Json, JsonSchema, Params
from .vocabulary import NOCONTEXT, async_mounted, mounted


class Bindable(Protocol):
    """What a method needs to know of its parameters; ``Signature`` is the usual one."""

    params_schema: JsonSchema
    result_schema: JsonSchema
    is_exact_result: Check | None

    @property
    def names(self) -> list[str]:
        """The names of the parameters, in their order."""

    @property
    def defaults(self) -> dict[str, Any]:
        """The default of each parameter that has one."""

    def exact(self, params: Params) -> Arguments | None:
        """Give the arguments of params that need no binding, ``None`` for others."""

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        """Give the arguments that follow the request."""

    def check_result(self, wire: Json) -> None:
        """Raise ``WireError`` where a result breaks ``result_schema``."""


@dataclass(frozen=True)
class Options:
    """What ``register`` was told about a method.

    ``login_required`` and ``permission`` (every one of them) say who may call it. ``atomic``
    runs each call in a transaction of its own, or never in one; ``None`` leaves that to
    ``ATOMIC_REQUESTS``.

    The rest is for readers of the exported documents. ``errors`` are the method's own,
    ``(code, message)`` each. ``examples`` are calls, ``{"params": …, "result": …}`` of Python
    values each, with ``name`` and ``description`` if wanted. ``tags`` stand beside the app's.
    """

    login_required: bool = False
    permission: tuple[str, ...] = ()
    atomic: bool | None = None
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


class Registry:
    """Methods by name; ``registry`` of this module is the project's, a new one starts empty.

    Names are resolved when a method is first asked for: by then all modules are imported, so
    annotations may name what is defined further down.
    """

    def __init__(
        self,
        serializer: Serializer = default_serializer,
        app_label: Callable[[str], str] | None = None,
    ) -> None:
        self.serializer = serializer
        self.app_label = app_label or _package_name
        self._pending: list[tuple[Callable[..., Any], str | None, Options]] = []
        self._methods: dict[str, Method] = {}
        self._served: dict[str, Method] = {}

    @overload
    def register(self, function: AnyFunction, /) -> AnyFunction: ...
    @overload
    def register(
        self,
        *,
        name: str | None = None,
        login_required: bool = False,
        permission: str | tuple[str, ...] | list[str] = (),
        atomic: bool | None = None,
        deprecated: bool = False,
        errors: Sequence[DeclaredError] = (),
        examples: Sequence[Mapping[str, Any]] = (),
        tags: Sequence[str] = (),
    ) -> Callable[[AnyFunction], AnyFunction]: ...
    def register(
        self,
        function: Any = None,
        *,
        name: str | None = None,
        login_required: bool = False,
        permission: str | tuple[str, ...] | list[str] = (),
        atomic: bool | None = None,
        deprecated: bool = False,
        errors: Sequence[DeclaredError] = (),
        examples: Sequence[Mapping[str, Any]] = (),
        tags: Sequence[str] = (),
    ) -> Any:
        """Serve a function as the method ``<app label>.<function>``, or ``name``.

        Used bare or with options; gives the function back unchanged. What can't be served is
        refused with a ``RegistrationError`` when methods are resolved, at start-up.
        """
        names = (permission,) if isinstance(permission, str) else tuple(permission)
        options = Options(
            login_required=login_required or bool(names),
            permission=names,
            atomic=atomic,
            deprecated=deprecated,
            errors=tuple(declared(error) for error in errors),
            examples=tuple(examples),
            tags=tuple(tags),
        )

        def record(function: AnyFunction) -> AnyFunction:
            self._pending.append((function, name, options))
            return function

        return record if function is None else record(function)

    def mount(
        self, prefix: str, methods: Mapping[str, Callable[..., Any]], *, context: bool = False
    ) -> None:
        """Serve a methods dict of jsonrpcserver, each method as ``prefix.name``.

        The calls go through jsonrpcserver's own dispatcher. With ``context=True`` the request
        is the context that jsonrpcserver gives a method as its first argument.
        """
        for name, function in methods.items():
            method = _mounted_method(f"{prefix}.{name}", name, function, context, self.serializer)
            self._add(method)

    def serve(self, name: str, function: Callable[..., Any]) -> None:
        """Serve a function as a method of the gateway itself, beside those of the apps.

        It can be called like any other, and is none of ``methods``.
        """
        self._served[name] = self._compile(function, name, Options())

    @property
    def methods(self) -> Mapping[str, Method]:
        """All methods by name. Raises ``RegistrationError`` for one that can't be served."""
        self.resolve()
        return self._methods

    @property
    def served(self) -> Mapping[str, Method]:
        """Everything that can be called by name: ``methods`` and the gateway's own."""
        self.resolve()
        return self._served

    def get(self, *name: str) -> Method | None:
        """Give the method ``get("shop.stock")`` or ``get("shop", "stock")``, else ``None``."""
        self.resolve()
        return self._served.get(".".join(name))

    def resolve(self) -> None:
        """Compile the functions registered since the last time."""
        while self._pending:
            function, name, options = self._pending[0]
            self._add(self._compile(function, name, options))
            self._pending.pop(0)

    def _compile(self, function: Callable[..., Any], name: str | None, options: Options) -> Method:
        innermost = inspect.unwrap(function)
        label = name or f"{self.app_label(innermost.__module__)}.{_function_name(innermost)}"
        try:
            signature = Signature(function, self.serializer)
        except RegistrationError as error:
            raise RegistrationError(f"{label} ({_place(innermost)}): {error}") from None
        return Method(
            name=label,
            function=unchecked(function),
            signature=signature,
            options=options,
            is_async=inspect.iscoroutinefunction(function),
            place=_place(innermost),
            description=inspect.getdoc(innermost) or "",
        )

    def _add(self, method: Method) -> None:
        app, dot, function = method.name.partition(".")
        if not (app and dot and function):
            raise RegistrationError(
                f"{method.name!r} ({method.place}): a method's name is <app label>.<function>"
            )
        if app == "rpc":
            raise RegistrationError(
                f"{method.name} ({method.place}): names under 'rpc.' are the gateway's own"
            )
        taken = self._methods.get(method.name)
        if taken is not None and taken.function is not method.function:
            raise RegistrationError(
                f"{method.name} is registered twice: {taken.place} and {method.place}"
            )
        self._methods[method.name] = self._served[method.name] = method


class _OpenSignature:
    """Takes any params: jsonrpcserver binds them."""

    def __init__(self, function: Callable[..., Any], context: bool, serializer: Serializer) -> None:
        declared = list(inspect.signature(function).parameters.values())[context:]
        self.names = [each.name for each in declared]
        self.defaults = {p.name: p.default for p in declared if p.default is not p.empty}
        self.params_schema: JsonSchema = {"type": ["array", "object"]}
        self.result_schema: JsonSchema = True
        self.is_exact_result: Check | None = None
        self._serializer = serializer

    def exact(self, params: Params) -> Arguments | None:
        return None

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        try:
            return [self._serializer.from_wire(params) if tags else params], {}
        except WireError as error:
            raise InvalidParamsError(
                [{"path": error.path, "message": error.message, "keyword": "__type__"}]
            ) from None

    def check_result(self, wire: Json) -> None:
        return None


def _mounted_method(
    full_name: str,
    name: str,
    function: Callable[..., Any],
    context: bool,
    serializer: Serializer,
) -> Method:
    is_async = inspect.iscoroutinefunction(function)
    call = async_mounted if is_async else mounted

    def through_dispatcher(request: Any, params: Params) -> Any:
        return call(name, function, params, request if context else NOCONTEXT)

    return Method(
        name=full_name,
        function=through_dispatcher,
        signature=_OpenSignature(function, context, serializer),
        options=Options(),
        is_async=is_async,
        place=_place(inspect.unwrap(function)),
        description=inspect.getdoc(function) or "",
    )


def _package_name(module: str) -> str:
    """Outside of Django, the package that holds the module stands for the app."""
    return module.rpartition(".")[0].rpartition(".")[2] or module


def _function_name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _place(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    if code is None:
        return f"{function.__module__}.{_function_name(function)}"
    return f"{code.co_filename}:{code.co_firstlineno}"


registry = Registry()
"""The project's methods."""
