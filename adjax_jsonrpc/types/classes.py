"""Classes with fields or members → codec: TypedDict, dataclass, attrs, NamedTuple."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any

from .._types import Decode
from ..errors import RegistrationError, WireError
from ..protocol.tags import TAG
from .annotations import class_hints, substitute, type_name
from .builder import Args, CodecBuilder
from .codec import Codec
from .containers import fixed_array
from .encoders import CLASS_ENCODERS
from .fastpath.checks import members
from .fastpath.conversions import record


@dataclasses.dataclass(frozen=True)
class Field:
    """A field of a class: a member of its wire form."""

    name: str
    annotation: Any
    required: bool


def typed_dict_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a TypedDict: an object with its members."""

    def build() -> Codec:
        hints = _hints(cls, args)
        fields = [Field(n, hint, _is_required(cls, n, hint)) for n, hint in hints.items()]
        return _object_codec(builder, cls, fields, None)

    return builder.define((cls, args), _definition_name(cls, args), build)


def _is_required(cls: Any, name: str, hint: Any) -> bool:
    # With annotations in strings (PEP 563), __required_keys__ ignores Required and NotRequired.
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
        return _object_codec(builder, cls, fields, _constructor(cls))

    return builder.define((cls, args), _definition_name(cls, args), build)


def _has_no_default(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def attrs_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of an attrs class: an object with its fields."""
    import attrs  # installed, because the class was created with it

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
        return _object_codec(builder, cls, fields, _constructor(cls))

    return builder.define((cls, args), _definition_name(cls, args), build)


def _constructor(cls: Any) -> Decode:
    def construct(members: dict[str, Any]) -> Any:
        try:
            return cls(**members)
        except ValueError as error:  # from the class, such as in __post_init__
            raise WireError(str(error)) from None

    return construct


def _object_codec(
    builder: CodecBuilder, cls: Any, fields: list[Field], construct: Decode | None
) -> Codec:
    if any(field.name == TAG for field in fields):
        raise RegistrationError(
            f"{type_name(cls)} has a field {TAG!r}: this name is reserved for tags"
        )
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
    checks = {name: codec.fast for name, codec in codecs.items()}
    check = members(checks, frozenset(required)) if construct is None else None
    if builder.for_results and _is_sent_by_fields(builder, cls):
        check = record(cls, checks)
    if not decoders and construct is None:
        return Codec(schema, fast=check)

    def decode(value: dict[str, Any]) -> Any:
        name = ""
        try:
            for name, decode_member in decoders:
                if name in value:
                    value[name] = decode_member(value[name])
        except WireError as error:
            names = [each for each, _ in decoders]
            rest = [(n, d, value[n]) for n, d in decoders[names.index(name) + 1 :] if n in value]
            raise error.inside(name).join(rest) from None
        return value if construct is None else construct(value)

    return Codec(
        schema,
        decode,
        tags_only=construct is None and all(codec.tags_only for codec in codecs.values()),
        fast=check,
    )


def _is_sent_by_fields(builder: CodecBuilder, cls: Any) -> bool:
    """Return whether the serializer sends instances as an object of their dataclass fields.

    Another encoder of one of the bases, such as ``str``, takes precedence.
    """
    has_encoder = not CLASS_ENCODERS.keys().isdisjoint(cls.__mro__)
    has_other_form = has_encoder or builder.serializer.has_own_form(cls)
    return dataclasses.is_dataclass(cls) and not has_other_form


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

    return builder.define((cls, args), _definition_name(cls, args), build)


def _hints(cls: Any, args: Args) -> dict[str, Any]:
    try:
        hints = class_hints(cls)
    except NameError as error:
        raise RegistrationError(f"{type_name(cls)}: {error}") from None
    if not args:
        return hints
    variables = dict(zip(getattr(cls, "__parameters__", ()), args, strict=False))
    return {name: substitute(hint, variables) for name, hint in hints.items()}


def _definition_name(cls: Any, args: Args) -> str:
    return "_".join([cls.__name__, *map(type_name, args)])
