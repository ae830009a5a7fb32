"""Which annotations have values that can be members of sets and keys of dicts."""

from __future__ import annotations

import dataclasses
import typing
from collections import abc
from types import UnionType
from typing import Annotated, Any, TypeVar, Union

from .annotations import alias_value, arguments_of, is_alias, member_hints, substitute

_MADE_HASHABLE = frozenset({abc.Sequence, abc.Collection, abc.Iterable})
"""Classes whose values are decoded to tuples in sets and keys."""
_COLLECTIONS = _MADE_HASHABLE | {tuple, frozenset, abc.Set}


def unhashable_part(annotation: Any, seen: tuple[Any, ...] = (), *, in_field: bool = False) -> Any:
    """Return the part of an annotation whose values have no hash, ``None`` if there is none.

    ``seen`` are the annotations that contain this one: a type may contain itself. The values of a
    class (``in_field``) are not made hashable.
    """
    if any(each is annotation for each in seen):
        return None
    origin = typing.get_origin(annotation)
    cls = origin or annotation
    if isinstance(cls, type):
        is_collection = cls in (_COLLECTIONS - _MADE_HASHABLE if in_field else _COLLECTIONS)
        if not is_collection and (cls in _MADE_HASHABLE or not _has_hash(cls)):
            return annotation
        is_named_tuple = issubclass(cls, tuple) and cls is not tuple
        in_field = in_field or not (is_collection or is_named_tuple)
    inside = (*seen, annotation)
    found = (
        unhashable_part(part, inside, in_field=in_field)
        for part in _hashed_parts(annotation, origin)
    )
    return next((part for part in found if part is not None), None)


def _hashed_parts(annotation: Any, origin: Any) -> typing.Iterable[Any]:
    """Return the annotations whose values are hashed with a value of an annotation."""
    args = typing.get_args(annotation)
    if isinstance(annotation, TypeVar):
        return getattr(annotation, "__constraints__", ()) or [annotation.__bound__]
    if hasattr(annotation, "__supertype__"):  # NewType
        return [annotation.__supertype__]
    if is_alias(annotation):
        return [substitute(alias_value(annotation), arguments_of(annotation.__type_params__, ()))]
    if is_alias(origin):
        return [substitute(alias_value(origin), arguments_of(origin.__type_params__, args))]
    if origin in (Union, UnionType) or origin in _COLLECTIONS:
        return [each for each in args if each not in (Ellipsis, ())]
    if origin is Annotated or getattr(origin, "_name", None) in ("Final", "Required"):
        return args[:1]
    cls = origin or annotation
    if isinstance(cls, type) and _hashes_its_fields(cls):
        return _hints(cls, args)
    return []


def _has_hash(cls: Any) -> bool:
    if cls is abc.MutableSequence:  # decoded to a list
        return False
    config = getattr(cls, "__struct_config__", None)  # msgspec's
    return cls.__hash__ is not None and (config is None or config.frozen or not config.eq)


def _hashes_its_fields(cls: Any) -> bool:
    """Return whether the hash of a class was generated from its fields.

    Other classes know themselves what they hash.
    """
    if hasattr(cls, "__struct_config__"):
        return bool(cls.__struct_config__.eq)
    if issubclass(cls, tuple):
        return hasattr(cls, "_fields")
    code = getattr(cls.__hash__, "__code__", None)
    is_generated = code is not None and code.co_filename.startswith("<")
    if dataclasses.is_dataclass(cls) or hasattr(cls, "__attrs_attrs__"):
        return is_generated
    return hasattr(cls, "model_fields") and "pydantic" in getattr(cls.__hash__, "__module__", "")


def _hints(cls: Any, args: tuple[Any, ...]) -> list[Any]:
    try:
        hints = member_hints(cls, args)
    except NameError:  # the codec of the class says so
        return []
    return [h for h in hints.values() if getattr(typing.get_origin(h), "_name", "") != "ClassVar"]
