"""Unions, ``Literal`` and ``Annotated`` → codec."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from .._types import Decode, JsonSchema
from ..errors import RegistrationError
from ..protocol.tags import TAG
from ..schema.json_types import (
    ANY_TYPE,
    accepted_json_types,
    json_type_of,
    member_names,
    object_test,
)
from ..schema.validator import validator
from ..schema.verdicts import Memo, PreparedSchema, Verdicts, accepts, verdicts
from . import sending
from .builder import Args, CodecBuilder
from .codec import Codec
from .enums import member_value, names_of_integers
from .fastpath import checks
from .scalars import LARGE_AS_FLOAT
from .value_schemas import is_large_integer, value_decoder, value_schema


def literal_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of ``Literal``: one of its values."""
    if not args:
        raise RegistrationError("Literal[()] can't be served: no value is one of none")
    values = [member_value(arg) for arg in args]
    for value in values:
        if value is not None and type(value) not in (str, int, bool):
            raise RegistrationError(f"Literal[{value!r}] can't be served: JSON has no such value")
    is_text = all(type(value) is str for value in values)
    schema = value_schema(values)
    if schema == {"enum": values[:1]}:
        schema = {"const": values[0]}
    if all(
        arg is value and type(value) is not int for arg, value in zip(args, values, strict=True)
    ):
        return Codec(schema, is_text=is_text)
    table = {(type(value) is bool, value): arg for arg, value in zip(args, values, strict=True)}
    decode = value_decoder(values, lambda v: table[(type(v) is bool, v)])
    names = names_of_integers(values, table)
    send = sending.unchanged(filter(is_large_integer, values)) if builder.for_results else None
    return Codec(schema, decode, tags_only=False, is_text=is_text, as_name=names, send=send)


def any_of(builder: CodecBuilder, codecs: list[Codec]) -> Codec:
    """Return the codec of a union. The first branch that accepts a value decodes it."""
    if len(codecs) == 1:
        return codecs[0]
    schema: JsonSchema = {"anyOf": [codec.schema for codec in codecs]}
    check = checks.either([codec.fast for codec in codecs])
    has_integers = any(_accepts_integers(codec.schema) for codec in codecs)
    send = sending.either(
        codec.send for codec in codecs if not (has_integers and codec.send is LARGE_AS_FLOAT)
    )
    if all(codec.decode is None for codec in codecs):
        return Codec(schema, fast=check, send=send)
    decode = _UnionDecoder(builder, codecs)
    names = [codec.as_name for codec in codecs if codec.as_name is not None]
    return Codec(
        schema,
        decode,
        tags_only=all(codec.tags_only for codec in codecs),
        fast=check,
        send=send,
        is_salted=all(codec.is_salted or codec.is_text for codec in codecs),
        as_name=any_of(builder, names) if names else None,
    )


class _UnionDecoder:
    """Decodes a value of a union by the first branch whose schema accepts the value.

    If only one branch is left that may accept the value, the value is not validated: in a recursive
    type, each level would be validated once more for each level above. If several are left there,
    ``Verdicts`` validates each level once.
    """

    def __init__(self, builder: CodecBuilder, codecs: list[Codec]) -> None:
        # float comes last: in int | float, a JSON integer is an int.
        self._codecs = sorted(codecs, key=_is_float)
        self._plain_types = {
            cls
            for cls, name in ((type(None), "null"), (bool, "boolean"), (float, "number"))
            if any(codec.schema == {"type": name} for codec in codecs)
        }
        self._builder = builder
        self._verdicts = Verdicts(builder.defs)
        self._branches: list[_Branch] = []
        self._recursive: list[PreparedSchema] = []
        self._decoders: dict[Any, Decode] = {}
        self._memo = threading.local()

    def __call__(self, value: Any) -> Any:
        cls = type(value)
        if cls in self._plain_types:
            return value
        key = json_type_of(value) if cls is dict and TAG in value else cls
        decode = self._decoders.get(key) or self._decoder_for(key, value)
        return decode(value)

    def _decoder_for(self, key: Any, value: Any) -> Decode:
        """Return what decodes values with the tag or JSON type of ``value``."""
        if not self._branches:  # not before the first call: then the $defs are complete
            self._recursive = self._verdicts.prepare_recursive(c.schema for c in self._codecs)
            self._branches = [_Branch(self._builder, self._verdicts, c) for c in self._codecs]
        json_type = json_type_of(value)
        branches = [
            each
            for each in self._branches
            if json_type in each.json_types or ANY_TYPE in each.json_types
        ]
        if len(branches) == 1:
            decode = branches[0].decode
        elif type(value) is dict:
            decode = partial(self._decode_object, _selector(branches))
        else:
            decode = partial(self._decode_by, branches)
        if len(self._decoders) < _MAX_DECODERS:  # a caller chooses the name of a tag
            self._decoders[key] = decode
        return decode

    def _decode_object(self, select: _Selector, value: dict[str, Any]) -> Any:
        return self._decode_by(select(value), value)

    def _decode_by(self, branches: list[_Branch], value: Any) -> Any:
        if not branches:
            return value
        if any(each.prepared is not None for each in branches[:-1]):
            return self._decode_recursive(branches, value)
        for branch in branches[:-1]:
            if branch.accepts(value):
                return branch.decode(value)
        return branches[-1].decode(value)

    def _decode_recursive(self, branches: list[_Branch], value: Any) -> Any:
        memo: Memo | None = getattr(self._memo, "verdicts", None)
        is_outermost = memo is None
        if memo is None:
            memo = self._memo.verdicts = verdicts(self._recursive, value)
        try:
            for branch in branches[:-1]:
                if branch.prepared is None:
                    is_accepted = branch.accepts(value)
                else:
                    is_accepted = accepts(branch.prepared, value, memo)
                if is_accepted:
                    return branch.decode(value)
            return branches[-1].decode(value)
        finally:
            if is_outermost:
                del self._memo.verdicts


_MAX_DECODERS = 64


class _Branch:
    """A branch of a union.

    ``names`` are the members that an object may have, ``None`` for any. ``may_accept`` is a quick
    test of an object. ``prepared`` is the schema if it is recursive.
    """

    def __init__(self, builder: CodecBuilder, verdicts: Verdicts, codec: Codec) -> None:
        self.schema = codec.schema
        self.decode = codec.decode or _unchanged
        self.json_types = accepted_json_types(codec.schema, builder.defs)
        self.names = member_names(codec.schema, builder.defs)
        self.may_accept = object_test(codec.schema, builder.defs)
        is_recursive = verdicts.is_recursive(codec.schema)
        self.prepared = verdicts.prepare(codec.schema) if is_recursive else None
        self.accepts: Callable[[Any], bool] = self._compile_and_accept
        self._builder = builder

    def _compile_and_accept(self, value: Any) -> bool:
        self.accepts = validator(self._builder.document(self.schema))
        return self.accepts(value)


_Selector: TypeAlias = "Callable[[dict[str, Any]], list[_Branch]]"


def _selector(branches: list[_Branch]) -> _Selector:
    """Return the function that selects the branches that may accept an object.

    Of many branches most are left out by the names of the object's members.
    """
    masks: dict[str, int] = {}  # bit n of a name: it may be a member in branch n
    others = 0
    for index, branch in enumerate(branches):
        for name in branch.names or ():
            masks[name] = masks.get(name, 0) | 1 << index
        others |= (branch.names is None) << index

    def select(value: dict[str, Any]) -> list[_Branch]:
        mask = -1
        for name in value:
            mask &= masks.get(name, 0) | others
        return [
            branch
            for index, branch in enumerate(branches)
            if mask >> index & 1 and branch.may_accept(value)
        ]

    return select


def _unchanged(value: Any) -> Any:
    return value


def _accepts_integers(schema: JsonSchema) -> bool:
    if not isinstance(schema, dict):
        return schema
    return schema.get("type") == "integer" or any(map(_accepts_integers, schema.get("anyOf", ())))


def _is_float(codec: Codec) -> bool:
    return isinstance(codec.schema, dict) and codec.schema.get("type") == "number"


def union_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of ``Union``, ``Optional`` and ``X | Y``."""
    return any_of(builder, [builder.codec(arg) for arg in args])
