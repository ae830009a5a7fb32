"""Constraints of an Enum or a ``Literal``: those of its values that obey them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, Flag
from typing import Any, Literal, get_args, get_origin

from ..errors import RegistrationError
from ..schema.json_types import json_type_of
from ..schema.subschemas import tag_of
from .annotations import type_name
from .builder import CodecBuilder
from .codec import Codec
from .constraints import Bound, Constraint, Length, Schema, Test, json_types_of
from .value_schemas import value_schema
from .value_tests import test_after_conversion


class ConstrainedValues:
    """An Enum or a ``Literal``, and its constraints."""

    def __init__(
        self, builder: CodecBuilder, annotation: Any, codec: Codec, members: list[Any]
    ) -> None:
        self._builder = builder
        self._annotation = annotation
        self._codec = codec
        self._members = members
        self._count = len(members)

    def add(self, constraint: Constraint) -> bool:
        """Add a constraint. Returns whether it applies to one of the values."""
        applies = _applicability(constraint)
        if not any(applies(self._sent(member)) for member in self._members):
            return False
        test = test_after_conversion(constraint)
        of_members = isinstance(constraint, Test)
        self._members = [
            member
            for member in self._members
            if not applies(self._sent(member))
            or test(member if of_members else self._sent(member)) is None
        ]
        return True

    def _sent(self, member: Any) -> Any:
        return self._builder.serializer.to_wire(member)

    def codec(self) -> Codec:
        """Return the codec with the constraints. Raises ``RegistrationError``."""
        if not self._members:
            raise RegistrationError(
                f"no value of {type_name(self._annotation)} obeys its constraints"
            )
        if len(self._members) == self._count:
            return self._codec
        values = [self._sent(member) for member in self._members]
        schema = value_schema(values)
        return replace(self._codec, schema=schema, fast=None, as_name=self._names())

    def _names(self) -> Codec | None:
        """Return the codec of names in a plain object that stand for the members."""
        names = self._codec.as_name
        if names is None or names.decode is None or not isinstance(names.schema, dict):
            return None
        kept = [name for name in names.schema["enum"] if names.decode(name) in self._members]
        return replace(names, schema={"enum": kept})


def members_of(annotation: Any, codec: Codec) -> list[Any] | None:
    """Return the members of an Enum, or the values of a ``Literal``; ``None`` for other types."""
    if get_origin(annotation) is Literal:
        return [*get_args(annotation)]
    is_enum = isinstance(annotation, type) and issubclass(annotation, Enum)
    is_enum = is_enum and not issubclass(annotation, Flag)
    return [*annotation] if is_enum and not tag_of(codec.schema) else None


def _applicability(constraint: Constraint) -> Callable[[Any], bool]:
    """Return the function that tells whether a constraint limits a value."""
    if isinstance(constraint, Bound):
        return lambda value: type(value) in (int, float)
    if isinstance(constraint, Length):
        return lambda value: type(value) is str
    if isinstance(constraint, Schema):
        types = json_types_of(next(iter(constraint.keywords)))
        return lambda value: not types or json_type_of(value) in types
    return lambda value: True
