"""The table of types that an annotation may contain. A type is added here."""

from __future__ import annotations

import inspect
import types
from collections import abc
from enum import Enum
from typing import Annotated, Any, Literal, Union

from .annotations import is_typed_dict
from .builder import ClassHandler, Handler, Handlers
from .builtin_tags import BUILT_IN
from .classes import named_tuple_codec, typed_dict_codec
from .constrained import annotated_codec
from .container_classes import CONTAINER_CLASSES
from .containers import dict_codec, list_codec, set_codec, tuple_codec
from .enums import enum_codec
from .fastpath import checks
from .hashing import freeze
from .models.codecs import model_codec
from .models.library_types import library_codec
from .models.lookup import is_model
from .models.pydantic_calls import is_library_type
from .object_type import TextType
from .plain_texts import PLAIN_TEXTS
from .scalars import (
    any_codec,
    float_codec,
    int_codec,
    plain_codec,
    plain_text_codec,
    text_codec,
)
from .unions import any_of, literal_codec, union_codec

CLASSES: dict[Any, Handler] = {
    Any: any_codec,
    object: any_codec,
    inspect.Parameter.empty: any_codec,
    type(None): plain_codec("null", checks.NULL),
    bool: plain_codec("boolean", checks.BOOLEAN),
    str: plain_codec("string", checks.STRING),
    int: int_codec,
    float: float_codec,
    **{t.cls: text_codec(t) for t in BUILT_IN if issubclass(t, TextType) and t.cls},
    **{cls: plain_text_codec(cls) for cls in PLAIN_TEXTS},
    list: list_codec,
    abc.Sequence: list_codec,
    abc.MutableSequence: list_codec,
    abc.Collection: list_codec,
    abc.Iterable: list_codec,
    tuple: tuple_codec,
    set: set_codec(lambda values: values),
    abc.MutableSet: set_codec(lambda values: values),
    frozenset: set_codec(freeze),
    abc.Set: set_codec(freeze),
    dict: dict_codec,
    abc.Mapping: dict_codec,
    abc.MutableMapping: dict_codec,
    **CONTAINER_CLASSES,
}
"""The handler of each class. A type is added here."""

FORMS: dict[Any, Handler] = {
    Union: union_codec,
    types.UnionType: union_codec,
    Literal: literal_codec,
    Annotated: annotated_codec,
}
"""The handler of each form of the ``typing`` module."""


def class_handler(cls: Any) -> ClassHandler | None:
    """Return the handler for a class with fields or members, ``None`` for any other class."""
    if isinstance(cls, type) and issubclass(cls, Enum):
        return enum_codec
    if is_typed_dict(cls):
        return typed_dict_codec
    if isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields"):
        return named_tuple_codec
    if is_model(cls):
        return model_codec
    if is_library_type(cls):
        return library_codec
    return None


HANDLERS = Handlers(CLASSES, FORMS, class_handler, any_of)
"""The handlers that ``CodecBuilder`` uses."""
