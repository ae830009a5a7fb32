"""Dataclasses and attrs classes → description."""

from __future__ import annotations

import dataclasses
from typing import Any

from ...errors import RegistrationError, WireError, excerpt
from ..annotations import member_hints, type_name
from .description import MISSING, Construct, Field, Form, Model, read_members
from .wire_errors import joined


def empty_default(factory: Any) -> Any:
    """Return the default that a factory makes, if it is an empty list or dict."""
    return factory() if factory in (list, dict) else MISSING


def dataclass_form(cls: Any) -> Form:
    """Return the function that reads the fields of a dataclass."""
    return read_members([(field.name, field.name) for field in dataclasses.fields(cls)])


def dataclass_model(cls: Any, args: tuple[Any, ...]) -> Model:
    """Return the description of a dataclass."""
    hints = member_hints(cls, args)
    for name, hint in hints.items():
        if isinstance(hint, dataclasses.InitVar):
            raise RegistrationError(
                f"field {name!r} of {type_name(cls)} is an InitVar, which an instance does not "
                "keep: write a field, or a property of the class"
            )
    fields = tuple(
        Field(
            name=field.name,
            annotation=hints[field.name],
            accepts=(field.name,) if field.init else (),
            sends=field.name,
            required=_has_no_default(field),
            default=_default_of(field),
        )
        for field in dataclasses.fields(cls)
    )
    return Model(cls, fields, constructor(cls), dataclass_form(cls), is_called=True)


def _has_no_default(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _default_of(field: dataclasses.Field[Any]) -> Any:
    if field.default is dataclasses.MISSING:
        return empty_default(field.default_factory)
    return field.default


def constructor(cls: Any, refusals: tuple[type[Exception], ...] = (ValueError,)) -> Construct:
    """Return the function that makes an instance. ``refusals`` are errors in the members."""

    def construct(members: dict[str, Any]) -> Any:
        try:
            return cls(**members)
        except WireError:
            raise
        except refusals as error:  # from the class, such as in __post_init__
            raise WireError(reason(error)) from None

    return construct


def reason(error: Exception) -> str:
    """Return the message of an error. The validators of attrs have further arguments."""
    return excerpt(str(error.args[0] if error.args else error))


def attrs_form(cls: Any) -> Form:
    """Return the function that reads the fields of an attrs class."""
    return read_members([(field.name, _alias(field)) for field in cls.__attrs_attrs__])


def _alias(field: Any) -> str:
    return str(getattr(field, "alias", None) or field.name)


def attrs_model(cls: Any, args: tuple[Any, ...]) -> Model:
    """Return the description of an attrs class."""
    import attrs  # installed, because the class was created with it

    hints = member_hints(cls, args)
    fields = tuple(
        Field(
            name=field.name,
            annotation=hints.get(field.name, field.type or Any),
            accepts=(_alias(field),) if field.init else (),
            sends=_alias(field),
            required=field.default is attrs.NOTHING,
            default=_attrs_default(field.default),
        )
        for field in attrs.fields(cls)
    )
    return Model(cls, fields, _attrs_constructor(cls), attrs_form(cls), is_called=True)


def _attrs_default(default: Any) -> Any:
    import attrs

    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return empty_default(default.factory)
    return MISSING if default is attrs.NOTHING else default


def _attrs_constructor(cls: Any) -> Construct:
    make = constructor(cls, (ValueError, TypeError))  # instance_of raises TypeError

    def construct(members: dict[str, Any]) -> Any:
        try:
            return make(members)
        except WireError as error:
            raise _field_errors(cls, members) or error from None

    return construct


def _field_errors(cls: Any, members: dict[str, Any]) -> WireError | None:
    """Return the errors of all converters and validators, each with the field's name.

    attrs stops at the first one, and its error does not tell the field.
    """
    instance = cls.__new__(cls)
    errors = []
    fields = [f for f in cls.__attrs_attrs__ if f.init and _alias(f) in members]
    for field in fields:
        try:
            value = members[_alias(field)]
            if callable(field.converter):
                value = field.converter(value)
            object.__setattr__(instance, field.name, value)
        except (ValueError, TypeError) as error:
            errors.append(WireError(reason(error)).inside(_alias(field)))
    if errors:
        return joined(errors)
    for field in fields:
        try:
            if field.validator is not None:
                field.validator(instance, field, getattr(instance, field.name))
        except (ValueError, TypeError) as error:
            errors.append(WireError(reason(error)).inside(_alias(field)))
        except AttributeError:  # the validator needs a field that has its default
            continue
    return joined(errors) if errors else None
