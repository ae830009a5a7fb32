"""Metadata of annotated-types, pydantic and msgspec → constraints.

The objects are recognized by their module and class, so that no library has to be imported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

from .._messages import gettext_noop
from ..errors import RegistrationError
from .constraints import Bound, Constraint, Conversion, Length, Schema, Test
from .digits import digit_tests

_BOUNDS = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
    "multiple_of": "multipleOf",
}
_LENGTHS = ("min_length", "max_length")
_DESCRIPTIONS = ("title", "description", "examples", "deprecated")
_CONVERSIONS: dict[str, Callable[[str], str]] = {
    "strip_whitespace": str.strip,
    "to_lower": str.lower,
    "to_upper": str.upper,
}
_WITHOUT_EFFECT = frozenset(
    ["strict", "allow_inf_nan", "union_mode", "fail_fast"]  # names of options
)
_CLASSES_WITHOUT_EFFECT = frozenset(["Strict", "AllowInfNan", "FailFast", "Discriminator", "Tag"])
"""Names of pydantic for what is so without them: JSON has one form for each value here."""


def constraints_of(metadata: Iterable[Any]) -> list[Constraint]:
    """Return the constraints in the metadata of ``Annotated``, in their order.

    Metadata that constrains nothing is ignored. Raises ``RegistrationError`` for a constraint of
    one of the libraries that can't be enforced.
    """
    return [constraint for each in metadata for constraint in _constraints(each)]


def _constraints(metadata: Any) -> Iterator[Constraint]:
    if isinstance(metadata, Schema):
        yield metadata
        return
    library = type(metadata).__module__.partition(".")[0]
    name = type(metadata).__name__
    if library == "annotated_types" and name in _FROM_ANNOTATED_TYPES:
        yield from _FROM_ANNOTATED_TYPES[name](metadata)
    elif library == "msgspec" and name == "Meta":
        yield from _from_msgspec(metadata)
    elif library == "pydantic":
        yield from _from_pydantic(metadata, name)
    elif getattr(metadata, "__is_annotated_types_grouped_metadata__", False):
        yield from constraints_of(metadata)
    elif library == "annotated_types":
        raise _unsupported(metadata)


def _unsupported(metadata: Any) -> RegistrationError:
    return RegistrationError(
        f"{metadata!r} can't be enforced: remove it, or use Schema(…) or a Predicate of "
        "annotated-types"
    )


def _limits(metadata: Any) -> Iterator[Constraint]:
    for attribute, keyword in _BOUNDS.items():
        limit = getattr(metadata, attribute, None)
        if limit is not None:
            yield Bound(keyword, limit)
    for attribute in _LENGTHS:
        limit = getattr(metadata, attribute, None)
        if limit is not None and (attribute, limit) != ("min_length", 0):
            yield Length(attribute, limit)


def _pattern(pattern: str | re.Pattern[str]) -> Schema:
    if isinstance(pattern, str):
        return Schema(pattern=pattern)
    if not isinstance(pattern.pattern, str) or pattern.flags != re.UNICODE:
        raise RegistrationError(f"{pattern!r} can't be enforced: JSON Schema has no flags")
    return Schema(pattern=pattern.pattern)


def function_name(function: Any) -> str:
    """Return a short name for a function, for errors."""
    return getattr(function, "__qualname__", None) or repr(function)


def _predicate(metadata: Any) -> Iterator[Constraint]:
    function = metadata.func
    inverted = type(function).__module__ == "annotated_types" and hasattr(function, "func")
    name = f"not {function_name(function.func)}" if inverted else function_name(function)
    yield Test("predicate", f"must satisfy {name}", function)


_WITH_ZONE = (datetime, time)
_AWARE = Test(
    "timezone", gettext_noop("needs a time zone offset"), lambda v: v.tzinfo is not None, _WITH_ZONE
)
_NAIVE = Test(
    "timezone",
    gettext_noop("must have no time zone offset"),
    lambda v: v.tzinfo is None,
    _WITH_ZONE,
)


def _time_zone(metadata: Any) -> Iterator[Constraint]:
    zone = metadata.tz
    if zone is None:
        yield _NAIVE
    elif zone is Ellipsis:
        yield _AWARE
    elif isinstance(zone, timezone):
        offset = zone.utcoffset(None)
        yield Test("timezone", f"needs the offset of {zone}", _has_offset(offset), _WITH_ZONE)
    else:
        raise RegistrationError(
            f"{metadata!r} can't be enforced: a datetime has an offset on the wire, and no name "
            "of a time zone"
        )


def _has_offset(offset: timedelta) -> Callable[[Any], bool]:
    return lambda value: bool(value.utcoffset() == offset)


def _nothing(metadata: Any) -> Iterator[Constraint]:
    return iter(())


_FROM_ANNOTATED_TYPES: dict[str, Callable[[Any], Iterator[Constraint]]] = {
    **dict.fromkeys(("Gt", "Ge", "Lt", "Le", "Interval", "MultipleOf"), _limits),
    **dict.fromkeys(("MinLen", "MaxLen", "Len"), _limits),
    **dict.fromkeys(("Unit", "DocInfo"), _nothing),
    "Predicate": _predicate,
    "Timezone": _time_zone,
}


def _descriptions(metadata: Any) -> Iterator[Constraint]:
    found = {name: getattr(metadata, name, None) for name in _DESCRIPTIONS}
    keywords = {name: value for name, value in found.items() if value}
    if "deprecated" in keywords:
        keywords["deprecated"] = True
    if keywords:
        yield Schema(**keywords)


def _from_msgspec(meta: Any) -> Iterator[Constraint]:
    yield from _limits(meta)
    if meta.pattern is not None:
        yield _pattern(meta.pattern)
    if meta.tz is not None:
        yield _AWARE if meta.tz else _NAIVE
    yield from _descriptions(meta)
    if meta.extra_json_schema:
        yield Schema(**meta.extra_json_schema)


def _from_pydantic(metadata: Any, name: str) -> Iterator[Constraint]:
    if name in _CLASSES_WITHOUT_EFFECT:
        return
    if name == "FieldInfo":
        _refuse_options(metadata)
        yield from constraints_of(metadata.metadata)
        yield from _descriptions(metadata)
    elif name == "_PydanticGeneralMetadata":
        yield from _from_general(metadata, vars(metadata))
    elif name == "StringConstraints":
        yield from _from_general(metadata, {n: getattr(metadata, n, None) for n in _OF_STRINGS})
        yield from _limits(metadata)
    elif name == "UuidVersion":
        version = metadata.uuid_version
        text = f"needs a UUID of version {version}"
        yield Test("version", text, lambda value: bool(value.version == version), (UUID,))
    elif name == "AfterValidator":
        yield Conversion(function_name(metadata.func), _one_argument(metadata))
    else:
        raise _unsupported(metadata)


def _refuse_options(field: Any) -> None:
    """Refuse what a ``Field`` says about a member of a model only."""
    for option in ("alias", "validation_alias", "serialization_alias", "default_factory"):
        if getattr(field, option, None) is not None:
            raise RegistrationError(
                f"Field({option}=…) has a meaning in models only: rename the parameter, or give "
                "it a default as Python does"
            )
    if type(field.default).__name__ != "PydanticUndefinedType":
        raise RegistrationError(
            f"Field(default={field.default!r}) has a meaning in models only: give the parameter "
            "a default as Python does"
        )


_OF_STRINGS = (*_CONVERSIONS, "pattern", "ascii_only")


def _from_general(metadata: Any, options: Mapping[str, Any]) -> Iterator[Constraint]:
    for name, convert in _CONVERSIONS.items():
        if options.get(name):
            yield Conversion(name, convert)
    for name, value in options.items():
        if value is None or value is False or name in _CONVERSIONS or name in _WITHOUT_EFFECT:
            continue
        if name == "pattern":
            yield _pattern(value)
        elif name == "ascii_only":
            yield Test("pattern", "must contain only ASCII characters", str.isascii, (str,))
        elif name not in ("max_digits", "decimal_places"):
            raise _unsupported(metadata)
    yield from digit_tests(options.get("max_digits"), options.get("decimal_places"))


def _one_argument(validator: Any) -> Callable[[Any], Any]:
    try:
        parameters = validator.func.__code__.co_argcount - hasattr(validator.func, "__self__")
    except AttributeError:  # a class, or a function written in C
        parameters = 1
    if parameters > 1:
        raise RegistrationError(
            f"{validator!r} can't be enforced: outside of a model there is no ValidationInfo"
        )
    convert: Callable[[Any], Any] = validator.func
    return convert
