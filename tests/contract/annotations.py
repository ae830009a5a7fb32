"""Random annotations, as source text that a user could have written.

A ``Type`` is a tree: a template of source text with its parts, the constraints on it, or a class
with fields. The same tree is written with any of four kinds of models, and can be made smaller.
"""

from __future__ import annotations

import itertools
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

KINDS = ("dataclass", "attrs", "pydantic", "msgspec")

PREAMBLE = """\
import collections, collections.abc, dataclasses, datetime as dt, enum, ipaddress, pathlib, typing, uuid, zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntEnum, IntFlag
from fractions import Fraction
from pathlib import Path
from typing import *
from uuid import UUID
import attrs, msgspec, pydantic, typing_extensions
from annotated_types import *
from annotated_types import Len, MinLen, MaxLen, Gt, Ge, Lt, Le, Interval, MultipleOf, Timezone
from django.db import models
from msgspec import Meta, Struct
from pydantic import BaseModel, ConfigDict, Field, RootModel, conint, constr, confloat, conlist
from typing import Any, Annotated, Literal, TypeVar, Union, Optional
from adjax_jsonrpc import Schema
from tests.contract.registered import Money
T = TypeVar("T")
U = TypeVar("U")
"""


@dataclass(frozen=True)
class ModelField:
    """A field: its default is source text; ``factory`` is one that is called."""

    name: str
    default: str | None = None
    factory: str | None = None
    alias: str | None = None
    constraints: tuple[str, ...] = ()  # words of pydantic.Field and msgspec.Meta: gt=0

    @property
    def has_default(self) -> bool:
        return self.default is not None or self.factory is not None


@dataclass(frozen=True)
class Type:
    """A piece of source: ``list[{0}]`` with its parts, or a class whose fields are of its parts."""

    text: str  # of a class: the expression it is used by, where {} is its name
    parts: tuple[Type, ...] = ()
    extras: tuple[str, ...] = ()  # constraints; {0} is the annotation without them
    kind: str = ""  # of a class: one of KINDS, or typed_dict, named_tuple, or source
    fields: tuple[ModelField, ...] = ()
    options: tuple[str, ...] = ()
    source: str = ""  # a definition with {name}
    hashable: bool = False
    tags: frozenset[str] = frozenset()  # what is special about it

    def all_tags(self) -> frozenset[str]:
        return self.tags.union(*(each.all_tags() for each in self.parts))

    def walk(self) -> Iterator[Type]:
        yield self
        for each in self.parts:
            yield from each.walk()


def hole(number: int) -> str:
    return "{" + str(number) + "}"


def of_many(name: str, parts: Any) -> str:
    """Return ``name[{0}, {1}]`` for parts."""
    return f"{name}[{', '.join(map(hole, range(len(parts))))}]"


BARE = {
    "pydantic.PositiveInt": "int",
    "conint(gt=1, multiple_of=3)": "int",
    "constr(min_length=1, max_length=3)": "str",
    "confloat(ge=0, lt=10)": "float",
}


class Writer:
    """Writes a tree as a module; a bare one without constraints and validators."""

    def __init__(self, kind: str | None = None, bare: bool = False) -> None:
        self.kind = kind
        self.bare = bare
        self.definitions: list[str] = []
        self.names: dict[Type, str] = {}
        self.numbers = itertools.count(1)

    def write(self, type_: Type) -> str:
        parts = [self.write(each) for each in type_.parts]
        if type_.kind:
            if type_ not in self.names:
                self.names[type_] = name = f"C{next(self.numbers)}"
                self.definitions.append(self._definition(type_, name, parts))
            text = type_.text.replace("{}", self.names[type_])
            for at, each in enumerate(parts):
                text = text.replace(hole(at), each)
        else:
            text = type_.text
            for at, each in enumerate(parts):
                text = text.replace(hole(at), each)
        if self.bare:
            kept = [each for each in type_.extras if "discriminator" in each]
            text = BARE.get(text, text)
        else:
            kept = list(type_.extras)
        return f"Annotated[{text}, {', '.join(kept)}]" if kept else text

    def _definition(self, type_: Type, name: str, parts: list[str]) -> str:
        kind = type_.kind
        if self.kind is not None and kind in KINDS:
            kind = self.kind
        if kind == "source":
            text = type_.source.replace("{name}", name)
            for at, each in enumerate(parts):
                text = text.replace(hole(at), each)
            return text
        if self.bare:
            fields = tuple(replace(each, constraints=()) for each in type_.fields)
            options = tuple(each for each in type_.options if each != "validator")
            type_ = replace(type_, fields=fields, options=options)
        return _CLASSES[kind](type_, name, parts[: len(type_.fields)])


VALIDATOR = """
    def fits(self):
        return 7 not in [getattr(self, each, None) for each in FIELDS]
"""
CALLS = {
    "dataclass": "    def __post_init__(self):",
    "attrs": "    def __attrs_post_init__(self):",
    "msgspec": "    def __post_init__(self):",
    "pydantic": '    @pydantic.model_validator(mode="after")\n    def check(self):',
}


def _body(type_: Type, kind: str) -> list[str]:
    """Write what a class has beside its fields."""
    lines = []
    if "validator" in type_.options and kind in CALLS:
        names = [each.name for each in type_.fields]
        lines += [VALIDATOR.replace("FIELDS", repr(names)), CALLS[kind]]
        lines += ["        if not self.fits():", '            raise ValueError("no 7")']
        lines += ["        return self"] if kind == "pydantic" else []
    if "computed" in type_.options and kind == "pydantic":
        lines += [
            "    @pydantic.computed_field",
            "    @property",
            "    def total(self) -> int:",
            "        return 5",
        ]
    return lines


def _lines(type_: Type, name: str, parts: list[str], default: Any) -> list[str]:
    lines = []
    for each, part in zip(type_.fields, parts, strict=True):
        if "SELF" in part:
            part = repr(part.replace("SELF", name))  # a forward reference
        value = default(each)
        lines.append(f"    {each.name}: {part}" + (f" = {value}" if value else ""))
    return lines or ["    pass"]


def _class(head: str, type_: Type, kind: str, lines: list[str]) -> str:
    return "\n".join([head, *lines, *_body(type_, kind)])


def _generic(type_: Type) -> bool:
    return "generic" in type_.options


def _option(type_: Type, prefix: str) -> list[str]:
    return [o.removeprefix(prefix) for o in type_.options if o.startswith(prefix)]


def _dataclass(type_: Type, name: str, parts: list[str]) -> str:
    def default(each: ModelField) -> str | None:
        return f"field(default_factory={each.factory})" if each.factory else each.default

    head = f"@dataclass({', '.join(_option(type_, 'dataclass:'))})\nclass {name}"
    head += "(Generic[T]):" if _generic(type_) else ":"
    return _class(head, type_, "dataclass", _lines(type_, name, parts, default))


def _attrs(type_: Type, name: str, parts: list[str]) -> str:
    def default(each: ModelField) -> str | None:
        return f"attrs.field(factory={each.factory})" if each.factory else each.default

    head = f"@attrs.define({', '.join(_option(type_, 'attrs:'))})\nclass {name}"
    head += "(Generic[T]):" if _generic(type_) else ":"
    return _class(head, type_, "attrs", _lines(type_, name, parts, default))


def _pydantic(type_: Type, name: str, parts: list[str]) -> str:
    def default(each: ModelField) -> str | None:
        words = list(each.constraints)
        if each.factory:
            words.append(f"default_factory={each.factory}")
        elif each.default is not None and (words or each.alias):
            words.append(f"default={each.default}")
        if each.alias:
            words.append(f"{'validation_' if 'both' in type_.options else ''}alias={each.alias!r}")
            if "both" in type_.options:
                words.append(f"serialization_alias={each.alias!r}")
        return f"Field({', '.join(words)})" if words else each.default

    head = (
        f"class {name}(BaseModel, Generic[T]):" if _generic(type_) else f"class {name}(BaseModel):"
    )
    config = [*_option(type_, "pydantic:"), "arbitrary_types_allowed=True"]
    lines = [f"    model_config = ConfigDict({', '.join(config)})"]
    return _class(head, type_, "pydantic", [*lines, *_lines(type_, name, parts, default)])


def _msgspec(type_: Type, name: str, parts: list[str]) -> str:
    def default(each: ModelField) -> str | None:
        words = []
        if each.factory:
            words.append(f"default_factory={each.factory}")
        elif each.default is not None and each.alias:
            words.append(f"default={each.default}")
        if each.alias:
            words.append(f"name={each.alias!r}")
        return f"msgspec.field({', '.join(words)})" if words else each.default

    config = ["Struct", *(["Generic[T]"] if _generic(type_) else []), *_option(type_, "msgspec:")]
    head = f"class {name}({', '.join(config)}):"
    return _class(head, type_, "msgspec", _lines(type_, name, parts, default))


def _typed_dict(type_: Type, name: str, parts: list[str]) -> str:
    bases = ["typing_extensions.TypedDict", *(["Generic[T]"] if _generic(type_) else [])]
    parts = [
        f"typing_extensions.NotRequired[{part}]" if each.has_default else part
        for each, part in zip(type_.fields, parts, strict=True)
    ]
    return "\n".join(
        [f"class {name}({', '.join(bases)}):", *_lines(type_, name, parts, lambda each: None)]
    )


def _named_tuple(type_: Type, name: str, parts: list[str]) -> str:
    return "\n".join(
        [f"class {name}(NamedTuple):", *_lines(type_, name, parts, lambda each: each.default)]
    )


_CLASSES = {
    "dataclass": _dataclass,
    "attrs": _attrs,
    "pydantic": _pydantic,
    "msgspec": _msgspec,
    "typed_dict": _typed_dict,
    "named_tuple": _named_tuple,
}
_modules = itertools.count(1)


class Made:
    """An annotation that was made from a tree: its source, and the annotation itself."""

    def __init__(self, type_: Type, kind: str | None = None, bare: bool = False) -> None:
        writer = Writer(kind, bare)
        self.type = type_
        self.expression = writer.write(type_)
        self.definitions = "\n\n".join(writer.definitions)
        self.module = types.ModuleType(f"contract_{next(_modules)}")

    def run(self) -> Any:
        """Make the annotation; an exception is the fault of its library, or of the generator."""
        sys.modules[self.module.__name__] = self.module
        source = f"{PREAMBLE}\n{self.definitions}\n\nANNOTATION = {self.expression}\n"
        exec(compile(source, self.module.__name__, "exec", dont_inherit=True), vars(self.module))
        return self.module.ANNOTATION

    def forget(self) -> None:
        sys.modules.pop(self.module.__name__, None)

    @property
    def text(self) -> str:
        return "\n".join(filter(None, [self.definitions, f"ANNOTATION = {self.expression}"]))


# Scalars


def plain(text: str, *tags: str, hashable: bool = True) -> Type:
    return Type(text, hashable=hashable, tags=frozenset(tags))


SCALARS = [
    plain(each)
    for each in [
        "int",
        "str",
        "bool",
        "float",
        "None",
        "datetime",
        "date",
        "time",
        "timedelta",
        "Decimal",
        "UUID",
        "bytes",
    ]
]
MORE_SCALARS = [
    *(
        plain(each, hashable=False)
        for each in ["Any", "object", "dict", "list", "dict[str, Any]", "set", "tuple"]
    ),
    plain("Money"),
    plain("Money"),
    *(plain(each, "new") for each in ["Path", "Fraction", "complex", "zoneinfo.ZoneInfo"]),
    *(
        plain(f"ipaddress.{each}", "new")
        for each in ["IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network"]
    ),
    *(plain(f"pydantic.{each}", "new") for each in ["HttpUrl", "AnyUrl"]),
    plain("pydantic.PositiveInt"),
    plain("pydantic.StrictInt"),
    plain("conint(gt=1, multiple_of=3)"),
    plain("constr(min_length=1, max_length=3)"),
    plain("confloat(ge=0, lt=10)"),
]
LITERALS = [
    plain(f"Literal[{each}]")
    for each in [
        '"a"',
        '"a", "b"',
        "1, 2",
        "True, None",
        '"a", 1',
        "2**60",
        "-1, 2**64 + 1",
        "0, False",
    ]
]
_ENUMS = [
    'class {name}(Enum):\n    A = "a"\n    B = "b"',
    'class {name}(str, Enum):\n    A = "a"\n    B = "b c"',
    "class {name}(Enum):\n    A = 1\n    B = 2**60\n    C = -(2**64)",
    "class {name}(IntEnum):\n    A = 1\n    B = 2**55 + 1",
    'class {name}(Enum):\n    A = 1\n    B = "x"\n    C = None\n    D = True',
    "class {name}(Enum):\n    A = 1.5\n    B = 2",
    'class {name}(models.TextChoices):\n    A = "a", "The A"\n    B = "b", "The B"',
    'class {name}(models.IntegerChoices):\n    A = 1, "One"\n    B = 2, "Two"',
    "class {name}(Flag):\n    A = 1\n    B = 2\n    C = 4",
    "class {name}(IntFlag):\n    A = 1\n    B = 2**40\n    C = 2**62",
    'class {name}(Enum):\n    A = "a"\n    B = "a"\n    C = "c"',
    "class {name}(Enum):\n    A = date(2020, 1, 1)\n    B = date(2021, 1, 1)",
    'class {name}(Enum):\n    A = (1, "x")\n    B = (2, "y")',
    'class {name}(Enum):\n    A = Decimal("1.10")\n    B = Decimal("2")',
]
if sys.version_info >= (3, 11):
    _ENUMS.append('class {name}(enum.StrEnum):\n    A = "a"\n    B = "b"')
ENUMS = [
    Type("{}", kind="source", source=each, hashable=True, tags=frozenset({"enum"}))
    for each in _ENUMS
]

# Constraints: what is in {lo}, {hi} is replaced; each is right for any value of the type.


def number_constraints(rng: Random) -> str:
    low = rng.choice([-10, -1, 0, 1, 3, 5, 0, 1, 2**53 + 1, -(2**63)])
    high = rng.choice([5, 7, 10, 100, 2**53 + 3, 2**64])
    of = rng.choice([2, 3, 5, 7, 10])
    return rng.choice(
        [
            f"Gt({low})", f"Ge({low})", f"Lt({high})", f"Le({high})", f"MultipleOf({of})",
            f"Interval(ge={low}, lt={high})", f"Field(gt={low})", f"Field(ge={low}, le={high})",
            f"Field(multiple_of={of})", f"Meta(ge={low})", f"Meta(gt={low}, le={high})",
            f"Meta(multiple_of={of})", f"Schema(minimum={low})", f"Schema(exclusiveMaximum={high})",
            f"Schema(multipleOf={of})", f'Schema(minimum={low}, description="a number")',
            f"Schema(enum=[{low}, {low + 1}, {low + 2}])",
        ]
    )  # fmt: skip


def float_constraints(rng: Random) -> str:
    low = rng.choice(["0", "-1.5", "0.1", "1e-3"])
    high = rng.choice(["10", "99.5", "1e20"])
    of = rng.choice(["0.5", "0.25", "2"])
    return rng.choice(
        [
            f"Gt({low})", f"Ge({low})", f"Lt({high})", f"Le({high})", f"MultipleOf({of})",
            f"Interval(gt={low}, le={high})", f"Field(gt={low}, lt={high})", f"Meta(ge={low})",
            f"Field(multiple_of={of})", f"Schema(minimum={low})", f"Schema(multipleOf={of})",
            "Field(allow_inf_nan=False)",
        ]
    )  # fmt: skip


PATTERNS = [
    "^[a-z]+$",
    "^[A-Z]{2}",
    "[0-9]$",
    "^a|b$",
    "^\\\\d{1,3}$",
    "^[^\\\\s]*$",
    "x",
    "^(ab)*$",
    "^\\\\w+$",
    "^.$",
    "^[^a]+$",
    "a$|^b",
]


def length_constraints(rng: Random) -> str:
    low, high = rng.choice([0, 1, 2]), rng.choice([2, 3, 5])
    return rng.choice(
        [
            f"MinLen({low})", f"MaxLen({high})", f"Len({low}, {high})", f"Field(min_length={low})",
            f"Field(max_length={high})", f"Meta(min_length={low}, max_length={high})",
            f"annotated_types.Len({low})".replace("annotated_types.", ""),
        ]
    )  # fmt: skip


def text_constraints(rng: Random) -> str:
    pattern = rng.choice(PATTERNS)
    return rng.choice(
        [
            length_constraints(rng), length_constraints(rng),
            f'Field(pattern="{pattern}")', f'Meta(pattern="{pattern}")', f'Schema(pattern="{pattern}")',
            f'Schema(pattern="{pattern}", maxLength=4)', "Schema(minLength=1)",
            'Schema(description="some text")', 'Schema(enum=["a", "b", "xy"])',
        ]
    )  # fmt: skip


def list_constraints(rng: Random) -> str:
    return rng.choice(
        [length_constraints(rng), length_constraints(rng), "Schema(minItems=1)", "Schema(uniqueItems=True)",
         "Schema(maxItems=3)"]
    )  # fmt: skip


def decimal_constraints(rng: Random) -> str:
    low, high = rng.choice(["0", "0.10", "-5"]), rng.choice(["10", "99.99"])
    return rng.choice(
        [
            f'Gt(Decimal("{low}"))', f'Ge(Decimal("{low}"))', f'Lt(Decimal("{high}"))',
            f'Le(Decimal("{high}"))', f'Interval(ge=Decimal("{low}"), lt=Decimal("{high}"))',
            "Gt(0)", "Field(gt=0)", "Field(ge=0, le=10)", "Field(max_digits=4, decimal_places=2)",
            'MultipleOf(Decimal("0.05"))', "Field(decimal_places=1)",
        ]
    )  # fmt: skip


def date_constraints(rng: Random) -> str:
    low, high = "date(2020, 1, 1)", "date(2030, 12, 31)"
    return rng.choice(
        [f"Gt({low})", f"Ge({low})", f"Lt({high})", f"Le({high})", f"Interval(ge={low}, le={high})",
         f"Field(ge={low})"]
    )  # fmt: skip


def datetime_constraints(rng: Random) -> str:
    low = "datetime(2020, 1, 1, tzinfo=timezone.utc)"
    return rng.choice(
        [
            f"Gt({low})",
            f"Ge({low})",
            f"Lt({low})",
            f"Field(ge={low})",
            "Timezone(...)",
            "Meta(tz=True)",
        ]
    )


def timedelta_constraints(rng: Random) -> str:
    return rng.choice(
        [
            "Gt(timedelta(0))",
            "Ge(timedelta(hours=1))",
            "Le(timedelta(days=2))",
            "Field(ge=timedelta(0))",
        ]
    )


CONSTRAINTS: dict[str, Any] = {
    "int": number_constraints,
    "float": float_constraints,
    "str": text_constraints,
    "bytes": length_constraints,
    "Decimal": decimal_constraints,
    "date": date_constraints,
    "datetime": datetime_constraints,
    "timedelta": timedelta_constraints,
}
NAMES = ["a", "b", "value", "kind", "from_", "items", "class_name", "keys"]
ALIASES = {
    "a": "A",
    "b": "b-b",
    "value": "theValue",
    "kind": "@kind",
    "from_": "from",
    "items": "Items",
}


class Generator:
    """Makes random trees."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def make(self, depth: int = 3, hashable: bool = False) -> Type:
        rng = self.rng
        roll = rng.random()
        if depth <= 0 or roll < 0.3:
            return self._scalar(hashable)
        if roll < 0.42:
            return self._constrained(depth, hashable)
        if hashable:
            return self._hashable(depth)
        makers = [
            (self._list, 12), (self._set, 8), (self._dict, 12), (self._tuple, 7), (self._union, 13),
            (self._model, 26), (self._discriminated, 6), (self._generic, 8), (self._alias, 4),
            (self._recursive, 6), (self._root_model, 2), (self._inherited, 5), (self._two_variables, 3),
        ]  # fmt: skip
        return rng.choices([m for m, _ in makers], [w for _, w in makers])[0](depth)

    def _scalar(self, hashable: bool) -> Type:
        rng = self.rng
        group = rng.choices([SCALARS, MORE_SCALARS, LITERALS, ENUMS], [10, 3, 2, 3])[0]
        found = rng.choice(group)
        return found if found.hashable or not hashable else rng.choice(SCALARS)

    def _constrained(self, depth: int, hashable: bool) -> Type:
        rng = self.rng
        if not hashable and rng.random() < 0.4:
            base = rng.choice([self._list, self._set, self._dict])(depth - 1)
            make: Any = list_constraints if base.text.startswith("list") else length_constraints
        else:
            name = rng.choice(list(CONSTRAINTS))
            base, make = plain(name), CONSTRAINTS[name]
        for _ in range(rng.choice([1, 1, 1, 2])):  # Annotated on Annotated
            extras = tuple(make(rng) for _ in range(rng.choice([1, 1, 2, 3])))
            base = Type(
                "{0}", (base,), extras, hashable=base.hashable, tags=frozenset({"constrained"})
            )
            if rng.random() < 0.15:
                base = Type(
                    "{}",
                    (base,),
                    kind="source",
                    source='{name} = NewType("{name}", {0})',
                    hashable=base.hashable,
                )
        return base

    def _hashable(self, depth: int) -> Type:
        rng = self.rng
        parts = tuple(self.make(depth - 1, True) for _ in range(rng.choice([1, 2])))
        text = rng.choice(
            ["tuple[{0}, ...]", "frozenset[{0}]", "Optional[{0}]", "Union", "tuple", "frozen"]
        )
        if text == "Union":
            text = of_many("Union", parts)
        elif text == "tuple":
            text = of_many("tuple", parts)
        elif text == "frozen":
            return replace(self._fields(parts, rng.choice(KINDS)), hashable=True, options=FROZEN)
        else:
            parts = parts[:1]
        return Type(text, parts, hashable=True)

    def _list(self, depth: int) -> Type:
        text = self.rng.choice(
            ["list[{0}]"] * 4 + ["Sequence[{0}]", "Iterable[{0}]", "Collection[{0}]", "deque[{0}]"]
            + ["tuple[{0}, ...]", "collections.abc.Sequence[{0}]", "List[{0}]"]
        )  # fmt: skip
        return Type(text, (self.make(depth - 1),))

    def _set(self, depth: int) -> Type:
        text = self.rng.choice(
            ["set[{0}]", "set[{0}]", "frozenset[{0}]", "collections.abc.Set[{0}]"]
        )
        return Type(text, (self.make(depth - 1, True),))

    def _dict(self, depth: int) -> Type:
        rng = self.rng
        if rng.random() < 0.5:
            key = rng.choice([plain("str"), plain("str"), rng.choice(LITERALS[:2]), ENUMS[0]])
            if rng.random() < 0.2:
                key = Type("{0}", (plain("str"),), (text_constraints(rng),))
        else:
            key = self.make(depth - 2, True)
        text = rng.choice(
            ["dict[{0}, {1}]"] * 4 + ["Mapping[{0}, {1}]", "defaultdict[{0}, {1}]", "OrderedDict[{0}, {1}]"]
            + ["Counter[{0}]", "Dict[{0}, {1}]"]
        )  # fmt: skip
        if text == "Counter[{0}]":
            return Type(text, (key,))
        return Type(text, (key, self.make(depth - 1)))

    def _tuple(self, depth: int) -> Type:
        rng = self.rng
        parts = tuple(self.make(depth - 1) for _ in range(rng.choice([1, 2, 3])))
        if rng.random() < 0.3:
            return self._fields(parts, "named_tuple")
        return Type(of_many("tuple", parts), parts)

    def _union(self, depth: int) -> Type:
        rng = self.rng
        parts = tuple(self.make(depth - 1) for _ in range(rng.choice([1, 2, 2, 3])))
        if len(parts) == 1:
            return Type("Optional[{0}]", parts)
        return Type(of_many("Union", parts), parts)

    def _fields(self, parts: tuple[Type, ...], kind: str, generic: bool = False) -> Type:
        rng = self.rng
        names = rng.sample(NAMES, len(parts))
        if kind == "named_tuple":
            names = [f"n_{each}" for each in names]
        fields = []
        aliased = kind in ("pydantic", "msgspec") and rng.random() < 0.25
        for name, part in zip(names, parts, strict=True):
            default = factory = None
            if rng.random() < 0.35:
                if part.text.startswith("list["):
                    factory = "list"
                elif part.text.startswith("set["):
                    factory = "set"
                else:
                    default = DEFAULTS.get(part.text)
                if kind == "named_tuple":
                    factory = None
            alias = ALIASES.get(name) if aliased and rng.random() < 0.7 else None
            constraints = ()
            if kind == "pydantic" and part.text in FIELD_WORDS and rng.random() < 0.4:
                constraints = (rng.choice(FIELD_WORDS[part.text]),)
            fields.append((ModelField(name, default, factory, alias, constraints), part))
        fields.sort(key=lambda each: each[0].has_default)
        options = ("generic",) if generic else ()
        if rng.random() < 0.4:
            options += OPTIONS[rng.randrange(len(OPTIONS))]
        if aliased and rng.random() < 0.3:
            options += ("both",)
        return Type(
            "{}", tuple(p for _, p in fields), kind=kind, fields=tuple(f for f, _ in fields), options=options,
            tags=frozenset({"model", *(["alias"] if any(f.alias for f, _ in fields) else [])}),
        )  # fmt: skip

    def _kind(self) -> str:
        return self.rng.choices([*KINDS, "typed_dict"], [5, 4, 6, 5, 2])[0]

    def _model(self, depth: int) -> Type:
        parts = tuple(self.make(depth - 1) for _ in range(self.rng.choice([1, 1, 2, 2, 3])))
        return self._fields(parts, self._kind())

    def _inherited(self, depth: int) -> Type:
        """A class that adds a field to another of its kind."""
        base = self._fields((self.make(depth - 1),), self._kind())
        base = replace(
            base, options=tuple(o for o in base.options if "tag=" not in o and o != "computed")
        )
        if self.rng.random() < 0.5 or base.kind == "typed_dict":
            source = "class {name}({0}):\n    more: {1}"
        else:
            source = "class {name}({0}):\n    more: Optional[{1}] = None"
        if (
            any(each.has_default for each in base.fields)
            and "= None" not in source
            and base.kind != "typed_dict"
        ):
            source += ' = "?"'
            return self._inherited(depth - 1) if depth > 0 else base
        config = ", ".join(
            o.split(":", 1)[1] for o in base.options if o.startswith(base.kind + ":")
        )
        decorator = {
            "dataclass": f"@dataclass({config})\n",
            "attrs": f"@attrs.define({config})\n",
        }.get(base.kind, "")
        return Type(
            "{}", (base, self.make(depth - 1)), kind="source", source=decorator + source,
            tags=frozenset({"model", "subclass"}),
        )  # fmt: skip

    def _discriminated(self, depth: int) -> Type:
        rng = self.rng
        branches = []
        for value in rng.sample(['"a"', '"b"', '"c"', "1", "2"], rng.choice([2, 2, 3])):
            branch = self._model(depth - 1)
            names = tuple(each for each in branch.fields if each.name != "kind")
            parts = tuple(p for f, p in zip(branch.fields, branch.parts) if f.name != "kind")
            kind = ModelField(
                "kind",
                value
                if rng.random() < 0.3 and not any(not each.has_default for each in names)
                else None,
            )
            branches.append(
                replace(branch, fields=(kind, *names), parts=(plain(f"Literal[{value}]"), *parts),
                        options=tuple(o for o in branch.options if o != "both"))
            )  # fmt: skip
        text = of_many("Union", branches)
        if all(each.kind == "pydantic" for each in branches):
            return Type(text, tuple(branches), ('Field(discriminator="kind")',))
        return Type(text, tuple(branches), tags=frozenset({"discriminated"}))

    def _two_variables(self, depth: int) -> Type:
        """A class with two variables, one of them with a default or a bound."""
        rng = self.rng
        source = rng.choice(
            [
                "@dataclass\nclass {name}(Generic[T, U]):\n    one: T\n    two: list[U]",
                "class {name}(BaseModel, Generic[T, U]):\n    one: T\n    two: Optional[U] = None",
                "class {name}(Struct, Generic[T, U]):\n    one: T\n    two: dict[str, U]",
                "@attrs.define\nclass {name}(Generic[T, U]):\n    one: T\n    two: tuple[T, U]",
                "class {name}(NamedTuple, Generic[T, U]):\n    one: T\n    two: U",
                "class {name}(typing_extensions.TypedDict, Generic[T, U]):\n    one: T\n    two: U",
            ]
        )
        if sys.version_info < (3, 11) and ("NamedTuple" in source or "TypedDict" in source):
            source = "@dataclass\nclass {name}(Generic[T, U]):\n    one: T\n    two: list[U]"
        if NEW_GENERICS and rng.random() < 0.4:
            source = rng.choice(NEW_GENERICS)
        base = Type("{}", (), kind="source", source=source, tags=frozenset({"generic"}))
        if "= str" in source and rng.random() < 0.5:  # the second has a default
            return Type("{0}[{1}]", (base, self.make(depth - 1)), tags=frozenset({"generic"}))
        parts = (base, self.make(depth - 1), self.make(depth - 1))
        return Type("{0}[{1}, {2}]", parts, tags=frozenset({"generic"}))

    def _generic(self, depth: int) -> Type:
        rng = self.rng
        variable = plain("T", hashable=False)
        parts: list[Type] = [
            rng.choice([variable, Type("list[{0}]", (variable,)), Type("Optional[{0}]", (variable,)),
                        Type("dict[str, {0}]", (variable,))])
        ]  # fmt: skip
        if rng.random() < 0.5:
            parts.append(self.make(depth - 2))
        base = self._fields(tuple(parts), rng.choice([*KINDS, "typed_dict"]), generic=True)
        base = replace(base, text="{}", tags=base.tags | {"generic"})
        argument = self.make(depth - 1)
        if rng.random() < 0.2:  # two variables, or one in another
            base = replace(base, options=tuple(o for o in base.options if "tag=" not in o))
            decorator = {
                "dataclass": "@dataclass(kw_only=True)\n",
                "attrs": "@attrs.define(kw_only=True)\n",
            }.get(base.kind, "")
            keywords = ", kw_only=True" if base.kind == "msgspec" else ""
            outer = rng.choice(["{0}[list[T]]", "{0}[Optional[T]]", "{0}[dict[str, T]]", "{0}[T]"])
            source = decorator + f"class {{name}}({outer}, Generic[T]{keywords}):\n    more: T\n"
            middle = Type("{}", (base,), kind="source", source=source, tags=frozenset({"generic"}))
            return Type("{0}[{1}]", (middle, argument), tags=frozenset({"generic", "inherited"}))
        if rng.random() < 0.5:
            return Type("{0}[{1}]", (base, argument), tags=frozenset({"generic"}))
        # class C2(C1[int]): more: str = ""
        decorator = {"dataclass": "@dataclass\n", "attrs": "@attrs.define\n"}.get(base.kind, "")
        source = decorator + "class {name}({0}[{1}]):\n    more: %s\n" % (
            "int" if base.kind == "typed_dict" else "int = 0"
        )
        return Type(
            "{}",
            (base, argument),
            kind="source",
            source=source,
            tags=frozenset({"generic", "inherited"}),
        )

    def _alias(self, depth: int) -> Type:
        source = self.rng.choice(
            ['{name} = typing_extensions.TypeAliasType("{name}", {0})', '{name} = NewType("{name}", {0})',
             "{name} = {0}", *NEW_ALIASES]
        )  # fmt: skip
        part = self.make(depth - 1)
        if "NewType" in source and (
            part.text.startswith(("Union", "Optional")) or part.text in ("Any", "None")
        ):
            source = "{name} = {0}"
        return Type("{}", (part,), kind="source", source=source)

    def _recursive(self, depth: int) -> Type:
        rng = self.rng
        if rng.random() < 0.25:
            return Type(
                "{}", (self._scalar(False),), kind="source", tags=frozenset({"recursive"}),
                source='{name} = typing_extensions.TypeAliasType("{name}", Union[{0}, list["{name}"], dict[str, "{name}"]])',
            )  # fmt: skip
        model = self._model(depth - 1)
        text = rng.choice(["Optional[SELF]", "list[SELF]", "dict[str, SELF]"])
        own = ModelField(
            "again", **({"default": "None"} if text[0] == "O" else {"factory": text.split("[")[0]})
        )
        return replace(
            model,
            fields=(*model.fields, own),
            parts=(*model.parts, plain(text)),
            tags=model.tags | {"recursive"},
        )

    def _root_model(self, depth: int) -> Type:
        return Type(
            "{}", (self.make(depth - 1),), kind="source", source="class {name}(RootModel[{0}]):\n    pass",
            tags=frozenset({"root_model"}),
        )  # fmt: skip


NEW_ALIASES: list[str] = []  # what a new Python has a statement for
NEW_GENERICS: list[str] = []
if sys.version_info >= (3, 12):
    NEW_ALIASES += ["type {name} = {0}"]
    NEW_GENERICS += [
        "@dataclass\nclass {name}[V, W]:\n    one: V\n    two: list[W]",
        "class {name}[V, W](BaseModel):\n    one: V\n    two: Optional[W] = None",
        "class {name}[V, W](typing_extensions.TypedDict):\n    one: V\n    two: W",
        "class {name}[V, W](NamedTuple):\n    one: V\n    two: W",
        "type {name}[V, W] = tuple[V, list[W]]",
        "type {name}[V, W] = dict[str, V] | list[W]",
    ]
if sys.version_info >= (3, 13):
    NEW_GENERICS += [
        "@dataclass\nclass {name}[V, W = str]:\n    one: V\n    two: list[W]",
        "type {name}[V, W = str] = tuple[V, list[W]]",
        "@attrs.define\nclass {name}[V, W = str]:\n    one: V\n    two: W",
    ]
DEFAULTS = {
    "int": "3", "str": '"x"', "bool": "True", "float": "1.5", "None": "None", "date": "date(2024, 2, 29)",
    "Decimal": 'Decimal("1.10")', "bytes": 'b"hi"', "UUID": "UUID(int=5)", "Optional[{0}]": "None",
    "datetime": "datetime(2024, 1, 1, tzinfo=timezone.utc)", "timedelta": "timedelta(hours=1)",
}  # fmt: skip
FIELD_WORDS = {
    "int": ["gt=0", "ge=2, le=9", "multiple_of=3"], "float": ["gt=0", "lt=10", "allow_inf_nan=False"],
    "str": ["min_length=1", "max_length=3", 'pattern="^[a-z]+$"', 'description="text"', 'examples=["a"]'],
    "Decimal": ["gt=0", "max_digits=4", "decimal_places=2"], "date": ["ge=date(2020, 1, 1)"],
    "bytes": ["min_length=1"], "list[{0}]": ["min_length=1", "max_length=2"], "set[{0}]": ["max_length=2"],
    "Optional[{0}]": ['title="one"', 'deprecated=True'],
}  # fmt: skip
FROZEN = (
    "dataclass:frozen=True",
    "attrs:frozen=True",
    "pydantic:frozen=True",
    "msgspec:frozen=True",
)
OPTIONS = [
    FROZEN,
    ("dataclass:slots=True", "attrs:slots=False", 'pydantic:extra="forbid"', "msgspec:forbid_unknown_fields=True"),
    ("dataclass:kw_only=True", "attrs:kw_only=True", "pydantic:strict=True", "msgspec:kw_only=True"),
    ('pydantic:extra="ignore"', "msgspec:omit_defaults=True"),
    ("pydantic:populate_by_name=True", 'msgspec:rename="camel"'),
    ("pydantic:from_attributes=True", "msgspec:gc=False"),
    ("validator",),
    ("validator", "computed"),
    ("computed",),
    ("msgspec:tag=True",),
    ('msgspec:tag="x", tag_field="which"',),
]  # fmt: skip


# Smaller ones


def smaller(type_: Type) -> Iterator[Type]:
    """Return trees that have less than this one, the smallest first."""
    for part in type_.parts:
        if (
            "SELF" not in part.text
            and part.text != "T"
            and not (type_.text.startswith("{0}[") and part is type_.parts[0])
            and not _generic(part)
        ):
            yield part
    for at in range(len(type_.extras)):
        yield replace(type_, extras=type_.extras[:at] + type_.extras[at + 1 :])
    if type_.kind and type_.kind != "source":
        for at in range(len(type_.fields)):
            yield replace(
                type_,
                fields=type_.fields[:at] + type_.fields[at + 1 :],
                parts=type_.parts[:at] + type_.parts[at + 1 :],
            )
        if any(o != "generic" for o in type_.options):
            yield replace(type_, options=tuple(o for o in type_.options if o == "generic"))
        for at, each in enumerate(type_.fields):
            if each.has_default or each.alias or each.constraints:
                bare = ModelField(each.name)
                yield replace(type_, fields=(*type_.fields[:at], bare, *type_.fields[at + 1 :]))
        if type_.kind in KINDS and type_.kind != "dataclass":
            yield replace(type_, kind="dataclass")
    if type_.text.startswith("Union[") and len(type_.parts) > 2:
        for at in range(len(type_.parts)):
            parts = type_.parts[:at] + type_.parts[at + 1 :]
            text = of_many("Union", parts)
            yield replace(type_, text=text, parts=parts)
    if (
        not type_.kind
        and not type_.extras
        and type_.text not in ("int", "T")
        and not type_.parts
        and "SELF" not in type_.text
    ):
        yield plain("int")
    for at, part in enumerate(type_.parts):
        for less in smaller(part):
            if part.hashable and not less.hashable:
                continue
            if type_.extras and less.text != part.text:
                continue  # what the constraints are meant for
            if less.text != part.text and at < len(type_.fields) and type_.fields[at].has_default:
                continue
            yield replace(type_, parts=(*type_.parts[:at], less, *type_.parts[at + 1 :]))
