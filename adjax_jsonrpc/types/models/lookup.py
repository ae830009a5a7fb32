"""Which classes are models, and their descriptions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from ...errors import RegistrationError
from ..annotations import type_name
from .description import Form, Model
from .pydantic_calls import is_library_type, library_form
from .pydantic_models import is_pydantic, pydantic_form, pydantic_model
from .records import attrs_form, attrs_model, dataclass_form, dataclass_model
from .structs import is_struct, struct_form, struct_model

_Kind = tuple[Callable[[Any], bool], Callable[[Any, tuple[Any, ...]], Model], Callable[[Any], Form]]
_KINDS: list[_Kind] = [
    (is_pydantic, pydantic_model, pydantic_form),  # before dataclasses: pydantic has its own
    (is_struct, struct_model, struct_form),
    (dataclasses.is_dataclass, dataclass_model, dataclass_form),
    (lambda cls: hasattr(cls, "__attrs_attrs__"), attrs_model, attrs_form),
]


def is_model(cls: Any) -> bool:
    """Return whether ``cls`` is a model."""
    return any(matches(cls) for matches, _, _ in _KINDS)


def model_of(cls: Any, args: tuple[Any, ...]) -> Model:
    """Return the description of a model. Raises ``RegistrationError``."""
    describe = next(describe for matches, describe, _ in _KINDS if matches(cls))
    try:
        return describe(cls, args)
    except NameError as error:
        raise RegistrationError(f"{type_name(cls)}: {error}") from None


def form_of(cls: Any) -> Callable[[Any], Any] | None:
    """Return the function that converts an instance to what is sent instead of it.

    That are its members, each not yet encoded. ``None`` if the class is no model, and has no form
    of pydantic.
    """
    found = [read for matches, _, read in _KINDS if matches(cls)]
    if found:
        return found[0](cls)
    return library_form(cls) if is_library_type(cls) else None
