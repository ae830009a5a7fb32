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

from ..authentication import bearer, session
from ..conf import EXPLORER_CALLERS, Settings, settings
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
_THROTTLES = {"ADJAX_THROTTLE": "throttle", "ADJAX_THROTTLE_CREDENTIALS": "credential_throttle"}
_STRINGS = tuple(
    name
    for name, value in Settings.defaults.items()
    if isinstance(value, str) and name not in (*_THROTTLES, "ADJAX_EXPLORER")
)


@register
def check_limits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E001: a limit is neither a positive integer nor ``None``."""
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
    """adjax_jsonrpc.E014: a time is neither a positive number of seconds nor ``None``."""
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
    """adjax_jsonrpc.E012: a setting of throttles is neither a rate nor the dotted path of one."""
    found: list[CheckMessage] = []
    for name, attribute in _THROTTLES.items():
        try:
            getattr(settings, attribute)
        except (RegistrationError, ImportError) as error:
            found.append(
                Error(
                    f"{name} is wrong: {error}",
                    hint="Set a rate such as '100/min', a Throttle, the dotted path of one, or "
                    "None.",
                    id="adjax_jsonrpc.E012",
                )
            )
    return found


@register
def check_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E013: the cache does not exist. W001: it can't count for several processes."""
    alias = settings.cache
    if alias not in caches.settings:
        return [
            Error(
                f"ADJAX_CACHE is {alias!r}, but CACHES has no such entry",
                hint=f"Set one of {', '.join(map(repr, caches.settings))}.",
                id="adjax_jsonrpc.E013",
            )
        ]
    methods = registry.methods.values()
    if not (is_throttled() or any(each.options.throttle for each in methods)):
        return []
    backend = type(caches[alias])
    if not issubclass(backend, _CAN_NOT_COUNT):
        return []
    return [
        CheckWarning(
            f"throttles use the cache {alias!r}, but {backend.__name__} can't count for several "
            "processes",
            hint="Set ADJAX_CACHE to a cache on Redis or Memcached.",
            id="adjax_jsonrpc.W001",
        )
    ]


def is_throttled() -> bool:
    """Return whether ``ADJAX_THROTTLE`` has a rate."""
    try:
        if settings.throttle:
            return True
        return bool(settings.credential_throttle) and settings.authenticators != [session]
    except (RegistrationError, ImportError, TypeError):
        return False  # check_throttle and check_authentication report it


@register
def check_names(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E002: a name is not a string, or is empty."""
    return [
        Error(
            f"{name} is {getattr(django_settings, name)!r}",
            hint=f"Set a string such as {Settings.defaults[name]!r}, or remove the setting.",
            id="adjax_jsonrpc.E002",
        )
        for name in _STRINGS
        if not _is_name(getattr(django_settings, name, "-"))
    ]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


@register
def check_data(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E007: ``ADJAX_DATA`` is not a dict, or a value in it can't be encoded."""
    data = settings.data
    try:
        if not isinstance(data, Mapping):
            raise TypeError("it is not a dict")
        registry.serializer.encode(dict(data))
    except (TypeError, WireError) as error:
        return [
            Error(
                f"ADJAX_DATA can't be sent: {error}",
                hint="Set a dict with values of JSON or of registered types.",
                id="adjax_jsonrpc.E007",
            )
        ]
    return []


@register
def check_errors(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E016: ``ADJAX_ERRORS`` does not map exception classes to errors."""
    try:
        settings.errors  # noqa: B018 - reading it is the check
    except (AttributeError, ImportError, TypeError, ValueError) as error:
        return [
            Error(
                f"ADJAX_ERRORS is wrong: {error}",
                hint="Map exception classes or their dotted paths to a code, to (code, message), "
                "or to a function that takes the exception and returns an RpcError.",
                id="adjax_jsonrpc.E016",
            )
        ]
    return []


@register
def check_switches(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E017: a switch is neither ``True`` nor ``False``."""
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
def check_log_calls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E021: ``ADJAX_LOG_CALLS`` is neither a switch nor a format."""
    value = getattr(django_settings, "ADJAX_LOG_CALLS", None)
    if any(value is each or value == each for each in (None, True, False, "text", "json")):
        return []
    return [
        Error(
            f"ADJAX_LOG_CALLS is {value!r}",
            hint="Set 'text' or 'json', or None for no log.",
            id="adjax_jsonrpc.E021",
        )
    ]


@register
def check_template(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E003: the template of interface.js can't be loaded."""
    if not _is_name(settings.template):
        return []  # check_names reports it
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
    """adjax_jsonrpc.E008: an entry of ``ADJAX_AUTHENTICATION`` can't be called or imported."""
    without_lookup: Any = bearer  # must be called with a lookup
    try:
        wrong = [
            f"{each!r} is not a callable that takes a request"
            for each in settings.authenticators
            if not callable(each) or each is without_lookup
        ]
    except (ImportError, TypeError) as error:
        wrong = [str(error)]
    return [
        Error(
            f"ADJAX_AUTHENTICATION: {reason}",
            hint='Set a list such as ["adjax_jsonrpc.authentication.session", bearer(lookup)].',
            id="adjax_jsonrpc.E008",
        )
        for reason in wrong
    ]


@register
def check_default_access(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E009: ``ADJAX_DEFAULT_ACCESS`` is not one of its three values."""
    if settings.default_access in ACCESS_DEFAULTS:
        return []
    return [
        Error(
            f"ADJAX_DEFAULT_ACCESS is {settings.default_access!r}, so nobody may call",
            hint=f"Set one of {', '.join(map(repr, ACCESS_DEFAULTS))}.",
            id="adjax_jsonrpc.E009",
        )
    ]


@register
def check_explorer(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E020: ``ADJAX_EXPLORER`` is not one of its three values."""
    if settings.explorer in EXPLORER_CALLERS:
        return []
    return [
        Error(
            f"ADJAX_EXPLORER is {settings.explorer!r}, so nobody may see the explorer",
            hint=f"Set one of {', '.join(map(repr, EXPLORER_CALLERS))}.",
            id="adjax_jsonrpc.E020",
        )
    ]


@register
def check_openrpc_info(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E005: ``ADJAX_OPENRPC_INFO`` has no title or no version."""
    info = settings.openrpc_info
    if isinstance(info, Mapping) and all(_is_name(info.get(k)) for k in ("title", "version")):
        return []
    return [
        Error(
            f"ADJAX_OPENRPC_INFO is {info!r}",
            hint='Set {"title": "…", "version": "…"}, or remove the setting.',
            id="adjax_jsonrpc.E005",
        )
    ]
