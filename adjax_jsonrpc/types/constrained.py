"""``Annotated`` → codec: the constraints in the schema of each form, or as a check beside it."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, Any, TypeVar, Union

from .._types import Decode
from ..errors import RegistrationError, WireError
from ..schema.keyword_messages import render
from ..schema.validator import validator
from .annotations import alias_value, is_alias, type_name
from .builder import Args, CodecBuilder
from .codec import Codec
from .constrained_type import ConstrainedType
from .constrained_values import ConstrainedValues, members_of
from .constraints import Constraint, Conversion, Schema, is_annotation, split_schema
from .library_constraints import constraints_of
from .value_tests import test_after_conversion


def annotated_codec(builder: CodecBuilder, args: Args) -> Codec:
    """Return the codec of ``Annotated``: that of the type, with the constraints in its schema."""
    return _of_parts(builder, _apply(builder, Annotated[args], [], set()))


def _of_parts(builder: CodecBuilder, codecs: list[Codec]) -> Codec:
    return builder.handlers.any_of(builder, codecs)


def _apply(
    builder: CodecBuilder, annotation: Any, outer: list[Constraint], applied: set[int]
) -> list[Codec]:
    """Return the codecs of the members of an annotation, with constraints.

    Adds the ``id`` of each constraint of ``outer`` that applies to a member to ``applied``.
    """
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return _apply_own(builder, args, outer, applied)
    if not outer:
        return [builder.codec(annotation)]
    if origin in (Union, types.UnionType):
        return [codec for arg in args for codec in _apply(builder, arg, outer, applied)]
    for inner in _meanings(annotation):
        return _apply(builder, inner, outer, applied)
    codec = builder.codec(annotation)
    before, after = _split(outer, for_results=builder.for_results)
    applied.update(id(each) for each in outer if id(each) not in [*map(id, before)])
    members = members_of(annotation, codec)
    leaf: ConstrainedType | ConstrainedValues = (
        ConstrainedType(builder, annotation, codec)
        if members is None
        else ConstrainedValues(builder, annotation, codec, members)
    )
    applied.update(id(each) for each in before if leaf.add(each))
    codec = leaf.codec()
    return [_with_conversions(codec, after) if after else codec]


def _meanings(annotation: Any) -> Iterator[Any]:
    """Yield what a name for another annotation stands for."""
    if hasattr(annotation, "__supertype__"):  # NewType
        yield annotation.__supertype__
    elif is_alias(annotation):
        yield alias_value(annotation)
    elif isinstance(annotation, TypeVar):
        if annotation.__constraints__:
            yield Union[annotation.__constraints__]  # noqa: UP007
        else:
            yield Any if annotation.__bound__ is None else annotation.__bound__


def _apply_own(
    builder: CodecBuilder, args: Args, outer: list[Constraint], applied: set[int]
) -> list[Codec]:
    described: dict[str, Any] = {}
    own: list[Constraint] = []
    for each in constraints_of(args[1:]):
        if isinstance(each, Schema):
            described |= {k: v for k, v in each.keywords.items() if is_annotation(k)}
            own += split_schema(each.keywords)
        else:
            own.append(each)
    own_applied: set[int] = set()
    codecs = _apply(builder, args[0], [*own, *outer], own_applied)
    applied |= own_applied
    for constraint in own:
        if id(constraint) not in own_applied:
            raise RegistrationError(
                f"{_named(constraint)} can't be enforced on {type_name(args[0])}"
            )
    if not described:
        return codecs
    codec = _of_parts(builder, codecs)
    schema = codec.schema if isinstance(codec.schema, dict) else {}
    codec = replace(codec, schema={**schema, **described})
    validator(builder.document(codec.schema))
    return [codec]


def _named(constraint: Constraint) -> str:
    if isinstance(constraint, Schema):
        return ", ".join(constraint.keywords)
    if isinstance(constraint, Conversion):
        return constraint.text
    return constraint.keyword


def _split(
    constraints: list[Constraint], *, for_results: bool
) -> tuple[list[Constraint], list[Constraint]]:
    """Return the constraints before the first conversion, and the others with the conversions.

    A result was converted by the function that returns it.
    """
    if for_results:
        return [each for each in constraints if not isinstance(each, Conversion)], []
    first = next(
        (i for i, each in enumerate(constraints) if isinstance(each, Conversion)), len(constraints)
    )
    return constraints[:first], constraints[first:]


def _with_conversions(codec: Codec, steps: list[Constraint]) -> Codec:
    inner: Decode = codec.decode or (lambda value: value)
    convert: list[Callable[[Any], Any]] = [_converter(each) for each in steps]

    def decode(value: Any) -> Any:
        value = inner(value)
        for step in convert:
            value = step(value)
        return value

    names = None if codec.as_name is None else _with_conversions(codec.as_name, steps)
    return Codec(codec.schema, decode, tags_only=False, as_name=names)


def _converter(constraint: Constraint) -> Callable[[Any], Any]:
    if isinstance(constraint, Conversion):

        def convert(value: Any) -> Any:
            try:
                return constraint.convert(value)
            except (ValueError, AssertionError) as error:
                raise WireError(str(error)) from None

        return convert
    find_problem = test_after_conversion(constraint)

    def check(value: Any) -> Any:
        problem = find_problem(value)
        if problem is not None:
            raise WireError(render(problem.message))
        return value

    return check
