"""TypedDict and NamedTuple → codec."""

from __future__ import annotations

import typing
from typing import Any

from ..errors import RegistrationError, WireError
from ..protocol.tags import TAG
from . import sending
from .annotations import member_hints, type_name
from .builder import Args, CodecBuilder
from .codec import Codec
from .containers import fixed_array
from .fastpath.checks import members
from .models.fields import field_codec
from .models.results import send_members


def typed_dict_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a TypedDict: an object with its members."""

    def build() -> Codec:
        members = typed_dict_members(cls, args)
        codecs = {name: field_codec(builder, cls, name, hint) for name, hint, _ in members}
        return _object_codec(codecs, [name for name, _, required in members if required])

    return builder.define((cls, args), _definition_name(cls, args), build)


def typed_dict_members(cls: Any, args: Args) -> list[tuple[str, Any, bool]]:
    """Return the members of a TypedDict: name, annotation, and whether it is required."""
    hints = _hints(cls, args)
    if TAG in hints:
        raise RegistrationError(
            f"{type_name(cls)} has a field {TAG!r}: this name is reserved for tags"
        )
    return [(name, hint, _is_required(cls, name, hint)) for name, hint in hints.items()]


def _is_required(cls: Any, name: str, hint: Any) -> bool:
    # With annotations in strings (PEP 563), __required_keys__ ignores Required and NotRequired.
    qualifier = getattr(typing.get_origin(hint), "_name", None)
    if qualifier == "ReadOnly":
        return _is_required(cls, name, typing.get_args(hint)[0])
    if qualifier in ("Required", "NotRequired"):
        return bool(qualifier == "Required")
    return name in cls.__required_keys__


def _object_codec(codecs: dict[str, Codec], required: list[str]) -> Codec:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: codec.schema for name, codec in codecs.items()},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    decoders = [(name, codec.decode) for name, codec in codecs.items() if codec.decode is not None]
    check = members({name: codec.fast for name, codec in codecs.items()}, frozenset(required))
    if not decoders:
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
        return value

    senders = {name: codec.send for name, codec in codecs.items() if codec.send is not None}
    return Codec(
        schema,
        decode,
        tags_only=all(codec.tags_only for codec in codecs.values()),
        fast=check,
        send=_sender(senders) if senders else None,
    )


def _sender(senders: dict[str, sending.Sender]) -> sending.Sender:
    return sending.Sender(
        lambda value: sending.EXACT * isinstance(value, dict),
        lambda value: send_members(dict(value), senders),
    )


def named_tuple_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a NamedTuple: an array of its fields."""

    def build() -> Codec:
        hints = _hints(cls, args)
        annotations = [hints.get(name, Any) for name in cls._fields]
        required = len(annotations) - (0 if builder.for_results else len(cls._field_defaults))
        return fixed_array(builder, annotations, lambda values: cls(*values), required)

    return builder.define((cls, args), _definition_name(cls, args), build)


def _hints(cls: Any, args: Args) -> dict[str, Any]:
    try:
        return member_hints(cls, args)
    except NameError as error:
        raise RegistrationError(f"{type_name(cls)}: {error}") from None


def _definition_name(cls: Any, args: Args) -> str:
    return "_".join([type_name(cls), *map(type_name, args)])
