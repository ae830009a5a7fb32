"""The fast path of pydantic models: pydantic alone validates the params.

That is possible where pydantic, in strict mode and without unknown members, accepts only what the
schema accepts, and makes the same instance.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Literal, Union

from ..builder import CodecBuilder
from ..codec import Codec
from ..fastpath import checks
from ..fastpath.conversions import made_by
from .pydantic_calls import is_pydantic_model
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


class _NotPlainError(Exception):
    """The schema is needed for params of this type."""


def with_fast_path(builder: CodecBuilder, cls: Any, codec: Codec) -> Codec:
    """Return the codec of a model with a fast path, if the model needs no schema."""
    try:
        runs_user_code = _check_model(builder, cls, frozenset())
    except _NotPlainError:
        return codec
    if not _can_forbid(cls):
        return codec
    validate, slow_decode = cls.__pydantic_validator__.validate_python, codec.decode

    def decode(value: Any) -> Any:  # of a model inside one that has no fast path
        try:
            return validate(value, **_EXACTLY)
        except ValueError:
            return value if slow_decode is None else slow_decode(value)

    check = made_by(validate, _EXACTLY, runs_user_code=runs_user_code)
    return replace(codec, decode=decode, fast=check)


_EXACTLY = {"strict": True, "extra": "forbid"}


def _can_forbid(cls: Any) -> bool:
    try:
        cls.__pydantic_validator__.isinstance_python(0, **_EXACTLY)
    except TypeError:  # before pydantic 2.12
        return False
    return True


def _check_model(builder: CodecBuilder, cls: Any, outer: frozenset[Any]) -> bool:
    """Return whether a model has code of the user. Raises ``_NotPlainError``."""
    decorators = cls.__pydantic_decorators__
    validators = [
        *decorators.field_validators.values(),
        *decorators.model_validators.values(),
    ]
    if (
        cls in outer  # params that contain themselves may be too deep
        or builder.serializer.has_own_form(cls)
        or decorators.validators
        or decorators.root_validators
        or any(each.info.mode != "after" for each in validators)
        or cls.__pydantic_custom_init__
        or cls.__pydantic_root_model__
        or _has_own_core_schema(cls)
        or config_of(cls).keys() - _OPTIONS
    ):
        raise _NotPlainError
    fields = infos_of(cls).values()
    have_code = [_check_field(builder, info, outer | {cls}) for info in fields]
    return bool(validators or cls.__pydantic_post_init__ or any(have_code))


def _has_own_core_schema(cls: Any) -> bool:
    owners = [base for base in cls.__mro__ if "__get_pydantic_core_schema__" in vars(base)]
    return bool(owners[0].__module__ != "pydantic.main")


def _check_field(builder: CodecBuilder, info: Any, outer: frozenset[Any]) -> bool:
    if not _are_limits(info.metadata):
        raise _NotPlainError
    makes_default = info.default_factory not in (None, list, dict, set)
    return _check_type(builder, info.annotation, outer) or makes_default


def _are_limits(metadata: Iterable[Any]) -> bool:
    for each in metadata:
        inner = getattr(each, "metadata", ()) if type(each).__name__ == "FieldInfo" else None
        is_limit = type(each).__name__ in _LIMITS if inner is None else _are_limits(inner)
        if not is_limit:
            return False
    return True


def _check_type(builder: CodecBuilder, annotation: Any, outer: frozenset[Any]) -> bool:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated and _are_limits(args[1:]):
        return _check_type(builder, args[0], outer)
    if origin is list:
        return _check_type(builder, args[0], outer)
    if origin is Literal and all(type(each) is str for each in args):
        return False
    if origin in (Union, types.UnionType):
        others = [each for each in args if each is not type(None)]
        if len(others) == 1:
            return _check_type(builder, others[0], outer)
    if isinstance(annotation, type) and is_pydantic_model(annotation):
        return _check_model(builder, annotation, outer)
    is_scalar = annotation in (str, int, float, bool, type(None))
    if not is_scalar or builder.codec(annotation).fast not in _SCALARS:
        raise _NotPlainError
    return False
