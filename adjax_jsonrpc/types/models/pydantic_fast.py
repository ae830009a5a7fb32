"""The fast path of pydantic models: pydantic alone validates the params.

That is possible where pydantic, in strict mode and without unknown members, accepts only what the
schema accepts, and makes the same instance.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Union

from ..builder import CodecBuilder
from ..fastpath import checks
from ..fastpath.checks import Check
from ..fastpath.conversions import made_by
from .pydantic_fields import config_of, infos_of

_SCALARS = (checks.STRING, checks.INTEGER, checks.FLOAT, checks.BOOLEAN, checks.NULL)
_LIMITS = frozenset({"Ge", "Gt", "Le", "Lt", "Interval", "MinLen", "MaxLen", "Len", "Strict"})
"""Metadata that means the same in the schema and in pydantic."""
_OPTIONS = frozenset(
    {
        "alias_generator",
        "extra",
        "from_attributes",
        "frozen",
        "populate_by_name",
        "serialize_by_alias",
        "strict",
        "title",
        "use_attribute_docstrings",
        "validate_assignment",
        "validate_by_alias",
        "validate_by_name",
    }
)
"""Options that do not change which strict params are accepted, apart from unknown members."""


def pydantic_check(builder: CodecBuilder, cls: Any) -> Check | None:
    """Return the check that makes an instance of params, ``None`` if the schema is needed.

    Classes with code of the user, such as validators, have none: the fast path runs before the
    caller is authorized.
    """
    if not _is_plain_model(builder, cls, frozenset()) or not _can_forbid(cls):
        return None
    return made_by(cls.__pydantic_validator__.validate_python, {"strict": True, "extra": "forbid"})


def _can_forbid(cls: Any) -> bool:
    try:
        cls.__pydantic_validator__.isinstance_python(0, strict=True, extra="forbid")
    except TypeError:  # before pydantic 2.12
        return False
    return True


def _is_plain_model(builder: CodecBuilder, cls: Any, outer: frozenset[Any]) -> bool:
    if cls in outer or builder.serializer.has_own_form(cls):  # recursive params may be too deep
        return False
    decorators = cls.__pydantic_decorators__
    has_code = (
        decorators.validators
        or decorators.field_validators
        or decorators.root_validators
        or decorators.model_validators
        or cls.__pydantic_custom_init__
        or cls.__pydantic_post_init__
        or cls.__pydantic_root_model__
        or _has_own_core_schema(cls)
    )
    if has_code or config_of(cls).keys() - _OPTIONS:
        return False
    return all(_is_plain_field(builder, info, outer | {cls}) for info in infos_of(cls).values())


def _has_own_core_schema(cls: Any) -> bool:
    owners = [base for base in cls.__mro__ if "__get_pydantic_core_schema__" in vars(base)]
    return bool(owners[0].__module__ != "pydantic.main")


def _is_plain_field(builder: CodecBuilder, info: Any, outer: frozenset[Any]) -> bool:
    makes_default = info.default_factory not in (None, list, dict, set)
    if makes_default or info.validate_default or not _are_limits(info.metadata):
        return False
    return _is_plain(builder, info.annotation, outer)


def _are_limits(metadata: Iterable[Any]) -> bool:
    for each in metadata:
        inner = getattr(each, "metadata", ()) if type(each).__name__ == "FieldInfo" else None
        is_limit = type(each).__name__ in _LIMITS if inner is None else _are_limits(inner)
        if not is_limit:
            return False
    return True


def _is_plain(builder: CodecBuilder, annotation: Any, outer: frozenset[Any]) -> bool:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return _are_limits(args[1:]) and _is_plain(builder, args[0], outer)
    if origin is list:
        return _is_plain(builder, args[0], outer)
    if origin is Literal:
        return all(type(each) is str for each in args)
    if origin in (Union, types.UnionType):
        others = [each for each in args if each is not type(None)]
        return len(others) == 1 and _is_plain(builder, others[0], outer)
    if isinstance(annotation, type) and hasattr(annotation, "__pydantic_root_model__"):
        return _is_plain_model(builder, annotation, outer)
    is_scalar = annotation in (str, int, float, bool, type(None))
    return is_scalar and builder.codec(annotation).fast in _SCALARS
