"""System checks of the project's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from ..authentication import bearer
from ..conf import Settings, settings
from ..errors import RegistrationError, WireError
from ..methods.options import ACCESS_DEFAULTS
from ..methods.registry import registry

_NUMBERS = (
    "ADJAX_MAX_BODY_BYTES",
    "ADJAX_MAX_BATCH_SIZE",
    "ADJAX_MAX_DEPTH",
    "ADJAX_MAX_RESPONSE_BYTES",
)
_SWITCHES = tuple(name for name, value in Settings.defaults.items() if isinstance(value, bool))
_SECONDS = ("ADJAX_MAX_BATCH_SECONDS", "ADJAX_IDEMPOTENCY_SECONDS")
_CAN_NOT_COUNT = (DummyCache, DatabaseCache, FileBasedCache)
_STRINGS = tuple(name for name, value in Settings.defaults.items() if isinstance(value, str))


@register
def check_limits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E001: a limit is a positive integer, or ``None`` for no limit."""
    return [
        Error(
            f"{name} is {getattr(django_settings, name)!r}",
            hint="Set a positive integer, or None for no limit.",
            id="adjax_jsonrpc.E001",
        )
        for name in _NUMBERS
        if not _is_limit(getattr(django_settings, name, None))
    ]


def _is_limit(value: Any) -> bool:
    return value is None or (type(value) is int and value > 0)


@register
def check_seconds(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E014: a time is a positive number of seconds, or ``None`` for no limit."""
    return [
        Error(
            f"{name} is {getattr(django_settings, name)!r}",
            hint="Set a positive number of seconds, or None for no limit.",
            id="adjax_jsonrpc.E014",
        )
        for name in _SECONDS
        if not _is_time(getattr(django_settings, name, None))
    ]


def _is_time(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and 0 < value < float("inf"))


@register
def check_throttle(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E012: the project's throttle can be read."""
    try:
        settings.throttle  # noqa: B018 - reading it is the check
    except (RegistrationError, ImportError) as error:
        return [
            Error(
                f"ADJAX_THROTTLE can't be read: {error}",
                hint="Set a rate such as '100/min', a Throttle, the path of one, or None.",
                id="adjax_jsonrpc.E012",
            )
        ]
    return []


@register
def check_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E013: the cache exists; W001: where it is used, processes can share it."""
    alias = settings.cache
    if alias not in caches.settings:
        return [
            Error(
                f"ADJAX_CACHE is {alias!r}, and CACHES has no such entry",
                hint=f"Name one of {', '.join(caches.settings)}.",
                id="adjax_jsonrpc.E013",
            )
        ]
    methods = registry.methods.values()
    if not (_is_throttled() or any(each.options.throttle or each.has_key for each in methods)):
        return []
    backend = type(caches[alias])
    if not issubclass(backend, _CAN_NOT_COUNT):
        return []
    return [
        CheckWarning(
            f"calls are counted, or their answers kept, in the cache {alias!r}, and "
            f"{backend.__name__} can't do that for several processes",
            hint="Name a cache on Redis or Memcached by ADJAX_CACHE.",
            id="adjax_jsonrpc.W001",
        )
    ]


def _is_throttled() -> bool:
    try:
        return bool(settings.throttle)
    except (RegistrationError, ImportError):
        return False  # check_throttle says so


@register
def check_names(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E002: a name is a string that is not empty."""
    return [
        Error(
            f"{name} is {getattr(django_settings, name)!r}",
            hint=f"Set a string such as {Settings.defaults[name]!r}, or leave the setting out.",
            id="adjax_jsonrpc.E002",
        )
        for name in _STRINGS
        if not _is_name(getattr(django_settings, name, "-"))
    ]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


@register
def check_data(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E007: what pages find in ``ADJAX.data`` is a dict that can be sent."""
    data = settings.data
    try:
        if not isinstance(data, Mapping):
            raise TypeError("it is no dict")
        registry.serializer.encode(dict(data))
    except (TypeError, WireError) as error:
        return [
            Error(
                f"ADJAX_DATA can't be served: {error}",
                hint="Set a dict of values that JSON or a registered type holds.",
                id="adjax_jsonrpc.E007",
            )
        ]
    return []


@register
def check_errors(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E016: ``ADJAX_ERRORS`` maps exception classes to errors."""
    try:
        settings.errors  # noqa: B018 - reading it is the check
    except (AttributeError, ImportError, TypeError, ValueError) as error:
        return [
            Error(
                f"ADJAX_ERRORS can't be used: {error}",
                hint="Map exception classes or their dotted paths to a code, to (code, message), "
                "or to a function that makes an RpcError of the exception.",
                id="adjax_jsonrpc.E016",
            )
        ]
    return []


@register
def check_switches(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E017: a switch is on or off."""
    return [
        Error(
            f"{name} is {getattr(django_settings, name)!r}",
            hint="Set True or False.",
            id="adjax_jsonrpc.E017",
        )
        for name in _SWITCHES
        if type(getattr(django_settings, name, False)) is not bool
    ]


@register
def check_template(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E003: the template of interface.js can be loaded."""
    if not _is_name(settings.template):
        return []  # check_names says so
    try:
        get_template(settings.template)
    except TemplateDoesNotExist:
        return [
            Error(
                f"the template {settings.template!r} (ADJAX_TEMPLATE) does not exist",
                hint="Is adjax_jsonrpc in INSTALLED_APPS, and APP_DIRS on in TEMPLATES?",
                id="adjax_jsonrpc.E003",
            )
        ]
    return []


@register
def check_authentication(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E008: what finds out who a caller is can be asked."""
    not_made: Any = bearer  # it makes one, of a lookup
    wrong: list[object]
    try:
        wrong = [a for a in settings.authenticators if not callable(a) or a is not_made]
    except (ImportError, TypeError) as error:
        wrong = [error]
    return [
        Error(
            f"ADJAX_AUTHENTICATION: {each!r} is no callable that takes a request",
            hint='Set a list such as ["adjax_jsonrpc.authentication.session", bearer(lookup)].',
            id="adjax_jsonrpc.E008",
        )
        for each in wrong
    ]


@register
def check_default_access(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E009: who may call methods that do not say is one of three."""
    if settings.default_access in ACCESS_DEFAULTS:
        return []
    return [
        Error(
            f"ADJAX_DEFAULT_ACCESS is {settings.default_access!r}: nobody may call",
            hint=f"Set one of {', '.join(map(repr, ACCESS_DEFAULTS))}.",
            id="adjax_jsonrpc.E009",
        )
    ]


@register
def check_openrpc_info(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E005: the OpenRPC document has a title and a version."""
    info = settings.openrpc_info
    if isinstance(info, Mapping) and all(_is_name(info.get(k)) for k in ("title", "version")):
        return []
    return [
        Error(
            f"ADJAX_OPENRPC_INFO is {info!r}",
            hint='Set {"title": "…", "version": "…"}, or leave the setting out.',
            id="adjax_jsonrpc.E005",
        )
    ]
