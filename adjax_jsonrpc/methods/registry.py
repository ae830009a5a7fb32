"""The registry: functions are registered, then resolved to methods by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any, overload

from .._types import AnyFunction
from ..errors import RegistrationError
from ..types.fastpath.codegen import FastPath
from ..types.serializer import Serializer
from ..types.serializer import serializer as default_serializer
from .functions import function_name, package_name, place_of
from .method import Method
from .mounted import mounted_method
from .options import MethodOptions, MountOptions, Options
from .signature import Signature
from .typed import without_check

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Registry:
    """Methods by name. ``registry`` is the project's; a new instance is empty.

    Functions are resolved to methods at the first access. All modules are imported by then, so
    annotations may use names that are defined later.

    ``app_label`` takes the name of a module and returns the first part of its methods' names; by
    default the name of its package.
    """

    def __init__(
        self,
        serializer: Serializer = default_serializer,
        app_label: Callable[[str], str] | None = None,
    ) -> None:
        self.serializer = serializer
        self.app_label = app_label or package_name
        self._pending: list[tuple[Callable[..., Any], str | None, Options]] = []
        self._default_access = "open"
        self._built_in: dict[str, Method] = {}
        self._methods: dict[str, Method] = {}
        self._served: Mapping[str, Method] | None = None
        self._resolving = RLock()

    @overload
    def register(self, function: AnyFunction, /) -> AnyFunction: ...
    @overload
    def register(
        self, *, name: str | None = None, **options: Unpack[MethodOptions]
    ) -> Callable[[AnyFunction], AnyFunction]: ...
    def register(self, function: Any = None, *, name: str | None = None, **options: Any) -> Any:
        """Register a function as the method ``<app label>.<function>``, or ``name``.

        A decorator, used bare or with options (``MethodOptions``). Returns the function
        unchanged. A function that can't be served raises ``RegistrationError`` when methods are
        resolved, at start-up.
        """
        parsed = Options.of(options)

        def record(function: AnyFunction) -> AnyFunction:
            self._pending.append((function, name, parsed))
            return function

        return record if function is None else record(function)

    def mount(
        self,
        prefix: str,
        methods: Mapping[str, Callable[..., Any]],
        *,
        context: bool = False,
        **options: Unpack[MountOptions],
    ) -> None:
        """Register the functions of a jsonrpcserver methods dict, each as ``prefix.name``.

        jsonrpcserver's own dispatcher makes the calls. With ``context=True``, the request is
        jsonrpcserver's context, the first argument of each function. The options
        (``MountOptions``) apply to each of the methods.
        """
        parsed = Options.of(options, MountOptions)
        for name, function in methods.items():
            method = mounted_method(
                f"{prefix}.{name}",
                name,
                function,
                parsed,
                context=context,
                serializer=self.serializer,
            )
            try:
                parsed.check(method.is_async)
            except RegistrationError as error:
                raise RegistrationError(f"{method.name} ({method.place}): {error}") from None
            self._add(replace(method, default_access=self.default_access))

    def add_built_in(
        self, name: str, function: Callable[..., Any], *, encode_fast: FastPath | None = None
    ) -> None:
        """Add a method of the gateway itself, such as ``rpc.discover``.

        Everybody may call it. It is in ``served``, not in ``methods``. ``encode_fast`` replaces
        the fast path of its result.
        """
        method = self._compile(function, name, Options(login_required=False))
        if encode_fast is not None:
            method.signature.encode_fast = encode_fast
        with self._resolving:
            self._built_in[name] = method
            self._served = None

    @property
    def default_access(self) -> str:
        """Who may call methods without access options: ``ADJAX_DEFAULT_ACCESS``."""
        return self._default_access

    @default_access.setter
    def default_access(self, default: str) -> None:
        with self._resolving:  # another thread may be adding methods
            if default == self._default_access:
                return
            self._default_access = default
            self._methods = {
                name: replace(method, default_access=default)
                for name, method in self._methods.items()
            }
            self._served = None

    @property
    def methods(self) -> Mapping[str, Method]:
        """All registered methods by name. Raises ``RegistrationError`` like ``resolve``."""
        self.resolve()
        return self._methods

    @property
    def served(self) -> Mapping[str, Method]:
        """Everything that can be called: ``methods`` and those of the gateway itself.

        A returned mapping never changes. After a change this property returns a new mapping.
        """
        served = self._served
        if served is None or self._pending:
            with self._resolving:
                self.resolve()
                if self._served is None:
                    self._served = {**self._methods, **self._built_in}
                served = self._served
        return served

    def get(self, *name: str) -> Method | None:
        """Return a method, or ``None``: ``get("shop.stock")`` or ``get("shop", "stock")``."""
        return self.served.get(".".join(name))

    def resolve(self) -> None:
        """Compile the functions registered since the last call of this method.

        Raises ``RegistrationError`` for a function that can't be served.
        """
        if not self._pending:
            return
        with self._resolving:  # the first requests may come at the same time
            while self._pending:
                self._add(self._compile(*self._pending[0]))
                self._pending.pop(0)

    def _compile(self, function: Callable[..., Any], name: str | None, options: Options) -> Method:
        innermost = inspect.unwrap(function)
        full_name = name or f"{self.app_label(innermost.__module__)}.{function_name(innermost)}"
        is_async = inspect.iscoroutinefunction(function)
        try:
            signature = Signature(function, self.serializer)
            options.check(is_async, signature.parameters)
        except RegistrationError as error:
            raise RegistrationError(f"{full_name} ({place_of(innermost)}): {error}") from None
        return Method(
            name=full_name,
            function=without_check(function),
            signature=signature,
            options=options,
            is_async=is_async,
            place=place_of(innermost),
            description=inspect.getdoc(innermost) or "",
            default_access=self.default_access,
            is_repeatable=options.is_repeatable(signature.parameters),
        )

    def _add(self, method: Method) -> None:
        app, dot, function = method.name.partition(".")
        if not (app and dot and function):
            raise RegistrationError(
                f"{method.name!r} ({method.place}): a method's name is <app label>.<function>"
            )
        if app == "rpc":
            raise RegistrationError(
                f"{method.name} ({method.place}): names that start with 'rpc.' are reserved"
            )
        taken = self._methods.get(method.name)
        if taken is not None and taken.function is not method.function:
            raise RegistrationError(
                f"{method.name} is registered twice: {taken.place} and {method.place}"
            )
        self._methods[method.name] = method
        self._served = None


registry = Registry()
"""The project's methods."""
