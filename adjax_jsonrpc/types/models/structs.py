"""Structs of msgspec → description."""

from __future__ import annotations

import types
import typing
from typing import Any, Union

import msgspec

from ...errors import WireError, excerpt
from ..annotations import member_hints
from .description import MISSING, Construct, Field, Form, Model
from .records import empty_default


def is_struct(cls: Any) -> bool:
    """Return whether ``cls`` is a Struct of msgspec."""
    return isinstance(cls, type) and issubclass(cls, msgspec.Struct)


def struct_model(cls: Any, args: tuple[Any, ...]) -> Model:
    """Return the description of a Struct."""
    hints = member_hints(cls, args)
    config = cls.__struct_config__
    fields = tuple(
        Field(
            name=field.name,
            annotation=_without_unset(hints[field.name]),
            accepts=(field.encode_name,),
            sends=field.encode_name,
            required=field.required,
            always_sent=field.required or not _may_be_omitted(config, hints[field.name]),
            default=_default_of(field),
        )
        for field in msgspec.structs.fields(cls)
    )
    return Model(
        cls,
        fields,
        _constructor(cls),
        struct_form(cls),
        others="refused" if config.forbid_unknown_fields else "ignored",
        constant=None if config.tag is None else (config.tag_field, config.tag),
        is_array=config.array_like,
        has_plain_members=all(each.always_sent for each in fields),
    )


def _without_unset(hint: Any) -> Any:
    if typing.get_origin(hint) is typing.Annotated:
        inner, *metadata = typing.get_args(hint)
        return typing.Annotated[(_without_unset(inner), *metadata)]
    if typing.get_origin(hint) not in (Union, types.UnionType):
        return hint
    kept = tuple(each for each in typing.get_args(hint) if each is not msgspec.UnsetType)
    return Union[kept]  # noqa: UP007


def _may_be_omitted(config: Any, hint: Any) -> bool:
    return bool(config.omit_defaults) or _without_unset(hint) != hint


def _default_of(field: Any) -> Any:
    if field.default is msgspec.NODEFAULT:
        return empty_default(field.default_factory)
    return MISSING if field.default is msgspec.UNSET else field.default


def _constructor(cls: Any) -> Construct:
    names = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))

    def construct(members: dict[str, Any]) -> Any:
        try:
            return cls(**{names[name]: value for name, value in members.items()})
        except WireError:
            raise
        except (ValueError, TypeError) as error:  # as msgspec, for __post_init__
            raise WireError(excerpt(str(error))) from None

    return construct


def struct_form(cls: Any) -> Form:
    """Return the function that reads the fields of a Struct, without those that it omits."""
    names = list(zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True))
    config = cls.__struct_config__
    fields: dict[str, Any] = {}
    if config.omit_defaults:
        fields = {field.name: field for field in msgspec.structs.fields(cls)}
    constant = {} if config.tag is None else {config.tag_field: config.tag}

    def members(instance: Any) -> Any:
        found: dict[str, Any] = dict(constant)
        for name, wire_name in names:
            value = getattr(instance, name)
            if value is msgspec.UNSET:
                continue
            if not fields or not _is_default(value, fields[name]):
                found[wire_name] = value
        return list(found.values()) if config.array_like else found

    return members


def _is_default(value: Any, field: Any) -> bool:
    default = field.default
    if default is not msgspec.NODEFAULT:
        return value is default or (type(value) is type(default) and bool(value == default))
    return type(value) is field.default_factory and not value
