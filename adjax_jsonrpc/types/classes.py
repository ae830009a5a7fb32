"""Classes made of fields: TypedDict, dataclass, attrs, NamedTuple and Enum → codec."""

from __future__ import annotations

import dataclasses
import typing
from enum import Enum
from typing import Any

from .._types import Decode, JsonSchema
from ..errors import RegistrationError, WireError
from ..protocol.tags import TAG
from .annotations import class_hints, substitute, type_name
from .builder import Args, CodecBuilder
from .codec import Codec
from .containers import fixed_array
from .encoders import CLASS_ENCODERS
from .fastpath.checks import members
from .fastpath.conversions import enumeration, record


@dataclasses.dataclass(frozen=True)
class Field:
    """One member of an object."""

    name: str
    annotation: Any
    required: bool


def typed_dict_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a TypedDict: an object with its members."""

    def build() -> Codec:
        hints = _hints(cls, args)
        fields = [Field(n, hint, _is_required(cls, n, hint)) for n, hint in hints.items()]
        return _object(builder, cls, fields, None)

    return builder.define((cls, args), _shared_name(cls, args), build)


def _is_required(cls: Any, name: str, hint: Any) -> bool:
    # Under PEP 563 __required_keys__ does not know the qualifiers.
    qualifier = getattr(typing.get_origin(hint), "_name", None)
    if qualifier == "ReadOnly":
        return _is_required(cls, name, typing.get_args(hint)[0])
    if qualifier in ("Required", "NotRequired"):
        return bool(qualifier == "Required")
    return name in cls.__required_keys__


def dataclass_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a dataclass: an object with its fields."""

    def build() -> Codec:
        hints = _hints(cls, args)
        fields = [
            Field(
                field.name,
                hints[field.name],
                builder.for_results or _has_no_default(field),
            )
            for field in dataclasses.fields(cls)
            if field.init or builder.for_results
        ]
        return _object(builder, cls, fields, _make(cls))

    return builder.define((cls, args), _shared_name(cls, args), build)


def _has_no_default(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def attrs_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of an attrs class: an object with its fields."""
    import attrs  # the class is made with it, so it is installed

    def build() -> Codec:
        hints = _hints(cls, args)
        fields = [
            Field(
                field.alias or field.name if not builder.for_results else field.name,
                hints.get(field.name, Any),
                builder.for_results or field.default is attrs.NOTHING,
            )
            for field in attrs.fields(cls)
            if field.init or builder.for_results
        ]
        return _object(builder, cls, fields, _make(cls))

    return builder.define((cls, args), _shared_name(cls, args), build)


def _make(cls: Any) -> Decode:
    def make(members: dict[str, Any]) -> Any:
        try:
            return cls(**members)
        except ValueError as error:  # the class checks its own fields
            raise WireError(str(error)) from None

    return make


def _object(builder: CodecBuilder, cls: Any, fields: list[Field], make: Decode | None) -> Codec:
    if any(field.name == TAG for field in fields):
        raise RegistrationError(f"{type_name(cls)} has a field {TAG}, which means a tag")
    codecs = {field.name: _field_codec(builder, cls, field) for field in fields}
    required = [field.name for field in fields if field.required]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: codec.schema for name, codec in codecs.items()},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    decoders = [(name, codec.decode) for name, codec in codecs.items() if codec.decode is not None]
    exacts = {name: codec.fast for name, codec in codecs.items()}
    check = members(exacts, frozenset(required)) if make is None else None
    if builder.for_results and _sends_its_fields(builder, cls):
        check = record(cls, exacts)
    if not decoders and make is None:
        return Codec(schema, fast=check)

    def decode(value: dict[str, Any]) -> Any:
        name = ""
        try:
            for name, decode_member in decoders:
                if name in value:
                    value[name] = decode_member(value[name])
        except WireError as error:
            raise error.inside(name) from None
        return value if make is None else make(value)

    return Codec(
        schema,
        decode,
        tags_only=make is None and all(codec.tags_only for codec in codecs.values()),
        fast=check,
    )


def _sends_its_fields(builder: CodecBuilder, cls: Any) -> bool:
    """Whether instances are sent by their fields and by nothing that they are besides."""
    is_natural = not CLASS_ENCODERS.keys().isdisjoint(cls.__mro__)
    own = is_natural or builder.serializer.has_own_form(cls)
    return dataclasses.is_dataclass(cls) and not own


def _field_codec(builder: CodecBuilder, cls: Any, field: Field) -> Codec:
    try:
        return builder.codec(field.annotation)
    except RegistrationError as error:
        raise RegistrationError(f"field {field.name!r} of {type_name(cls)}: {error}") from None


def named_tuple_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a NamedTuple: an array of its fields."""

    def build() -> Codec:
        hints = _hints(cls, args)
        annotations = [hints.get(name, Any) for name in cls._fields]
        return fixed_array(builder, annotations, lambda values: cls(*values))

    return builder.define((cls, args), _shared_name(cls, args), build)


def enum_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of an Enum: the values of its members."""

    def build() -> Codec:
        members = {member_value(member): member for member in cls}
        for value in members:
            if value is not None and type(value) not in (str, int, bool, float):
                raise RegistrationError(
                    f"{type_name(cls)} has the value {value!r}, which JSON doesn't hold"
                )
        is_text = all(type(value) is str for value in members)
        schema: JsonSchema = {"enum": [*members]}
        own = builder.serializer.has_own_form(cls)
        check = enumeration(cls) if builder.for_results and not own else None
        return Codec(schema, members.__getitem__, tags_only=False, fast=check, is_text=is_text)

    if not len(cls):
        raise RegistrationError(f"{type_name(cls)} has no members")
    return builder.define((cls, args), cls.__name__, build)


def member_value(member: Any) -> Any:
    """Give the plain value of an Enum's member; any other value as it is."""
    if not isinstance(member, Enum):
        return member
    value = member.value
    for plain in (str, int, float):
        if isinstance(value, plain) and type(value) not in (plain, bool):
            return plain(value)
    return value


def _hints(cls: Any, args: Args) -> dict[str, Any]:
    try:
        hints = class_hints(cls)
    except NameError as error:
        raise RegistrationError(f"{type_name(cls)}: {error}") from None
    if not args:
        return hints
    variables = dict(zip(cls.__parameters__, args, strict=False))
    return {name: substitute(hint, variables) for name, hint in hints.items()}


def _shared_name(cls: Any, args: Args) -> str:
    return "_".join([cls.__name__, *map(type_name, args)])
