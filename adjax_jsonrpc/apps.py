"""Start-up: imports the methods and types of all apps, and compiles the methods."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.core.signals import setting_changed
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext

from ._messages import translate_with
from .errors import WireError
from .methods.functions import package_name
from .methods.registry import registry
from .types.serializer import serializer


class AdjaxConfig(AppConfig):
    """Imports the ``types`` and ``ajax`` modules of all apps when Django starts."""

    name = "adjax_jsonrpc"
    label = "adjax_jsonrpc"
    verbose_name = "JSON-RPC"

    def ready(self) -> None:
        """Import the modules, then resolve the methods. An error in them stops the start-up."""
        from . import checks  # noqa: F401 - importing them registers the checks
        from .conf import settings
        from .http import discovery
        from .integration import transactions

        translate_with(gettext)
        setting_changed.connect(_apply_default_access)
        _apply_default_access()
        registry.app_label = containing_app_label
        serializer.convert(Promise, str)
        serializer.convert(QuerySet, list)
        serializer.convert(Model, _refuse_model)
        for module_name in settings.module_names:
            autodiscover_modules(module_name)
        registry.resolve()
        transactions.check_databases(registry)
        discovery.add_discover()


def _apply_default_access(**kwargs: Any) -> None:
    from .conf import settings

    registry.default_access = settings.default_access


def containing_app_label(module: str) -> str:
    """Return the label of a module's app, or the name of its package if there is no app."""
    config = apps.get_containing_app_config(module)
    return config.label if config is not None else package_name(module)


def _refuse_model(instance: Model) -> object:
    raise WireError(
        f"a model instance ({instance._meta.label}) can't be sent: return a dict or dataclass of "
        "the fields that callers may see, or register an ObjectType for the model"
    )
