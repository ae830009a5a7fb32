"""Types that contain themselves, and members of sets and keys that can't be hashed."""

from __future__ import annotations

import enum
import sys
from collections import abc
from dataclasses import InitVar, dataclass, field
from typing import (
    Annotated,
    Any,
    Generic,
    NamedTuple,
    NewType,
    Optional,
    TypedDict,
    TypeVar,
    Union,
)

import attrs
import msgspec
import pydantic
import pytest
from typing_extensions import TypeAliasType

from adjax_jsonrpc import RegistrationError, Schema
from tests.support.calls import a_gateway, call

T = TypeVar("T")


def signature_of(annotation: Any, returned: Any = None):
    def method(request, value): ...

    method.__annotations__ = {"value": annotation, "return": returned}
    return a_gateway(method).registry.get("t.method").signature


@dataclass
class Endless:
    again: Endless


@dataclass
class EndlessPair:
    both: tuple[int, EndlessPair]


class EndlessDict(TypedDict):
    other: EndlessOther


class EndlessOther(TypedDict):
    back: EndlessDict


class EndlessTuple(NamedTuple):
    value: int
    more: EndlessTuple


@dataclass
class Widening(Generic[T]):
    value: T
    wider: Optional[Widening[tuple[T, T]]] = None


Itself = TypeAliasType("Itself", Union["Itself", int])
One = TypeAliasType("One", Union["Other", int])
Other = TypeAliasType("Other", Union["One", str])
Full = TypeAliasType("Full", tuple[int, "Full"])


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        (Endless, "Endless contains itself without an end"),
        (list[Endless], "Endless contains itself without an end"),
        (Optional[Endless], "Endless contains itself without an end"),
        (EndlessPair, "EndlessPair contains itself without an end"),
        (EndlessDict, "contains itself without an end"),
        (EndlessTuple, "EndlessTuple contains itself without an end"),
        (Widening[int], "Widening contains itself with other types in brackets"),
        (Itself, "Itself is defined by itself"),
        (One, "is defined by itself"),
        (Full, "Full contains itself without an end"),
        (dict[Itself, int], "can't be a key inside of itself|defined by itself|too deep"),
    ],
)
def test_a_type_without_an_end_is_refused(annotation, why):
    with pytest.raises(RegistrationError, match=f"parameter 'value': .*({why})"):
        signature_of(annotation)
    with pytest.raises(RegistrationError, match=f"the result: .*({why})"):
        signature_of(int, annotation)


@dataclass
class Tree:
    children: list[Tree] = field(default_factory=list)
    parent: Optional[Tree] = None


Nested = TypeAliasType("Nested", list["Nested"])
Names = TypeAliasType("Names", Union[int, dict[str, "Names"]])


@pytest.mark.parametrize(
    ("annotation", "wire"),
    [
        (Tree, {"children": [{"parent": None}]}),
        (Nested, [[], [[]]]),
        (Names, {"a": {"b": 1}}),
    ],
)
def test_a_type_with_an_end_may_contain_itself(annotation, wire):
    def method(request, value) -> bool:
        return True

    method.__annotations__["value"] = annotation
    assert call(a_gateway(method), "t.method", wire) is True


def nested(depth: int) -> Any:
    annotation: Any = int
    for _ in range(depth):
        annotation = list[annotation]
    return annotation


def test_an_annotation_that_is_nested_too_deep_is_refused():
    with pytest.raises(RegistrationError, match="nested too deep"):
        signature_of(nested(5000))


def test_a_dataclass_with_an_init_var_is_refused():
    @dataclass
    class Halved:
        x: int
        half: InitVar[int] = 0

    with pytest.raises(RegistrationError, match="field 'half' of Halved is an InitVar"):
        signature_of(Halved)


# ── what has no hash ──


@dataclass
class Mutable:
    x: int = 0


@dataclass(frozen=True)
class Frozen:
    x: int = 0


@dataclass(frozen=True)
class Holding:
    values: dict[str, int]


@dataclass(frozen=True)
class HoldingList:
    values: list[int]


@dataclass(frozen=True)
class OwnHash:
    values: list[int]

    def __hash__(self):
        return 1


@dataclass(eq=False)
class ByIdentity:
    values: list[int]


@dataclass(frozen=True)
class Generically(Generic[T]):
    value: T


@dataclass(frozen=True)
class Parent:
    children: frozenset[Parent] = frozenset()


class Row(NamedTuple):
    values: list[int]


class Point(NamedTuple):
    x: int


class RowOfDicts(NamedTuple):
    values: list[dict[str, int]]


class Keys(TypedDict):
    a: int


@attrs.define
class Defined:
    x: int


@attrs.frozen
class FrozenAttrs:
    x: int


class Plain(msgspec.Struct):
    x: int


class FrozenStruct(msgspec.Struct, frozen=True):
    x: int


class Model(pydantic.BaseModel):
    x: int


class FrozenModel(pydantic.BaseModel, frozen=True):
    x: int


class Size(enum.Enum):
    SMALL = 1


Dicts = TypeAliasType("Dicts", list[dict[str, int]])
NewDict = NewType("NewDict", dict[str, int])
OfDict = TypeVar("OfDict", bound=dict)

UNHASHABLE = [
    dict,
    dict[str, int],
    abc.Mapping[str, int],
    list[dict[str, int]],
    tuple[int, dict[str, int]],
    tuple[dict[str, int], ...],
    Union[int, dict[str, int]],
    Optional[list[Mutable]],
    Annotated[dict[str, int], Schema(minProperties=1)],
    list,
    list[int],
    set[int],
    abc.MutableSequence[int],
    tuple[int, list[int]],
    Union[int, list[int]],
    Row,
    Dicts,
    NewDict,
    OfDict,
    Keys,
    Mutable,
    list[Mutable],
    Holding,
    HoldingList,
    Generically[list[int]],
    RowOfDicts,
    Defined,
    Plain,
    Model,
]
HASHABLE = [
    int,
    Any,
    abc.Sequence[int],
    abc.Sequence[abc.Sequence[str]],
    frozenset[int],
    abc.Set[int],
    tuple[int, ...],
    tuple[int, abc.Sequence[int]],
    Optional[Frozen],
    Frozen,
    OwnHash,
    ByIdentity,
    Generically[int],
    Parent,
    Point,
    FrozenAttrs,
    FrozenStruct,
    FrozenModel,
    Size,
]


@pytest.mark.parametrize("annotation", UNHASHABLE, ids=str)
def test_members_and_keys_without_a_hash_are_refused(annotation):
    for inside in (set[annotation], frozenset[annotation], dict[annotation, int]):
        with pytest.raises(RegistrationError, match="parameter 'value': .* is not hashable"):
            signature_of(inside)


@pytest.mark.parametrize("annotation", HASHABLE, ids=str)
def test_members_and_keys_with_a_hash_are_served(annotation):
    for inside in (set[annotation], abc.Set[annotation], dict[annotation, int]):
        signature_of(inside, inside)


@pytest.mark.parametrize(
    "annotation", [set[Any], set[abc.Sequence], set[tuple], set[Optional[Any]]]
)
def test_a_dict_in_a_list_without_a_type_is_no_member_of_a_set(annotation):
    signature = signature_of(annotation)
    assert signature.validate([[[1, ["a"]]]]) is None
    assert signature.validate([[[{"a": 1}]]]) is not None


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the language has 'type' from 3.12 on")
def test_the_languages_own_aliases_need_an_end_and_a_hash():
    namespace: dict[str, Any] = {}
    exec(
        "type X = list[X]\n"
        "type Y = Y | int\n"
        "type Key[T] = tuple[T, ...]\n"
        "type Wide[T] = list[Wide[tuple[T, T]]]\n",
        namespace,
    )
    signature_of(namespace["X"], namespace["X"])
    key = namespace["Key"]
    signature_of(dict[key[int], int])
    for annotation, why in (
        (namespace["Y"], "is defined by itself"),
        (set[key[dict[str, int]]], "is not hashable"),
        (namespace["Wide"][int], "contains itself with other types"),
    ):
        with pytest.raises(RegistrationError, match=why):
            signature_of(annotation)
