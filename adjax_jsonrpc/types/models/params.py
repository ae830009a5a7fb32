"""Models in params: the schema of their members, and how an instance is made of them."""

from __future__ import annotations

from dataclasses import replace
from inspect import isabstract, signature
from itertools import combinations
from typing import Any

from ..._types import Decode, JsonSchema
from ...errors import RegistrationError, WireError
from ...protocol.tags import TAG
from ..annotations import type_name
from ..builder import CodecBuilder
from ..codec import Codec
from .description import MISSING, Field, Model
from .fields import field_codec
from .library_schemas import embedded
from .pydantic_calls import is_pydantic_model
from .pydantic_fast import with_fast_path
from .wire_errors import joined


def params_codec(builder: CodecBuilder, model: Model) -> Codec:
    """Return the codec of a model in params."""
    _check_constructor(model)
    fields = [each for each in model.fields if each.accepts]
    codecs = {each.name: _field_codec(builder, model, each) for each in fields}
    if model.is_root:
        return _root_codec(codecs[fields[0].name], model)
    if model.is_array:
        return _array_codec(model, [(each, codecs[each.name]) for each in fields])
    properties: dict[str, JsonSchema] = {}
    if model.constant is not None:
        properties[model.constant[0]] = {"const": model.constant[1]}
    for each in fields:
        properties |= dict.fromkeys(each.accepts, codecs[each.name].schema)
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    others = builder.codec(model.others_annotation)
    if model.others == "refused":
        schema["additionalProperties"] = False
    else:
        properties[TAG] = False
        if model.others == "kept" and others.schema is not True:
            schema["additionalProperties"] = others.schema
    _add_required(schema, model, fields)
    decoders = {name: codecs[each.name].decode for each in fields for name in each.accepts}
    decode_other = others.decode if model.others == "kept" else None
    decode = _object_decoder(model, decoders, decode_other)
    codec = Codec(schema, decode, tags_only=False)
    return with_fast_path(builder, model.cls, codec) if is_pydantic_model(model.cls) else codec


def _check_constructor(model: Model) -> None:
    """Raise ``RegistrationError`` for a class that can't be called with its fields."""
    if isabstract(model.cls):
        raise RegistrationError(f"{type_name(model.cls)} is abstract: annotate a class that is not")
    if not model.is_called:
        return
    try:
        signature(model.cls).bind(
            **{each.accepts[0]: None for each in model.fields if each.accepts}
        )
    except TypeError as error:
        raise RegistrationError(
            f"{type_name(model.cls)} can't be made of its fields: {error} of __init__"
        ) from None


def _field_codec(builder: CodecBuilder, model: Model, field: Field) -> Codec:
    if field.params_schema is not None:
        key = (model.cls, field.name)
        codec = Codec(embedded(builder, key, field.params_schema()))
    else:
        codec = field_codec(builder, model.cls, field.name, field.annotation)
    keywords = dict(field.keywords)
    if field.default is not MISSING and builder.serializer.sends_as_it_is(field.default):
        keywords["default"] = field.default
    if not keywords:
        return codec
    schema = {**(codec.schema if isinstance(codec.schema, dict) else {}), **keywords}
    if codec.decode is not None:
        builder.decoders[id(schema)] = schema, codec.decode
    return replace(codec, schema=schema)


def _add_required(schema: dict[str, Any], model: Model, fields: list[Field]) -> None:
    required = [each.accepts[0] for each in fields if each.required and len(each.accepts) == 1]
    if model.constant is not None:
        required.insert(0, model.constant[0])
    if required:
        schema["required"] = required
    conditions: list[JsonSchema] = []
    for each in fields:
        if each.required and len(each.accepts) > 1:
            conditions.append({"anyOf": [_with_members(name) for name in each.accepts]})
        if model.others == "refused":  # a second name is a further member
            pairs = combinations(each.accepts, 2)
            conditions += [{"not": _with_members(*pair)} for pair in pairs]
    if conditions:
        schema["allOf"] = conditions


def _with_members(*names: str) -> JsonSchema:
    # Without "properties", ajv in strict mode and the export of TypeScript know no such member.
    return {"properties": dict.fromkeys(names, True), "required": [*names]}


def _object_decoder(
    model: Model, decoders: dict[str, Decode | None], decode_other: Decode | None
) -> Decode:
    keeps_others = model.others == "kept"
    constant = None if model.constant is None else model.constant[0]

    def decode(value: dict[str, Any]) -> Any:
        members: dict[str, Any] = {}
        errors: list[WireError] = []
        for name, item in value.items():
            if name in decoders:
                decode_member = decoders[name]
            elif keeps_others:
                decode_member = decode_other
            else:
                continue
            try:
                members[name] = item if decode_member is None else decode_member(item)
            except WireError as error:
                errors.append(error.inside(name))
        if constant is not None:
            members.pop(constant, None)
        if errors:
            raise joined(errors)
        return model.construct(members)

    return decode


def _array_codec(model: Model, fields: list[tuple[Field, Codec]]) -> Codec:
    items: list[JsonSchema] = [codec.schema for _, codec in fields]
    required = sum(each.required for each, _ in fields)
    skipped = 0
    if model.constant is not None:
        items.insert(0, {"const": model.constant[1]})
        required, skipped = required + 1, 1
    schema: dict[str, Any] = {"type": "array", "prefixItems": items, "minItems": required}
    if model.others == "refused":
        schema["items"] = False

    def decode(values: list[Any]) -> Any:
        members: dict[str, Any] = {}
        errors: list[WireError] = []
        pairs = zip(values[skipped:], fields, strict=False)
        for index, (value, (field, codec)) in enumerate(pairs, skipped):
            try:
                decoded = value if codec.decode is None else codec.decode(value)
                members[field.accepts[0]] = decoded
            except WireError as error:
                errors.append(error.inside(index))
        if errors:
            raise joined(errors)
        return model.construct(members)

    return Codec(schema, decode, tags_only=False)


def _root_codec(root: Codec, model: Model) -> Codec:
    def decode(value: Any) -> Any:
        return model.construct(value if root.decode is None else root.decode(value))

    return Codec(root.schema, decode, tags_only=False)
