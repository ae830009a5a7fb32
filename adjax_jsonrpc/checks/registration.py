"""System checks of what is registered: its place, its permissions and its decorators."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth import get_backends
from django.core.checks import CheckMessage, register
from django.core.checks import Warning as CheckWarning

from ..conf import settings
from ..methods.registry import registry

_OF_VIEWS = (
    "django.contrib.auth.decorators",
    "django.views.decorators.",
    "django.utils.decorators",
)
_HARMLESS = "django.views.decorators.debug"


@register(deploy=True)
def check_places(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W015: a module registers methods, but nothing imports it at start-up."""
    _, views = settings.module_names
    unimported = {
        path: app
        for app in apps.get_app_configs()
        if _is_of_project(app)
        for path in Path(app.path).rglob("*.py")
        if _is_not_imported(app, path) and _registers(path)
    }
    return [
        CheckWarning(
            f"{path} registers methods, but nothing imports it at start-up: they don't exist",
            hint=f"Move them to {app.name}.{views}, or import the module there.",
            id="adjax_jsonrpc.W015",
        )
        for path, app in sorted(unimported.items())
    ]


def _is_of_project(app: AppConfig) -> bool:
    is_installed = "site-packages" in Path(app.path).parts
    return not is_installed and app.name.partition(".")[0] != "adjax_jsonrpc"


def _is_not_imported(app: AppConfig, path: Path) -> bool:
    parts = path.relative_to(app.path).with_suffix("").parts
    if any(each.startswith("test") for each in parts):
        return False
    names = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join([app.name, *names]) not in sys.modules


def _registers(path: Path) -> bool:
    """Return whether a module imports the registry, and registers methods."""
    try:
        source = path.read_text(encoding="utf-8")
        if "adjax_jsonrpc" not in source or "registry." not in source:
            return False
        nodes = [*ast.walk(ast.parse(source))]
    except (OSError, SyntaxError, ValueError):
        return False
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("register", "mount")
        and ast.unparse(node.value).endswith("registry")
        for node in nodes
    )


@register
def check_permissions(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W016: a permission of a method that no model of an installed app declares."""
    asked = [(each, name) for each in registry.methods.values() for name in each.options.permission]
    if not asked or not _has_only_djangos_backends():
        return []
    declared = {*_declared_permissions()}
    return [
        CheckWarning(
            f"{method.name} ({method.place}): no app declares the permission {name!r}",
            hint="Write <app label>.<codename>, such as 'shop.change_order'.",
            id="adjax_jsonrpc.W016",
        )
        for method, name in asked
        if name not in declared
    ]


def _has_only_djangos_backends() -> bool:
    """Return whether no backend of the project may know permissions that no app declares."""
    if not apps.is_installed("django.contrib.auth"):
        return False
    from django.contrib.auth.backends import ModelBackend  # noqa: PLC0415 - needs its models

    return all(isinstance(each, ModelBackend) for each in get_backends())


def _declared_permissions() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        for action in meta.default_permissions:
            yield f"{meta.app_label}.{action}_{meta.model_name}"
        for codename, _ in meta.permissions:
            yield f"{meta.app_label}.{codename}"


@register
def check_decorators(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.W017: a decorator of Django's views on a method."""
    return [
        CheckWarning(
            f"{method.name} ({method.place}) has a decorator of {module}, which is for views: what "
            "it returns or sets is an HttpResponse, which a method does not have",
            hint="Use options of register, such as login_required=True or permission=….",
            id="adjax_jsonrpc.W017",
        )
        for method in registry.methods.values()
        for module in sorted({*_modules_of_view_decorators(method.function)})
    ]


def _modules_of_view_decorators(function: Callable[..., Any] | None) -> Iterator[str]:
    while function is not None:
        module = str(getattr(function, "__globals__", {}).get("__name__"))
        if module.startswith(_OF_VIEWS) and module != _HARMLESS:
            yield module
        function = getattr(function, "__wrapped__", None)
