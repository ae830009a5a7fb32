"""The methods that can be called: functions are registered, then resolved by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import RLock
from typing import Any, overload

from .._types import AnyFunction
from ..errors import DeclaredError, RegistrationError, declared
from ..types.serializer import Serializer
from ..types.serializer import serializer as default_serializer
from .functions import function_name, place_of
from .idempotency import check_idempotency
from .method import Method
from .mounted import mounted_method
from .options import Access, Options, _check_timeout, _check_transaction, one_or_several
from .signature import Signature
from .throttle import Throttling, throttles
from .typed import unchecked


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
        self._default_access = "open"
        self._methods: dict[str, Method] = {}
        self._served: dict[str, Method] = {}
        self.has_throttles = self.has_keys = self.has_hidden = False
        self._resolving = RLock()

    @overload
    def register(self, function: AnyFunction, /) -> AnyFunction: ...
    @overload
    def register(
        self,
        *,
        name: str | None = None,
        login_required: bool | None = None,
        permission: str | Sequence[str] = (),
        access: Access | Sequence[Access] = (),
        hidden: bool = False,
        atomic: bool | None = None,
        using: str | Sequence[str] = (),
        throttle: Throttling = None,
        timeout: float | None = None,
        readonly: bool = False,
        idempotent: bool | str = False,
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
        login_required: bool | None = None,
        permission: str | Sequence[str] = (),
        access: Access | Sequence[Access] = (),
        hidden: bool = False,
        atomic: bool | None = None,
        using: str | Sequence[str] = (),
        throttle: Throttling = None,
        timeout: float | None = None,
        readonly: bool = False,
        idempotent: bool | str = False,
        deprecated: bool = False,
        errors: Sequence[DeclaredError] = (),
        examples: Sequence[Mapping[str, Any]] = (),
        tags: Sequence[str] = (),
    ) -> Any:
        """Serve a function as the method ``<app label>.<function>``, or ``name``.

        Used bare or with options; gives the function back unchanged. What can't be served is
        refused with a ``RegistrationError`` when methods are resolved, at start-up.
        """
        options = Options(
            login_required=login_required,
            permission=one_or_several(permission),
            access=one_or_several(access),
            hidden=hidden,
            atomic=True if using and atomic is None else atomic,
            using=one_or_several(using),
            throttle=throttles(throttle),
            timeout=timeout,
            readonly=readonly,
            idempotent=idempotent,
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
        self,
        prefix: str,
        methods: Mapping[str, Callable[..., Any]],
        *,
        context: bool = False,
        login_required: bool | None = None,
        permission: str | Sequence[str] = (),
        access: Access | Sequence[Access] = (),
        hidden: bool = False,
    ) -> None:
        """Serve a methods dict of jsonrpcserver, each method as ``prefix.name``.

        The calls go through jsonrpcserver's own dispatcher. With ``context=True`` the request
        is the context that jsonrpcserver gives a method as its first argument. The other
        options hold for each of the methods, and mean what they mean for ``register``.
        """
        options = Options(
            login_required=login_required,
            permission=one_or_several(permission),
            access=one_or_several(access),
            hidden=hidden,
        )
        for name, function in methods.items():
            full_name = f"{prefix}.{name}"
            method = mounted_method(
                full_name, name, function, options, context=context, serializer=self.serializer
            )
            try:
                options.check(method.is_async)
            except RegistrationError as error:
                raise RegistrationError(f"{full_name} ({method.place}): {error}") from None
            self._add(replace(method, default_access=self.default_access))

    def serve(self, name: str, function: Callable[..., Any]) -> None:
        """Serve a function as a method of the gateway itself, beside those of the apps.

        It can be called by anybody, and is none of ``methods``.
        """
        self._served[name] = self._compile(function, name, Options(login_required=False))

    @property
    def default_access(self) -> str:
        """Who may call a method that doesn't say: ``"open"``, ``"authenticated"``, or nobody."""
        return self._default_access

    @default_access.setter
    def default_access(self, default: str) -> None:
        self._default_access = default
        for methods in (self._methods, self._served):
            for name, method in methods.items():
                methods[name] = replace(method, default_access=default)
        self.has_hidden = any(method.is_hidden for method in self._methods.values())

    @property
    def methods(self) -> Mapping[str, Method]:
        """All methods by name. Raises ``RegistrationError`` for one that can't be served."""
        self.resolve()
        return self._methods

    @property
    def served(self) -> Mapping[str, Method]:
        """Everything that can be called by name: ``methods`` and the gateway's own."""
        if self._pending:
            self.resolve()
        return self._served

    def get(self, *name: str) -> Method | None:
        """Give the method ``get("shop.stock")`` or ``get("shop", "stock")``, else ``None``."""
        self.resolve()
        return self._served.get(".".join(name))

    def resolve(self) -> None:
        """Compile the functions registered since the last time."""
        if not self._pending:
            return
        with self._resolving:  # first requests may come at the same time
            while self._pending:
                function, name, options = self._pending[0]
                self._add(self._compile(function, name, options))
                self._pending.pop(0)

    def _compile(self, function: Callable[..., Any], name: str | None, options: Options) -> Method:
        innermost = inspect.unwrap(function)
        label = name or f"{self.app_label(innermost.__module__)}.{function_name(innermost)}"
        is_async = inspect.iscoroutinefunction(function)
        try:
            _check_transaction(options, is_async)
            _check_timeout(options.timeout, is_async)
            options.check(is_async)
            signature = Signature(function, self.serializer)
            is_repeatable = check_idempotency(options, signature)
        except RegistrationError as error:
            raise RegistrationError(f"{label} ({place_of(innermost)}): {error}") from None
        return Method(
            name=label,
            function=unchecked(function),
            signature=signature,
            options=options,
            is_async=is_async,
            place=place_of(innermost),
            description=inspect.getdoc(innermost) or "",
            default_access=self.default_access,
            is_repeatable=is_repeatable,
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
        self.has_throttles = self.has_throttles or bool(method.options.throttle)
        self.has_hidden = self.has_hidden or method.is_hidden
        self.has_keys = self.has_keys or method.has_key
        self._methods[method.name] = self._served[method.name] = method


def _package_name(module: str) -> str:
    """Outside of Django, the package that holds the module stands for the app."""
    return module.rpartition(".")[0].rpartition(".")[2] or module


registry = Registry()
"""The project's methods."""
