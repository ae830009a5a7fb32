"""Objects of Django's ORM for models with ``from_attributes``: related objects are lists."""

from __future__ import annotations

from typing import Any


def attributes_of(value: Any) -> Any:
    """Return an object with the attributes of ``value``.

    A manager of related objects is a list of them. Objects that are no Django models are returned
    as they are.
    """
    return _Attributes(value) if _is_django_model(value) else value


def _is_django_model(value: Any) -> bool:
    # Recognized by what it has: this room does not import Django.
    return hasattr(value, "_meta") and hasattr(value, "_state")


class _Attributes:
    def __init__(self, instance: Any) -> None:
        self._instance = instance

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._instance, name)
        if hasattr(value, "get_queryset") and hasattr(value, "all"):
            return [attributes_of(each) for each in value.all()]
        return attributes_of(value)
