"""Models in results: the schema of their members, and what is sent instead of an instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..._types import JsonSchema
from ...errors import WireError
from ...protocol.tags import TAG
from ...schema.json_types import accepted_json_types
from .. import sending
from ..annotations import type_name
from ..builder import CodecBuilder
from ..builtin_tags import BUILT_IN
from ..codec import Codec
from ..encoders import CLASS_ENCODERS
from ..fastpath.conversions import namespace, record
from ..sending import Sender
from .description import Field, Model
from .fields import field_codec
from .library_schemas import embedded


def result_codec(builder: CodecBuilder, model: Model) -> Codec:
    """Return the codec of a model in results."""
    if not _is_sent_by_fields(builder, model.cls):
        codecs = [_sent_codec(builder, model, field) for field, _ in model.sent]
        return _as_object(model, codecs, None, None)
    if model.own_schema is not None:
        schema = embedded(builder, model.cls, model.own_schema())
        return Codec(schema, send=_sender(model, {}))
    codecs = [_sent_codec(builder, model, field) for field, _ in model.sent]
    if model.is_root:
        (codec,) = codecs
        return Codec(codec.schema, send=_root_sender(model, codec.send))
    by_name = dict(zip((name for _, name in model.sent), codecs, strict=True))
    senders = {name: codec.send for name, codec in by_name.items() if codec.send is not None}
    check = None
    if model.has_plain_members and model.others != "kept" and not model.is_array:
        attributes = {name: field.name for field, name in model.sent}
        checks = {name: codec.fast for name, codec in by_name.items()}
        constant = () if model.constant is None else (model.constant,)
        if model.has_dict and all(name == own for name, own in attributes.items()):
            check = namespace(model.cls, checks)
        else:
            check = record(model.cls, checks, attributes, dict(constant))
    others = builder.codec(model.others_annotation).schema if model.others == "kept" else False
    return _as_object(model, codecs, check, _sender(model, senders), others)


def _sent_codec(builder: CodecBuilder, model: Model, field: Field) -> Codec:
    if field.result_schema is not None:
        return Codec(embedded(builder, (model.cls, field.name), field.result_schema()))
    codec = field_codec(builder, model.cls, field.name, field.annotation_in_results)
    if field.default is None and not _accepts_null(codec.schema, builder):  # a: int = None
        codec = builder.handlers.any_of(builder, [codec, builder.codec(None)])
    if not field.keywords:
        return codec
    schema = codec.schema if isinstance(codec.schema, dict) else {}
    return replace(codec, schema={**schema, **field.keywords})


def _accepts_null(schema: JsonSchema, builder: CodecBuilder) -> bool:
    return schema is True or "null" in accepted_json_types(schema, builder.defs)


def _as_object(
    model: Model,
    codecs: list[Codec],
    check: Any,
    send: Sender | None,
    others: JsonSchema = False,
) -> Codec:
    schemas = [codec.schema for codec in codecs]
    names = [name for _, name in model.sent]
    required = [name for field, name in model.sent if field.always_sent]
    if model.is_array:
        constant = [] if model.constant is None else [{"const": model.constant[1]}]
        items = [*constant, *schemas]
        schema: dict[str, Any] = {
            "type": "array",
            "prefixItems": items,
            "items": False,
            "minItems": len(items),
        }
        return Codec(schema, send=send)
    properties: dict[str, JsonSchema] = dict(zip(names, schemas, strict=True))
    if model.constant is not None:
        properties = {model.constant[0]: {"const": model.constant[1]}, **properties}
        required.insert(0, model.constant[0])
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if others is not False:
        del schema["additionalProperties"]
        if others is not True:
            schema["additionalProperties"] = others
        properties[TAG] = False
    if required:
        schema["required"] = required
    return Codec(schema, send=send, fast=check)


def _sender(model: Model, senders: dict[str, Sender]) -> Sender:
    cls = model.cls
    positions = [name for _, name in model.sent]
    if model.constant is not None:
        positions.insert(0, model.constant[0])

    def convert(value: Any) -> Any:
        if isinstance(value, dict):
            return send_members(dict(value), senders) if senders else value
        if not isinstance(value, cls):
            value = _from_attributes(model, value)
        if type(value) is cls and not senders:
            return value
        form = model.form(value)
        if not senders:
            return form
        if not model.is_array:
            return send_members(form, senders)
        by_position = dict(zip(positions, form, strict=True))
        return [*send_members(by_position, senders).values()]

    return Sender(_rank(model, accepts_dict=bool(senders)), convert)


def _rank(model: Model, *, accepts_dict: bool) -> Callable[[Any], int]:
    def rank(value: Any) -> int:
        found = sending.rank_of(model.cls, value)
        if found or isinstance(value, dict):
            return found or sending.CONVERTIBLE * accepts_dict
        convertible = model.from_attributes is not None
        return sending.CONVERTIBLE * (convertible and not isinstance(value, _NEVER_CONVERTED))

    return rank


_NEVER_CONVERTED = tuple(
    {*sending.PLAIN_CLASSES, *CLASS_ENCODERS, *(each.cls for each in BUILT_IN if each.cls)}
)
"""Classes of values that are sent as themselves. Another branch of a union describes them."""


def send_members(members: dict[str, Any], senders: dict[str, Sender]) -> dict[str, Any]:
    """Return members with the values that are sent instead. ``members`` is changed."""
    name = ""
    try:
        for name, send in senders.items():
            if name in members:
                members[name] = send(members[name])
    except WireError as error:
        raise error.inside(name) from None
    return members


def _from_attributes(model: Model, value: Any) -> Any:
    try:
        return model.from_attributes(value) if model.from_attributes is not None else value
    except ValueError as error:
        raise WireError(f"no {type_name(model.cls)} can be made of it: {error}") from None


def _root_sender(model: Model, send: Sender | None) -> Sender:
    def convert(value: Any) -> Any:
        root = value.root if isinstance(value, model.cls) else value
        return root if send is None else send(root)

    def rank(value: Any) -> int:
        return sending.rank_of(model.cls, value) or (0 if send is None else send.rank(value))

    return Sender(rank, convert)


def _is_sent_by_fields(builder: CodecBuilder, cls: Any) -> bool:
    """Return whether the serializer sends instances by their fields.

    Another encoder of one of the bases, such as ``str``, takes precedence.
    """
    return CLASS_ENCODERS.keys().isdisjoint(cls.__mro__) and not builder.serializer.has_own_form(
        cls
    )
