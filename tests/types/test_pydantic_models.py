"""pydantic: aliases, extra members, strict models, generics, serializers, from_attributes."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar, Union

import annotated_types
import pydantic
import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel

from adjax_jsonrpc import ObjectType, RegistrationError
from adjax_jsonrpc.exports.typescript import declarations
from tests.support.calls import CallError
from tests.support.models import accepted, gateway_of, refused, sent

T = TypeVar("T")


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __eq__(self, other):
        return type(other) is Money and other.cents == self.cents


class MoneyType(ObjectType):
    name, cls = "money", Money
    schema = {"cents": {"type": "integer"}}

    @classmethod
    def encode(cls, value):
        return {"cents": value.cents}

    @classmethod
    def decode(cls, value):
        return Money(value["cents"])


class Priced(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    price: Money


def test_a_registered_type_in_a_field_is_tagged_and_checked():
    wire = {"price": {"__type__": "money", "cents": 5}}
    received, result = accepted(Priced, wire, types=[MoneyType])
    assert received == Priced(price=Money(5)) and result == wire
    ((path, _),) = refused(
        Priced, {"price": {"__type__": "money", "cents": "5"}}, types=[MoneyType]
    )
    assert path == "/0/price/cents"
    assert refused(Priced, {"price": {"cents": 5}}, types=[MoneyType])[0][0] == "/0/price"


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    unit_price: int = Field(alias="unitPrice")
    note: str = Field(
        "", validation_alias=pydantic.AliasChoices("note", "text"), serialization_alias="remark"
    )


def test_aliases_are_the_names_on_the_wire():
    received, result = accepted(Aliased, {"unitPrice": 3, "text": "x"})
    assert received == Aliased(unitPrice=3, note="x")
    assert result == {"unitPrice": 3, "remark": "x"}
    assert accepted(Aliased, {"unit_price": 3})[0].unit_price == 3
    ((path, message),) = refused(Aliased, {"note": "x"})
    assert path == "/0" and message.endswith('none of these: "unitPrice", "unit_price"')
    assert refused(Aliased, {"unitPrice": "3"})[0][0] == "/0/unitPrice"


def test_one_of_several_names_is_required_in_typescript():
    registry = gateway_of(Aliased).registry
    text = declarations(registry.methods.values(), registry.serializer)
    assert (
        "export type AliasedParams = ({ unitPrice: unknown } | { unit_price: unknown }) & " in text
    )
    assert "export interface Aliased {\n  unitPrice: number" in text


def test_an_alias_path_is_refused_at_start_up():
    class Nested(BaseModel):
        first: str = Field(validation_alias=pydantic.AliasPath("names", 0))

    with pytest.raises(RegistrationError, match="field 'first' of Nested: an AliasPath"):
        gateway_of(Nested).registry.resolve()


def test_of_two_names_of_one_field_a_model_without_extra_takes_one():
    class Either(BaseModel):
        model_config = ConfigDict(extra="forbid")
        a: int = Field(0, validation_alias=pydantic.AliasChoices("a", "b"))

    assert accepted(Either, {"b": 2})[0].a == 2 and accepted(Either, {})[0].a == 0
    assert refused(Either, {"a": 1, "b": 2})


class Ignoring(BaseModel):
    n: int = 0


class Forbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")
    n: int = 0


class Keeping(BaseModel):
    model_config = ConfigDict(extra="allow")
    n: int = 0
    __pydantic_extra__: dict[str, date]


def test_unknown_members_are_ignored_refused_or_kept():
    assert accepted(Ignoring, {"n": 1, "x": 2})[1] == {"n": 1}
    assert refused(Forbidding, {"n": 1, "x": 2})[0][0] == "/0"
    received, result = accepted(Keeping, {"n": 1, "x": "2026-11-22"})
    assert received.x == date(2026, 11, 22)
    assert result == {"n": 1, "x": {"__type__": "date", "value": "2026-11-22"}}
    assert refused(Keeping, {"n": 1, "x": 2})[0][0] == "/0/x"


def test_a_tag_is_no_model_that_ignores_it():
    wire = {"__type__": "set", "value": [1, 2]}
    assert accepted(Union[Ignoring, set[int]], wire)[0] == {1, 2}
    assert refused(Ignoring, wire)


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    on: date
    at: datetime
    took: timedelta
    price: Decimal
    tags: set[int]
    pair: tuple[int, str]
    inner: Ignoring


def test_strict_models_naive_datetimes_and_negative_durations():
    wire = {
        "on": "2026-11-22",
        "at": {"__type__": "datetime", "value": "2026-11-22T09:30:00"},
        "took": "-P1D",
        "price": "1.10",
        "tags": [1],
        "pair": [1, "a"],
        "inner": {"n": 2},
    }
    received, _ = accepted(Strict, wire)
    assert received == Strict(
        on=date(2026, 11, 22),
        at=datetime(2026, 11, 22, 9, 30),
        took=-timedelta(days=1),
        price=Decimal("1.10"),
        tags={1},
        pair=(1, "a"),
        inner=Ignoring(n=2),
    )


class Page(BaseModel, Generic[T]):
    items: list[T]


class Dates(Page[date]): ...


def test_generic_models_and_their_subclasses():
    assert accepted(Page[date], {"items": ["2026-11-22"]})[0].items == [date(2026, 11, 22)]
    assert accepted(Dates, {"items": ["2026-11-22"]})[0] == Dates(items=[date(2026, 11, 22)])


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    born: date


class Owner(BaseModel):
    pet: Annotated[Union[Cat, Dog], Field(discriminator="kind")]


def test_discriminated_unions():
    received, result = accepted(Owner, {"pet": {"kind": "dog", "born": "2026-11-22"}})
    assert received.pet == Dog(kind="dog", born=date(2026, 11, 22))
    assert result["pet"]["born"] == {"__type__": "date", "value": "2026-11-22"}


class Square(BaseModel):
    side: Decimal

    @pydantic.computed_field(alias="areaOf")
    @property
    def area(self) -> Decimal:
        return self.side**2


def test_computed_fields_are_sent_and_not_accepted():
    _, result = accepted(Square, {"side": "2"})
    assert result["areaOf"] == {"__type__": "decimal", "value": "4"}


class Scores(RootModel[dict[str, Decimal]]):
    @pydantic.model_validator(mode="after")
    def _some(self):
        if not self.root:
            raise ValueError("no scores")
        return self


def test_root_models():
    wire = {"a": {"__type__": "decimal", "value": "1.5"}}
    received, result = accepted(Scores, wire)
    assert received == Scores({"a": Decimal("1.5")}) and result == wire
    assert sent(Any, received) == wire
    assert refused(list[Scores], [{}]) == [("/0/0", "no scores")]


class Checked(BaseModel):
    name: str
    codes: list[int]

    @pydantic.field_validator("name")
    @classmethod
    def _name(cls, value):
        if not value.islower():
            raise AssertionError("use small letters")
        return value

    @pydantic.field_validator("codes")
    @classmethod
    def _codes(cls, value):
        if sum(value) > 9:
            raise ValueError("too much")
        return value


def test_all_errors_of_validators_are_told_with_their_paths():
    assert refused(list[Checked], [{"name": "A", "codes": [10]}, {"name": "B", "codes": []}]) == [
        ("/0/0/name", "use small letters"),
        ("/0/0/codes", "too much"),
        ("/0/1/name", "use small letters"),
    ]


class Custom(BaseModel):
    at: datetime
    name: str
    secret: str = Field("s", exclude=True)
    _private: int = 3

    @pydantic.field_serializer("at")
    def _year(self, value) -> int:
        return value.year


def test_a_serializer_of_pydantic_makes_the_member():
    value = Custom(at=datetime(2026, 11, 22), name="x")
    assert sent(Custom, value) == sent(Any, value) == {"at": 2026, "name": "x"}
    schema = gateway_of(Any, result=Custom).registry.get("t.f").signature.result_schema
    assert schema["$defs"]["Custom"]["properties"].keys() == {"at", "name"}


class Whole(BaseModel):
    x: int

    @pydantic.model_serializer
    def _as_text(self) -> str:
        return f"<{self.x}>"


def test_a_model_serializer_makes_the_whole_value():
    assert sent(Whole, Whole(x=3)) == sent(Any, Whole(x=3)) == "<3>"
    assert sent(list[Whole], [Whole(x=3)]) == ["<3>"]


class Line(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    sku: str
    price: Decimal


class Basket(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    lines: list[Line]
    gift: Optional[Line] = None


def test_a_result_may_be_any_object_with_the_attributes():
    line = SimpleNamespace(sku="A", price=Decimal(1), secret="s")
    wire = {"sku": "A", "price": {"__type__": "decimal", "value": "1"}}
    assert sent(Line, line) == wire
    assert sent(Optional[Line], line) == wire and sent(Optional[Line], None) is None
    assert sent(dict[str, Line], {"a": line}) == {"a": wire}
    assert sent(tuple[Line, int], (line, 1)) == [wire, 1]
    basket = SimpleNamespace(lines=[line], gift=None)
    assert sent(Basket, basket) == {"lines": [wire], "gift": None}


class Half(enum.Enum):
    LOW = 1.5
    HIGH = 2


@pytest.mark.parametrize(
    ("other", "value", "wire"),
    [
        (Half, Half.HIGH, 2),
        (date, date(2026, 1, 2), {"__type__": "date", "value": "2026-01-02"}),
        (Decimal, Decimal(1), {"__type__": "decimal", "value": "1"}),
        (PurePosixPath, PurePosixPath("a"), "a"),
    ],
)
def test_a_value_of_another_branch_is_not_an_object_with_the_attributes(other, value, wire):
    assert sent(Union[other, Line], value) == sent(Union[Line, other], value) == wire


def test_an_object_without_the_attributes_is_an_internal_error():
    with pytest.raises(CallError) as caught:
        sent(Line, SimpleNamespace(sku="A"))
    assert caught.value.code == -32603


class Public(BaseModel):
    name: str


class Private(Public):
    password: str


class Account(BaseModel):
    owner: Public


def test_an_instance_of_a_derived_class_is_sent_as_the_annotated_class():
    private = Private(name="x", password="secret")
    assert sent(Public, private) == {"name": "x"}
    assert sent(list[Public], [private]) == [{"name": "x"}]
    assert sent(Account, Account(owner=private)) == {"owner": {"name": "x"}}
    assert sent(Union[Public, Private], private) == {"name": "x", "password": "secret"}


class Foreign(BaseModel):
    model_config = ConfigDict(strict=True)
    url: pydantic.HttpUrl
    secret: pydantic.SecretStr
    numbers: pydantic.Json[list[int]]
    data: pydantic.Base64Bytes = b""
    seen: Optional[pydantic.PastDate] = None


def test_types_that_only_pydantic_knows():
    wire = {"url": "https://example.org/", "secret": "x", "numbers": "[1]", "seen": "2020-01-01"}
    received, result = accepted(Foreign, wire)
    assert received.numbers == [1] and received.secret.get_secret_value() == "x"
    assert received.seen == date(2020, 1, 1)
    assert result == {
        "url": "https://example.org/",
        "secret": "**********",
        "numbers": [1],
        "data": "",
        "seen": {"__type__": "date", "value": "2020-01-01"},
    }
    paths = [path for path, _ in refused(Foreign, {**wire, "numbers": "[x]", "url": "ftp://a.b/"})]
    assert paths == ["/0/url"]
    assert refused(Foreign, {**wire, "numbers": "[x]"})[0][0] == "/0/numbers"


def test_what_a_caller_must_not_choose_is_refused():
    class Importing(BaseModel):
        what: pydantic.ImportString

    with pytest.raises(RegistrationError, match="ImportString"):
        gateway_of(Importing).registry.resolve()


class Split(BaseModel):
    words: list[str]

    @pydantic.field_validator("words", mode="before", json_schema_input_type=Union[str, list[str]])
    @classmethod
    def _split(cls, value):
        return value.split() if isinstance(value, str) else value


def test_a_validator_may_declare_what_it_takes():
    assert accepted(Split, {"words": "a b"})[0].words == ["a", "b"]
    assert accepted(Split, {"words": ["a"]})[1] == {"words": ["a"]}
    assert refused(Split, {"words": 3})[0][0] == "/0/words"


@pydantic.dataclasses.dataclass(config=ConfigDict(strict=True))
class Event:
    on: date
    size: int = Field(1, alias="count")

    @pydantic.field_validator("size")
    @classmethod
    def _size(cls, value):
        if value == 13:
            raise ValueError("unlucky")
        return value


def test_dataclasses_of_pydantic():
    received, result = accepted(Event, {"on": "2026-11-22", "count": 2})
    assert received == Event(on=date(2026, 11, 22), count=2)
    assert result == {"on": {"__type__": "date", "value": "2026-11-22"}, "count": 2}
    assert refused(Event, {"on": "2026-11-22", "count": 13}) == [("/0/count", "unlucky")]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)
    n: int


def test_frozen_models_are_members_of_sets_and_keys():
    received, result = accepted(set[Frozen], [{"n": 1}, {"n": 2}])
    assert received == {Frozen(n=1), Frozen(n=2)}
    assert {each["n"] for each in result["value"]} == {1, 2}
    wire = {"__type__": "map", "value": [[{"n": 1}, "a"]]}
    assert accepted(dict[Frozen, str], wire) == ({Frozen(n=1): "a"}, wire)


def test_defaults_and_descriptions_are_exported():
    class Described(BaseModel):
        n: int = Field(3, description="how many", examples=[4])
        made: list[int] = Field(default_factory=list)
        on: date = date(2026, 11, 22)

    schema = gateway_of(Described).registry.get("t.f").signature.params_schema
    properties = schema["$defs"]["Described"]["properties"]
    assert properties["n"]["description"] == "how many" and properties["n"]["default"] == 3
    assert properties["made"]["default"] == [] and "default" not in properties["on"]
    assert "required" not in schema["$defs"]["Described"]


def test_models_of_one_name_have_definitions_of_their_own():
    def made(annotation):
        class Inner(BaseModel):
            x: annotation

        class Outer(BaseModel):
            inner: Inner

        return Outer

    received, _ = accepted(
        tuple[made(int), made(str)], [{"inner": {"x": 1}}, {"inner": {"x": "a"}}]
    )
    assert [each.inner.x for each in received] == [1, "a"]


def test_constraints_of_annotated_types_hold_in_fields():
    class Limited(BaseModel):
        n: Annotated[int, annotated_types.Ge(1)]

    assert refused(Limited, {"n": 0})[0][0] == "/0/n"


def test_a_serializer_that_declares_nothing_may_send_anything():
    class Silent(BaseModel):
        a: int

        @pydantic.field_serializer("a")
        def _a(self, value):
            return f"<{value}>"

    class WholeSilent(BaseModel):
        a: int

        @pydantic.model_serializer
        def _all(self):
            return [self.a]

    assert sent(Silent, Silent(a=1)) == {"a": "<1>"}
    assert sent(WholeSilent, WholeSilent(a=1)) == [1]


def test_pydantic_does_not_change_what_was_decoded():
    class Equal(BaseModel):
        flag: Union[Literal[True, None], int] = 0
        number: Literal[-1, 2**64 + 1] = -1
        items: Iterable[int] = ()

    received, _ = accepted(Equal, {"flag": 1, "number": 2**64 + 1, "items": [1]})
    assert type(received.flag) is int and received.number == 2**64 + 1 and received.items == [1]


class Tree(BaseModel, Generic[T]):
    value: T
    children: list[Tree[T]] = []


def test_a_generic_model_may_contain_itself():
    wire = {"value": "2026-11-22", "children": [{"value": "2026-11-23"}]}
    assert accepted(Tree[date], wire)[0].children[0].value == date(2026, 11, 23)
    assert refused(Tree[date], {"value": "2026-11-22", "children": [{"value": 1}]})


def test_a_member_with_the_name_of_the_tag_is_refused_at_start_up():
    class Tagged(BaseModel):
        kind: str = Field(alias="__type__")

    with pytest.raises(RegistrationError, match="reserved for tags"):
        gateway_of(Tagged).registry.resolve()
