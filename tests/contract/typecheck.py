"""Whether a Python value is of an annotation, with all constraints.

Written from the documentation of typing, annotated-types, pydantic, msgspec and attrs; it asks
neither the package nor the validators of these libraries.
"""

from __future__ import annotations

import collections
import collections.abc as abc
import dataclasses
import datetime as dt
import enum
import functools
import inspect
import ipaddress
import math
import pathlib
import re
import sys
import types
import typing
import uuid
import zoneinfo
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ForwardRef, Literal, NamedTuple, TypeVar, Union

import annotated_types as at
import attrs
import msgspec
import pydantic
import typing_extensions as te
from pydantic.fields import FieldInfo

from tests.contract.registered import Money

REQUIRED = object()
UNION_ORIGINS = (Union, types.UnionType)
WRAPPERS = tuple(
    getattr(module, name)
    for module in (typing, te)
    for name in ("Required", "NotRequired", "ReadOnly")
    if hasattr(module, name)
)
LISTS = (list, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable)
FROZEN_SETS = (frozenset, abc.Set)
DICTS = (dict, abc.Mapping, abc.MutableMapping)
SETS = (set, abc.MutableSet)
EXACT = (
    str,
    bytes,
    bool,
    int,
    dt.datetime,
    dt.date,
    dt.time,
    dt.timedelta,
    Decimal,
    uuid.UUID,
    Fraction,
)
EXACT += (complex, ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network)
EXACT += (
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
    zoneinfo.ZoneInfo,
)


class Member(NamedTuple):
    """A field of a class, as its callers see it."""

    name: str
    annotation: Any
    wire_name: str
    default: Any = REQUIRED  # or a function without parameters that makes it


# Annotations


def is_alias_type(annotation: Any) -> bool:
    """Whether this is a ``type`` statement's alias, or what typing_extensions has for it."""
    kinds = {te.TypeAliasType, getattr(typing, "TypeAliasType", te.TypeAliasType)}
    return isinstance(annotation, tuple(kinds))


def resolve(annotation: Any, module: Any = None) -> Any:
    """Follow names, aliases, NewTypes and variables to the type they stand for."""
    while True:
        if isinstance(annotation, (str, ForwardRef)):
            text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
            scope = module or getattr(annotation, "__forward_module__", None)
            annotation = eval(text, vars(_module(scope)))
        elif annotation is None:
            return type(None)
        elif hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif is_alias_type(annotation):
            annotation = annotation.__value__
        elif is_alias_type(typing.get_origin(annotation)):
            alias = typing.get_origin(annotation)
            bound = bind(alias.__type_params__, typing.get_args(annotation))
            annotation = put_in(alias.__value__, bound)
        elif isinstance(annotation, TypeVar):
            if annotation.__constraints__:
                annotation = Union[annotation.__constraints__]
            else:
                default = getattr(annotation, "__default__", None)
                no_default = getattr(typing, "NoDefault", te.NoDefault)
                if default in (None, no_default, te.NoDefault):
                    default = annotation.__bound__
                annotation = Any if default is None else default
        elif typing.get_origin(annotation) in WRAPPERS:
            annotation = typing.get_args(annotation)[0]
        else:
            return annotation


def _module(scope: Any) -> Any:
    if isinstance(scope, str):
        return sys.modules[scope]
    return scope if scope is not None else CURRENT[-1]


CURRENT: list[Any] = [typing]  # the module whose names forward references mean


def bind(parameters: Any, args: Any) -> dict[Any, Any]:
    """Return what each type variable is: its argument, else its default."""
    bound = dict(zip(parameters, args))
    for each in parameters[len(args) :]:
        default = getattr(each, "__default__", None)
        if default not in (None, te.NoDefault, getattr(typing, "NoDefault", te.NoDefault)):
            bound[each] = put_in(default, bound)
    return bound


def put_in(annotation: Any, bound: dict[Any, Any]) -> Any:
    """Replace type variables."""
    if isinstance(annotation, TypeVar):
        return bound.get(annotation, annotation)
    if isinstance(annotation, (str, ForwardRef)):
        return put_in(resolve(annotation), bound)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return Annotated[(put_in(args[0], bound), *annotation.__metadata__)]
    if not args or origin is Literal:
        return annotation
    new = tuple(put_in(each, bound) for each in args)
    if origin in UNION_ORIGINS:
        return Union[new]
    if not getattr(annotation, "__parameters__", ()):
        return annotation
    return origin[new if len(new) > 1 else new[0]]


def split(annotation: Any) -> tuple[Any, list[Any]]:
    """Return the type below all ``Annotated``, and all metadata on it."""
    metadata: list[Any] = []
    annotation = resolve(annotation)
    while typing.get_origin(annotation) is Annotated:
        metadata = [*annotation.__metadata__, *metadata]
        annotation = resolve(typing.get_args(annotation)[0])
    return annotation, list(_flat(metadata))


def _flat(metadata: Any) -> Any:
    for each in metadata:
        if isinstance(each, FieldInfo):
            yield each  # its discriminator
            yield from _flat(each.metadata)
        elif isinstance(each, at.GroupedMetadata):
            yield from _flat(each)
        elif each is not None:
            yield each


# Classes with fields


def _bindings(cls: Any, bound: dict[Any, Any]) -> dict[Any, dict[Any, Any]]:
    found = {cls: bound}
    for base in cls.__dict__.get("__orig_bases__", ()):
        origin = typing.get_origin(base)
        if origin is None and te.is_typeddict(base):
            found |= _bindings(base, {})
        if origin in (None, typing.Generic, typing.Protocol):
            continue
        args = [put_in(each, bound) for each in typing.get_args(base)]
        parameters = origin.__parameters__
        found |= _bindings(origin, bind(parameters, args))
    for base in cls.__bases__:
        if base not in found and hasattr(base, "__annotations__"):
            found |= _bindings(base, {})
    return found


def hints_of(annotation: Any) -> dict[str, Any]:
    """Return the annotations of a class's fields, with its type arguments in them."""
    cls = typing.get_origin(annotation) or annotation
    args = typing.get_args(annotation)
    own = bind(getattr(cls, "__parameters__", ()), args)
    bindings = _bindings(cls, own)
    hints = te.get_type_hints(cls, include_extras=True)
    found: dict[str, Any] = {}
    if te.is_typeddict(cls):  # it has the fields of its bases, but not their classes
        for base, bound in reversed(bindings.items()):
            for name in _own_fields(base):
                hint = te.get_type_hints(base, include_extras=True)[name]
                found[name] = put_in(hint, bound)
        return {name: found[name] for name in hints}
    for base in [*reversed(cls.__mro__), cls]:
        for name in inspect.get_annotations(base):
            if name in hints:
                found[name] = put_in(
                    te.get_type_hints(base, include_extras=True)[name], bindings.get(base, {})
                )
    return found


def _own_fields(cls: Any) -> list[str]:
    """Return the fields that a TypedDict adds to its bases."""
    bases = [typing.get_origin(each) or each for each in cls.__dict__.get("__orig_bases__", ())]
    inherited: dict[str, Any] = {}
    for each in bases:
        if te.is_typeddict(each):
            inherited |= each.__annotations__
    own = cls.__annotations__
    return [name for name in own if name not in inherited or inherited[name] != own[name]]


def is_typed_dict(cls: Any) -> bool:
    return te.is_typeddict(cls)


def is_named_tuple(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")


def is_class_with_fields(annotation: Any) -> bool:
    cls = typing.get_origin(annotation) or annotation
    return isinstance(cls, type) and (
        dataclasses.is_dataclass(cls)
        or attrs.has(cls)
        or issubclass(cls, (msgspec.Struct, pydantic.BaseModel))
        or is_typed_dict(cls)
        or is_named_tuple(cls)
    )


def is_root_model(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, pydantic.RootModel)


def root_of(model: Any) -> Any:
    """Return the annotation of a RootModel's value."""
    return _pydantic_member(model, "root", model.model_fields["root"]).annotation


@functools.lru_cache(None)
def members(annotation: Any) -> list[Member]:
    """Return the fields of a class that callers can set."""
    cls = typing.get_origin(annotation) or annotation
    if issubclass(cls, pydantic.BaseModel):
        return [_pydantic_member(cls, *each) for each in cls.model_fields.items()]
    hints = hints_of(annotation)
    if is_typed_dict(cls):
        optional = cls.__optional_keys__
        return [
            Member(name, hint, name, None if name in optional or _is_optional(hint) else REQUIRED)
            for name, hint in hints.items()
        ]
    if is_named_tuple(cls):
        defaults = cls._field_defaults
        return [Member(n, hints.get(n, Any), n, defaults.get(n, REQUIRED)) for n in cls._fields]
    if issubclass(cls, msgspec.Struct):
        return [
            Member(
                each.name,
                hints[each.name],
                each.encode_name,
                REQUIRED if each.required else each.default,
            )
            for each in msgspec.structs.fields(cls)
        ]
    if attrs.has(cls):
        return [
            Member(
                each.name,
                hints[each.name],
                each.alias,
                REQUIRED if each.default is attrs.NOTHING else each.default,
            )
            for each in attrs.fields(cls)
            if each.init
        ]
    return [
        Member(
            each.name,
            hints[each.name],
            each.name,
            REQUIRED
            if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
            else each.default,
        )
        for each in dataclasses.fields(cls)
        if each.init
    ]


def _is_optional(hint: Any) -> bool:
    """Whether a hint says NotRequired; ``__optional_keys__`` does not know those in strings."""
    return typing.get_origin(hint) in (te.NotRequired, getattr(typing, "NotRequired", None))


def _pydantic_member(cls: Any, name: str, field: FieldInfo) -> Member:
    annotation = field.annotation
    if field.metadata or field.discriminator:
        extra = [*field.metadata]
        if field.discriminator:
            extra.append(pydantic.Field(discriminator=field.discriminator))
        annotation = Annotated[(annotation, *extra)]
    alias = field.validation_alias or field.alias
    if isinstance(alias, pydantic.AliasChoices):
        alias = alias.choices[0]
    wire_name = alias if isinstance(alias, str) else name
    return Member(name, annotation, wire_name, REQUIRED if field.is_required() else field.default)


# Values


def complaint(annotation: Any, value: Any, path: str = "") -> str | None:
    """Say why a value is not of an annotation; return ``None`` for one that is."""
    base, metadata = split(annotation)
    found = _type_complaint(base, value, path)
    if found is not None:
        return found
    for each in metadata:
        broken = broken_constraint(each, value, base)
        if broken:
            return f"{path or '/'}: {value!r} breaks {broken}"
    return None


BY_NAME = [False]  # whether classes of equal names are the same


def _is_of(value: Any, kind: Any) -> bool:
    if type(value) is kind:
        return True
    return BY_NAME[0] and type(value).__name__ == kind.__name__


def _wrong(annotation: Any, value: Any, path: str) -> str:
    return f"{path or '/'}: {value!r} ({type(value).__name__}) is no {annotation}"


def _type_complaint(annotation: Any, value: Any, path: str) -> str | None:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    kind = origin or annotation
    if annotation is Any or annotation is object:
        return None
    if origin in UNION_ORIGINS:
        found = [complaint(each, value, path) for each in args]
        return (
            None if None in found else f"{path or '/'}: no branch: " + " | ".join(map(str, found))
        )
    if origin is Literal:
        same = any(type(each) is type(value) and each == value for each in args)
        return None if same else _wrong(annotation, value, path)
    if annotation is float:
        good = type(value) is float and math.isfinite(value)
        return None if good else _wrong(annotation, value, path)
    if annotation is type(None) or kind in EXACT:
        return None if type(value) is annotation else _wrong(annotation, value, path)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        good = isinstance(value, kind) or _is_of(value, kind)
        return None if good else _wrong(annotation, value, path)
    if isinstance(kind, type) and issubclass(kind, pathlib.PurePath):
        return None if isinstance(value, kind) else _wrong(annotation, value, path)
    if is_root_model(kind):
        if not _is_of(value, kind):
            return _wrong(annotation, value, path)
        return complaint(root_of(kind), value.root, path)
    if is_class_with_fields(annotation):
        return _fields_complaint(annotation, kind, value, path)
    return _container_complaint(annotation, kind, args, value, path)


def _fields_complaint(annotation: Any, kind: Any, value: Any, path: str) -> str | None:
    fields = members(annotation)
    if is_typed_dict(kind):
        if type(value) is not dict:
            return _wrong(annotation, value, path)
        names = {each.name for each in fields}
        if not names.issuperset(value):
            return f"{path or '/'}: {value!r} has other keys than {names}"
        for each in fields:
            if each.name not in value and each.default is REQUIRED:
                return f"{path}/{each.name}: is missing"
    elif not _is_of(value, kind):
        return _wrong(annotation, value, path)
    for each in fields:
        if is_typed_dict(kind):
            if each.name not in value:
                continue
            inner = value[each.name]
        else:
            inner = getattr(value, each.name)
        if each.default is not REQUIRED and inner is each.default:
            continue
        found = complaint(each.annotation, inner, f"{path}/{each.name}")
        if found:
            return found
    fits = getattr(kind, "fits", None)
    if fits is not None and not fits(value):
        return f"{path or '/'}: breaks the validator of {kind.__name__}"
    return None


def _container_complaint(
    annotation: Any, kind: Any, args: Any, value: Any, path: str
) -> str | None:
    def items(inner: Any, values: Any) -> str | None:
        found = (complaint(inner, each, f"{path}/{at}") for at, each in enumerate(values))
        return next((each for each in found if each), None)

    wanted: Any = kind
    for group, real in ((LISTS, list), (SETS, set), (FROZEN_SETS, frozenset), (DICTS, dict)):
        if kind in group:
            wanted = real
    if not isinstance(wanted, type):
        raise NotImplementedError(f"{annotation!r} is unknown to the type checker")
    if not isinstance(value, wanted) if wanted is Money else type(value) is not wanted:
        return _wrong(annotation, value, path)
    if wanted is tuple:
        if annotation is tuple:
            return None
        if len(args) == 2 and args[1] is Ellipsis:
            return items(args[0], value)
        if len(value) != len(args):
            return _wrong(annotation, value, path)
        pairs = zip(args, value, strict=True)
        found = (complaint(a, v, f"{path}/{at}") for at, (a, v) in enumerate(pairs))
        return next((each for each in found if each), None)
    if wanted is collections.Counter:
        return items(args[0], value) if args else None or items(int, value.values())
    if issubclass(wanted, dict):
        return (items(args[0], value) or items(args[1], value.values())) if args else None
    if issubclass(wanted, (list, set, frozenset, collections.deque)):
        return items(args[0], value) if args else None
    return None  # a class that the project has registered; an own one that a subclass fits, too


# Constraints


def _search(pattern: Any, value: str) -> bool:
    """Search as ECMAScript does: ``$`` is the end, never before a last line feed."""
    text = pattern if isinstance(pattern, str) else pattern.pattern
    text = re.sub(r"(?<!\\)\$", r"\\Z", text)
    text = text.replace(r"\w", "[A-Za-z0-9_]").replace(r"\d", "[0-9]")
    return re.search(text, value) is not None


def _multiple(value: Any, of: Any) -> bool:
    if isinstance(value, dt.timedelta):
        return not value % of
    if isinstance(value, Decimal) or isinstance(of, Decimal):
        return not Fraction(value) % Fraction(of)
    if isinstance(value, float) or isinstance(of, float):
        quotient = value / of
        return quotient == math.floor(quotient) if math.isfinite(quotient) else False
    return value % of == 0


def _repeats(items: list[Any]) -> bool:
    return any(
        one == other and isinstance(one, bool) == isinstance(other, bool)
        for at_, one in enumerate(items)
        for other in items[:at_]
    )


def _keyword_broken(keyword: str, wanted: Any, value: Any) -> bool:
    """Whether a value breaks a keyword of JSON Schema that is meant for its kind."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    sized = isinstance(value, (list, tuple, set, frozenset, collections.deque))
    if isinstance(value, enum.Enum):
        return False
    checks: dict[str, Any] = {
        "minimum": lambda: number and value < wanted,
        "maximum": lambda: number and value > wanted,
        "exclusiveMinimum": lambda: number and value <= wanted,
        "exclusiveMaximum": lambda: number and value >= wanted,
        "multipleOf": lambda: number and not _multiple(value, wanted),
        "minLength": lambda: isinstance(value, str) and len(value) < wanted,
        "maxLength": lambda: isinstance(value, str) and len(value) > wanted,
        "pattern": lambda: isinstance(value, str) and not _search(wanted, value),
        "minItems": lambda: sized and len(value) < wanted,
        "maxItems": lambda: sized and len(value) > wanted,
        "uniqueItems": lambda: wanted and isinstance(value, list) and _repeats(value),
        "minProperties": lambda: isinstance(value, dict) and len(value) < wanted,
        "maxProperties": lambda: isinstance(value, dict) and len(value) > wanted,
        "enum": lambda: (
            not any((type(e) is type(value) and e == value) or _num(e, value) for e in wanted)
        ),
        "const": lambda: wanted != value,
    }
    return bool(checks[keyword]()) if keyword in checks else False


def _num(one: Any, other: Any) -> bool:
    numbers = (int, float)
    return type(one) in numbers and type(other) in numbers and one == other


def broken_constraint(constraint: Any, value: Any, base: Any = None) -> str | None:
    """Say which constraint a value breaks, of an object in ``Annotated``."""
    if isinstance(constraint, msgspec.Meta):
        return _broken_attributes(constraint, value)
    keywords = getattr(constraint, "keywords", None)
    if type(constraint).__name__ == "Schema" and isinstance(keywords, dict):
        broken = [name for name, wanted in keywords.items() if _keyword_broken(name, wanted, value)]
        return f"Schema({broken[0]})" if broken else None
    if isinstance(constraint, at.Predicate):
        return None if constraint.func(value) else repr(constraint)
    if isinstance(constraint, at.Timezone):
        return None if _zone_fits(constraint.tz, value) else repr(constraint)
    if isinstance(constraint, FieldInfo):
        return None
    return _broken_attributes(constraint, value)


def _zone_fits(zone: Any, value: dt.datetime) -> bool:
    if zone is None:
        return value.tzinfo is None
    if zone is Ellipsis:
        return value.tzinfo is not None
    if isinstance(zone, str):
        return (
            value.tzinfo is not None
            and value.utcoffset() == value.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
        )
    return value.tzinfo is not None and value.utcoffset() == value.astimezone(zone).utcoffset()


def _broken_attributes(constraint: Any, value: Any) -> str | None:
    """Check the words that annotated-types, pydantic and msgspec share."""

    def get(name: str) -> Any:
        if isinstance(getattr(constraint, "__dict__", None), dict) and name in constraint.__dict__:
            return constraint.__dict__[name]
        return getattr(constraint, name, None)

    checks = {
        "gt": lambda wanted: value > wanted,
        "ge": lambda wanted: value >= wanted,
        "lt": lambda wanted: value < wanted,
        "le": lambda wanted: value <= wanted,
        "multiple_of": lambda wanted: _multiple(value, wanted),
        "min_length": lambda wanted: len(value) >= wanted,
        "max_length": lambda wanted: len(value) <= wanted,
        "pattern": lambda wanted: _search(wanted, value),
        "max_digits": lambda wanted: _digits(value)[0] <= wanted,
        "decimal_places": lambda wanted: _digits(value)[1] <= wanted,
        "tz": lambda wanted: (value.tzinfo is not None) is wanted,
    }
    if isinstance(value, Decimal) and get("max_digits") and get("decimal_places"):
        digits, places = _digits(value)
        if digits - places > get("max_digits") - get("decimal_places"):
            return "the digits before the point"
    for name, check in checks.items():
        wanted = get(name)
        if wanted is not None and not isinstance(value, enum.Enum) and value is not None:
            try:
                fits = check(wanted)
            except TypeError:
                if isinstance(value, dt.datetime) and isinstance(wanted, dt.datetime):
                    return f"{type(constraint).__name__}({name}={wanted!r})"  # one has no offset
                continue  # a branch of a union that the constraint can't be meant for
            if not fits:
                return f"{type(constraint).__name__}({name}={wanted!r})"
    return None


def _digits(value: Decimal) -> tuple[int, int]:
    """Return how many digits pydantic counts, and how many of them are places."""
    if not value:
        return 1, 0
    _, digits, exponent = value.as_tuple()
    count = len(digits)
    while exponent < 0 and count > 1 and digits[count - 1] == 0:
        count, exponent = count - 1, exponent + 1
    if exponent >= 0:
        return count + exponent, 0
    return max(count, -exponent), -exponent


# Equality


IN_JAVASCRIPT = [False]


def canon(value: Any) -> Any:
    """Return a form of a value that is equal just for equal values of equal types."""
    kind = type(value).__qualname__.partition("[")[0]
    if isinstance(value, enum.Enum):
        return (kind, repr(value))
    if isinstance(value, (set, frozenset)):
        return (kind, tuple(sorted(map(canon, value), key=repr)))
    if isinstance(value, dict):
        pairs = [(canon(key), canon(each)) for key, each in value.items()]
        return (kind, tuple(sorted(pairs, key=repr)))
    if isinstance(value, (list, tuple, collections.deque)):
        return (kind, tuple(map(canon, value)))
    if isinstance(value, dt.datetime):
        if IN_JAVASCRIPT[0]:
            return (kind, _moment(value))
        return (kind, value.isoformat(), str(value.utcoffset()))
    if isinstance(value, Decimal):
        return (kind, value.as_tuple())
    if isinstance(value, pydantic.RootModel):
        return (kind, canon(value.root))
    if isinstance(value, pydantic.BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        return (kind, canon({**fields, **(value.model_extra or {})}))
    if isinstance(value, msgspec.Struct):
        return (kind, canon({n: getattr(value, n) for n in value.__struct_fields__}))
    if dataclasses.is_dataclass(value):
        return (kind, canon({f.name: getattr(value, f.name) for f in dataclasses.fields(value)}))
    if attrs.has(type(value)):
        return (kind, canon({f.name: getattr(value, f.name) for f in attrs.fields(type(value))}))
    if value == 0 and IN_JAVASCRIPT[0]:
        return (kind, repr(value).replace("-", ""))
    return (kind, repr(value))


def _moment(value: dt.datetime) -> str:
    """Return what a Date keeps: milliseconds, in UTC; it reads a naive value as local time."""
    if value.tzinfo is None or not 2 < value.year < 9998:
        return "?"
    value = value.astimezone(dt.timezone.utc)
    return str(value.replace(microsecond=value.microsecond // 1000 * 1000, tzinfo=None))


def canon_in_javascript(value: Any) -> Any:
    """Return the same without what JavaScript can't hold: offsets, and -0 in a Set or as a key."""
    IN_JAVASCRIPT[0] = True
    try:
        made = canon(value)
    finally:
        IN_JAVASCRIPT[0] = False
    return None if "'?'" in repr(made) else made
