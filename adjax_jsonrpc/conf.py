"""Settings: every ``ADJAX_*`` name with its type and default, read when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, TypeAlias, cast

from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.module_loading import import_string

from ._jsonrpcserver import JsonRpcError
from .calls.hooks import Limits
from .errors import RpcError
from .methods.throttle import Throttle, ThrottleOption, parse_throttles

IN_DATABASE = "database"
"""As ``ADJAX_IDEMPOTENCY``: the table of ``adjax_jsonrpc.contrib.idempotency``."""

Translate: TypeAlias = "Callable[[Exception], JsonRpcError | None]"
"""Returns the error to send for an exception; ``None``: use the next matching entry."""


EXPLORER_CALLERS = ("debug", "staff", None)
"""Who may see the explorer: everybody while ``DEBUG`` is on, staff users, or nobody."""


class Settings:
    """The project's settings for this package; ``defaults`` are the values that it does not set.

    The names of django-adjax 1.2 have the same meanings as there.
    """

    defaults: Mapping[str, Any] = {
        "ADJAX_TEMPLATE": "adjax/interface",
        "ADJAX_VARIABLE": "ADJAX",
        "ADJAX_DATA": {},
        "ADJAX_CONTENT_TYPE": "application/javascript",
        "ADJAX_VIEWS_MODULE_NAME": "ajax",
        "ADJAX_TYPES_MODULE_NAME": "types",
        "ADJAX_AUTHENTICATION": ["adjax_jsonrpc.authentication.session"],
        "ADJAX_DEFAULT_ACCESS": "open",
        "ADJAX_OPENRPC_INFO": {"title": "JSON-RPC methods", "version": "1.0.0"},
        "ADJAX_ATOMIC_BATCH": False,
        "ADJAX_ERRORS": {},
        "ADJAX_SIGNAL_PARAMS": False,
        "ADJAX_EXPLORER": "debug",
        "ADJAX_LOG_CALLS": None,
        "ADJAX_MAX_BATCH_SIZE": 100,
        "ADJAX_MAX_DEPTH": 100,
        "ADJAX_MAX_RESPONSE_BYTES": 16 * 2**20,
        "ADJAX_MAX_BATCH_SECONDS": 20,
        "ADJAX_THROTTLE": None,
        "ADJAX_THROTTLE_CREDENTIALS": "10/min",
        "ADJAX_CACHE": "default",
        "ADJAX_IDEMPOTENCY": None,
        "ADJAX_IDEMPOTENCY_SECONDS": 24 * 3600,
    }

    def _get(self, name: str) -> Any:
        return getattr(django_settings, name, self.defaults[name])

    @property
    def template(self) -> str:
        """The template of interface.js."""
        return cast(str, self._get("ADJAX_TEMPLATE"))

    @property
    def variable(self) -> str:
        """The global variable that interface.js sets."""
        return cast(str, self._get("ADJAX_VARIABLE"))

    @property
    def data(self) -> Mapping[str, Any]:
        """The dict that pages find in ``ADJAX.data``."""
        return cast("Mapping[str, Any]", self._get("ADJAX_DATA"))

    @property
    def content_type(self) -> str:
        """The content type of interface.js."""
        return cast(str, self._get("ADJAX_CONTENT_TYPE"))

    @property
    def module_names(self) -> tuple[str, str]:
        """The modules to import from every installed app: custom types, then methods."""
        return self._get("ADJAX_TYPES_MODULE_NAME"), self._get("ADJAX_VIEWS_MODULE_NAME")

    @property
    def openrpc_info(self) -> Mapping[str, Any]:
        """The Info Object of the OpenRPC document: its title, version and more."""
        return cast("Mapping[str, Any]", self._get("ADJAX_OPENRPC_INFO"))

    @property
    def atomic_batch(self) -> bool:
        """Whether every batch is an atomic batch."""
        return cast(bool, self._get("ADJAX_ATOMIC_BATCH"))

    @cached_property
    def errors(self) -> Mapping[type[BaseException], Translate]:
        """The errors to send for exceptions of the project.

        Raises ``TypeError``, ``ValueError``, ``AttributeError`` or ``ImportError`` for a wrong
        entry.
        """
        return {
            _exception_class(key): _translate_function(value)
            for key, value in self._get("ADJAX_ERRORS").items()
        }

    @property
    def explorer(self) -> str | None:
        """Who may see the explorer; one of ``EXPLORER_CALLERS``."""
        return cast("str | None", self._get("ADJAX_EXPLORER"))

    @property
    def signal_params(self) -> bool:
        """Whether signals contain the params of calls."""
        return cast(bool, self._get("ADJAX_SIGNAL_PARAMS"))

    @property
    def log_calls(self) -> str | None:
        """How each call is logged: ``"text"``, ``"json"`` or, for no log, ``None``."""
        value = self._get("ADJAX_LOG_CALLS")
        return "text" if value is True else value or None

    @cached_property
    def authenticators(self) -> list[Callable[[HttpRequest], Any]]:
        """The authenticators in their order. Raises ``TypeError`` or ``ImportError``."""
        listed = self._get("ADJAX_AUTHENTICATION")
        if isinstance(listed, str):
            raise TypeError("a string is not a list")
        return [import_string(each) if isinstance(each, str) else each for each in listed]

    @property
    def default_access(self) -> str:
        """Who may call methods without access options; one of ``ACCESS_DEFAULTS``."""
        return cast(str, self._get("ADJAX_DEFAULT_ACCESS"))

    @cached_property
    def max_body_bytes(self) -> int | None:
        """The maximum size of a body; by default Django's own upload limit."""
        default = django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return cast("int | None", getattr(django_settings, "ADJAX_MAX_BODY_BYTES", default))

    @cached_property
    def session_cookie(self) -> str:
        """The name of Django's session cookie; cached because every request needs it."""
        return django_settings.SESSION_COOKIE_NAME

    @cached_property
    def limits(self) -> Limits:
        """The limits of the gateway."""
        return Limits(
            batch_size=self._get("ADJAX_MAX_BATCH_SIZE"),
            depth=self._get("ADJAX_MAX_DEPTH"),
            response_bytes=self._get("ADJAX_MAX_RESPONSE_BYTES"),
            batch_seconds=self._get("ADJAX_MAX_BATCH_SECONDS"),
        )

    @property
    def cache(self) -> str:
        """The alias of the cache for throttle counters and, by default, idempotency keys."""
        return cast(str, self._get("ADJAX_CACHE"))

    @property
    def idempotency(self) -> str | None:
        """Where idempotency keys are stored; ``None``: in ``ADJAX_CACHE``.

        ``IN_DATABASE``, an entry of ``CACHES``, or the dotted path of a ``KeyStore``.
        """
        return cast("str | None", self._get("ADJAX_IDEMPOTENCY"))

    @property
    def idempotency_seconds(self) -> int | None:
        """How long the answer for an idempotency key is stored, in seconds; ``None``: no limit."""
        return cast("int | None", self._get("ADJAX_IDEMPOTENCY_SECONDS"))

    @cached_property
    def throttle(self) -> tuple[Throttle, ...]:
        """The throttles of methods without own throttles, and of entries that name no method.

        Raises ``RegistrationError`` or ``ImportError`` for a wrong value.
        """
        return self._throttles("ADJAX_THROTTLE")

    @cached_property
    def credential_throttle(self) -> tuple[Throttle, ...]:
        """The throttles of wrong credentials.

        Raises ``RegistrationError`` or ``ImportError`` for a wrong value.
        """
        return self._throttles("ADJAX_THROTTLE_CREDENTIALS")

    def _throttles(self, name: str) -> tuple[Throttle, ...]:
        given: ThrottleOption = self._get(name)
        if isinstance(given, str) and "." in given and "/" not in given:
            given = import_string(given)
        return parse_throttles(given) or ()


def _exception_class(key: Any) -> type[BaseException]:
    found = import_string(key) if isinstance(key, str) else key
    if not (isinstance(found, type) and issubclass(found, Exception)):
        raise TypeError(f"{key!r} is not an exception class")
    return found


def _translate_function(value: Any) -> Translate:
    if isinstance(value, str):
        value = import_string(value)
    if callable(value):
        return partial(_checked_error, value)
    code, message = value if isinstance(value, tuple) else (value, "Application error")
    error = RpcError(code, message)
    if -32768 <= error.code < -32099:
        raise ValueError(f"{code} is reserved by JSON-RPC; servers may use -32099 to -32000")
    return lambda exception: RpcError(error.code, error.message)


def _checked_error(translate: Translate, exception: Exception) -> JsonRpcError | None:
    error = translate(exception)
    if error is None or isinstance(error, JsonRpcError):
        return error
    raise TypeError(f"{translate!r} of ADJAX_ERRORS returned {error!r}, not an RpcError or None")


settings = Settings()
"""The settings of the project."""


@receiver(setting_changed)
def _clear_cache(**kwargs: Any) -> None:
    """Clear cached settings when a test changes one."""
    vars(settings).clear()
