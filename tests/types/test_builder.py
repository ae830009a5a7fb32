"""Forms of annotations: what they become, and what is refused."""

from __future__ import annotations

import enum
import sys
import typing
from collections import abc
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Final,
    Generic,
    Literal,
    NewType,
    Optional,
    TypedDict,
    TypeVar,
    Union,
)

import annotated_types
import pytest
from typing_extensions import LiteralString, NotRequired, ReadOnly, Required, TypeAliasType

from adjax_jsonrpc import ObjectType, RegistrationError, Schema, Serializer
from adjax_jsonrpc.types.builder import CodecBuilder
from adjax_jsonrpc.types.table import HANDLERS
from tests.support import strategies
from tests.support.calls import a_gateway, call

T = TypeVar("T")
Bound = TypeVar("Bound", bound=int)
Constrained = TypeVar("Constrained", int, str)
UserId = NewType("UserId", int)
Alias = TypeAliasType("Alias", Union[int, list["Alias"]])
Pairs = TypeAliasType("Pairs", list[tuple[str, T]], type_params=(T,))


def schema(annotation, **options):
    builder = CodecBuilder(Serializer(), HANDLERS, **options)
    return builder.document(builder.codec(annotation).schema)


INTEGER = {"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/tag.bigint"}]}


@pytest.mark.parametrize(
    ("annotation", "same_as"),
    [
        (Optional[int], int | None),
        (Union[int, str], int | str),
        (list[int], list[int]),
        (dict[str, int], dict[str, int]),
        (tuple[int, ...], tuple[int, ...]),
        (abc.Sequence[int], list[int]),
        (abc.Iterable[int], list[int]),
        (abc.Collection[int], list[int]),
        (abc.Mapping[str, int], dict[str, int]),
        (abc.Set[int], frozenset[int]),
        (UserId, int),
        (Final[int], int),
        (Bound, int),
        (Constrained, int | str),
        (T, Any),
        (object, Any),
        (list, list[Any]),
        (dict, dict[str, Any]),
        *((getattr(typing, cls.__name__.title()), cls) for cls in (list, dict, tuple, set)),
        (typing.FrozenSet, frozenset),  # noqa: UP006
        (typing.Mapping, dict),
        (typing.Sequence, list),
        (LiteralString, str),
        (Annotated[int, "for somebody else"], int),
        (None, type(None)),
    ],
)
def test_forms_that_mean_the_same(annotation, same_as):
    assert schema(annotation) == schema(same_as)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Any, True),
        (bool, {"type": "boolean"}),
        (float, {"type": "number"}),
        (list[str], {"type": "array", "items": {"type": "string"}}),
        (tuple[()], {"type": "array", "maxItems": 0}),
        (Literal["a"], {"const": "a"}),
        (Literal["a", 1], {"enum": ["a", 1]}),
        (
            Annotated[str, annotated_types.Len(1, 3)],
            {"type": "string", "minLength": 1, "maxLength": 3},
        ),
        (
            Annotated[list[str], annotated_types.MaxLen(3)],
            {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        ),
        (
            Annotated[int, annotated_types.Interval(gt=0, le=5)],
            {"type": "integer", "exclusiveMinimum": 0, "maximum": 5},
        ),
        (Annotated[float, annotated_types.MultipleOf(0.5)], {"type": "number", "multipleOf": 0.5}),
        (
            Annotated[str, Schema(title="T", examples=["x"])],
            {"type": "string", "title": "T", "examples": ["x"]},
        ),
        (
            Annotated[Union[float, str], Schema(minimum=1, minLength=2)],
            {"anyOf": [{"type": "number", "minimum": 1}, {"type": "string", "minLength": 2}]},
        ),
        (
            Annotated[Annotated[int, Schema(minimum=1)], Schema(maximum=3)],
            {"type": "integer", "minimum": 1, "maximum": 3},
        ),
    ],
)
def test_forms_become_json_schema(annotation, expected):
    assert schema(annotation) == expected


def test_an_alias_may_be_recursive():
    numbers = {"type": "array", "items": {"$ref": "#/$defs/Alias"}}
    assert schema(Alias)["$defs"]["Alias"] == {"anyOf": [INTEGER, numbers]}


def test_a_generic_alias_takes_its_arguments():
    document = schema(Pairs[str])
    assert document["$ref"] == "#/$defs/Pairs_str"
    assert document["$defs"]["Pairs_str"]["items"]["prefixItems"] == [{"type": "string"}] * 2


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the language has 'type' from 3.12 on")
def test_the_languages_own_aliases_and_generics():
    namespace: dict[str, Any] = {"dataclass": dataclass}
    exec(
        "type Tree = dict[str, Tree | int]\n"
        "@dataclass\n"
        "class Box[T]:\n"
        "    content: T\n"
        "def f(request, tree: Tree, box: Box[int]) -> Box[int]:\n"
        "    return Box(len(tree) + box.content)\n"
        "def g[T](request, values: list[T]) -> list[T]:\n"
        "    return values\n",
        namespace,
    )
    gateway = a_gateway(namespace["f"], namespace["g"])
    assert call(gateway, "t.g", [1, "a"]) == [1, "a"]
    assert call(gateway, "t.f", {"a": {"b": 1}}, {"content": 1.0}) == {"content": 2}


class Movie(TypedDict, total=False):
    title: Required[str]
    year: int
    rating: ReadOnly[NotRequired[float]]


class Series(Movie):
    seasons: int
    ended: NotRequired[bool]


def test_typed_dicts_know_what_is_required():
    assert schema(Movie)["$defs"]["Movie"]["required"] == ["title"]
    assert sorted(schema(Series)["$defs"]["Series"]["required"]) == ["seasons", "title"]


@dataclass
class Base(Generic[T]):
    content: T
    count: int = field(init=False, default=0)


def test_computed_fields_are_of_results_only():
    params = schema(Base[str])["$defs"]["Base_str"]
    results = schema(Base[str], for_results=True)["$defs"]["Base_str"]
    assert list(params["properties"]) == ["content"]
    assert results["required"] == ["content", "count"]


def test_a_class_inherits_from_another_module():
    @dataclass
    class Child(strategies.Point):  # whose annotations name what this module doesn't have
        z: int = 0

    assert list(schema(Child)["$defs"]["Child"]["properties"]) == ["x", "y", "when", "z"]


def test_classes_of_one_name_do_not_share_a_definition():
    def make(annotation):
        @dataclass
        class Thing:
            x: Any

        Thing.__annotations__["x"] = annotation
        return Thing

    one, other = make(int), make(str)
    definitions = schema(tuple[one, other])["$defs"]
    assert definitions["Thing"]["properties"]["x"] == INTEGER
    assert definitions["tests.types.test_builder.Thing"]["properties"]["x"] == {"type": "string"}


def test_a_class_may_have_the_name_of_a_definition_of_the_packages_own():
    Named = dataclass(type("hashable", (), {"__annotations__": {"n": int}}))

    def f(request, first: Named, values: set[Any]) -> int:
        return len(values)

    f.__annotations__["first"] = Named
    nested = {"__type__": "set", "value": [[1, ["a"]], 2]}
    assert call(a_gateway(f), "t.f", {"n": 1}, nested) == 2


def test_django_choices_are_enums():
    from django.db import models

    class Status(models.TextChoices):
        OPEN = "o", "Open"
        DONE = "d", "Done"

    class Level(models.IntegerChoices):
        LOW = 1

    def f(request, status: Status, level: Level) -> list[str]:
        return [status.label, level.label]

    f.__annotations__.update(status=Status, level=Level)
    assert call(a_gateway(f), "t.f", "o", 1) == ["Open", "Low"]
    assert schema(Status)["$defs"]["Status"] == {"enum": ["o", "d"]}


def test_a_dictionary_with_any_keys():
    assert schema(dict[tuple[int], str])["anyOf"][1] == {"type": "object", "maxProperties": 0}
    assert schema(dict[Literal["a", "b"], int])["anyOf"][0]["propertyNames"] == {"enum": ["a", "b"]}
    keys = schema(dict[strategies.Fruit, int])["anyOf"][0]["propertyNames"]
    assert keys == {"$ref": "#/$defs/Fruit"}


@pytest.mark.parametrize(
    "annotation",
    [
        dict[Any, int],
        dict[int | str, int],
        dict[Literal["a", "__type__", 1], int],
        dict[Annotated[str, Schema(maxLength=9)], int],
        dict[Literal["a", "__type__"], int],
    ],
)
@pytest.mark.parametrize("value", [{}, {"a": 1}, {"__type__": 1}, {"a": 1, "__type__": 2}])
def test_a_dictionary_whose_keys_may_be_strings_is_sent_and_taken_back(annotation, value):
    def f(request, value):
        return value

    f.__annotations__.update({"value": annotation, "return": annotation})
    sent = Serializer().to_wire(value)
    assert call(a_gateway(f), "t.f", sent) == sent


def test_a_dictionary_with_the_members_of_an_enum_for_keys():
    def f(request, counts: dict[strategies.Fruit, int]) -> dict[strategies.Fruit, int]:
        return {key: counts[key] + 1 for key in strategies.Fruit if key in counts}

    assert call(a_gateway(f), "t.f", {"apple": 1}) == {"apple": 2}


def test_a_subclass_of_an_annotated_class_may_be_sent():
    class Shape:
        pass

    class Circle(Shape):
        pass

    types = [
        type(f"{cls.__name__}Type", (ObjectType,), {"name": cls.__name__.lower(), "cls": cls})
        for cls in (Shape, Circle)
    ]
    codec = CodecBuilder(Serializer(types), HANDLERS).codec(Shape)
    assert [each["$ref"] for each in codec.schema["anyOf"]] == [
        "#/$defs/tag.shape",
        "#/$defs/tag.circle",
    ]


class Tagged(TypedDict):
    __type__: str


class Empty(enum.Enum):
    pass


class Points(enum.Enum):
    ORIGIN = (0, 0)


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        (bytearray, "bytearray can't be served"),
        (abc.Callable[[int], int], "Callable"),
        (type, "type can't be served"),
        (list[bytearray], "bytearray can't be served"),
        (dict[str, bytearray], "bytearray can't be served"),
        (Literal[b"x"], "JSON has no such value"),
        (Tagged, "field '__type__': this name is reserved for tags"),
        (set[strategies.Item], "Item is not hashable"),
        (dict[strategies.Point, int], "Point is not hashable"),
        (Empty, "has no members"),
        (Points, "must be strings, integers, booleans, None or floats"),
        ("Nowhere", "can't be resolved"),
        (list["Nowhere"], "can't be resolved"),  # noqa: F821
        (3, "3 is not a type that can be served: annotate with a class"),
        (list[int, str], "it has 2 types in brackets: write one"),
        (set[int, str], "it has 2 types in brackets: write one"),
        (tuple[int, str, ...], "it has 2 types in brackets: write one"),
        (dict[str], "it needs two types in brackets"),
        (Literal[()], "no value is one of none"),
        (Annotated[Decimal, annotated_types.MinLen(1)], "min_length can't be enforced on Decimal"),
        (Annotated[datetime, Schema(minItems=0)], "minItems can't be enforced on datetime"),
        (Annotated[bool, annotated_types.MinLen(1)], "min_length can't be enforced on bool"),
        (Annotated[str, Schema(pattern="(?=x)")], "the look-around"),
        (Annotated[str, Schema(minLength="x")], "not a valid JSON Schema"),
    ],
)
def test_what_cannot_be_served_is_refused(annotation, why):
    with pytest.raises(RegistrationError, match=why):
        schema(annotation)


def test_an_unknown_keyword_is_refused():
    with pytest.raises(
        RegistrationError, match="doesn't support minimun: use keywords of JSON Schema"
    ):
        Schema(minimun=1)
    with pytest.raises(RegistrationError, match="doesn't support the format 'zip': use a pattern"):
        Schema(format="zip")
    with pytest.raises(RegistrationError, match="doesn't support x-adjax-check"):
        Schema(**{"x-adjax-check": "1"})
    assert Schema(**{"x-unit": "metre"}).keywords == {"x-unit": "metre"}


def test_a_field_that_cannot_be_served_is_named():
    @dataclass
    class Holder:
        good: int
        bad: Any

    Holder.__annotations__["bad"] = bytearray
    with pytest.raises(RegistrationError, match="field 'bad' of Holder: bytearray can't be served"):
        schema(Holder)


def test_strategies_know_every_class():
    for annotation in strategies.CLASSES:
        assert schema(annotation) is not None
