"""Structs of msgspec: renamed fields, tags, arrays, omitted and unset fields, generics."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Generic, Optional, TypeVar, Union

import pytest
from msgspec import UNSET, Struct, UnsetType, field

from adjax_jsonrpc import RegistrationError
from tests.support.models import accepted, gateway_of, refused, sent

T = TypeVar("T")
DAY = {"__type__": "date", "value": "2026-11-22"}


class Renamed(Struct, rename="camel"):
    first_name: str
    born_on: date = field(name="born", default=date(2000, 1, 1))


def test_renamed_fields():
    received, result = accepted(Renamed, {"firstName": "x", "born": "2026-11-22"})
    assert received == Renamed("x", date(2026, 11, 22))
    assert result == sent(Any, received) == {"firstName": "x", "born": DAY}
    assert refused(Renamed, {"first_name": "x"})[0][0] == "/0"


class Loose(Struct):
    n: int = 0


class Closed(Struct, forbid_unknown_fields=True):
    n: int = 0


def test_unknown_members_are_ignored_or_refused():
    assert accepted(Loose, {"n": 1, "x": 2})[1] == {"n": 1}
    assert refused(Closed, {"n": 1, "x": 2})[0][0] == "/0"
    assert accepted(Union[Loose, set[int]], {"__type__": "set", "value": [1]})[0] == {1}


class Get(Struct, tag="get", tag_field="op"):
    key: str


class Put(Struct, tag="put", tag_field="op"):
    key: str
    value: Decimal


def test_tagged_structs_carry_their_tag():
    wire = {"op": "put", "key": "a", "value": {"__type__": "decimal", "value": "1"}}
    received, result = accepted(Union[Get, Put], wire)
    assert received == Put("a", Decimal(1)) and result == wire == sent(Any, received)
    assert accepted(Union[Get, Put], {"op": "get", "key": "a"})[0] == Get("a")
    assert refused(Get, {"key": "a"}) and refused(Get, {"op": "put", "key": "a"})


class Row(Struct, array_like=True):
    on: date
    inner: Optional[Loose] = None


class TaggedRow(Struct, array_like=True, tag="row", forbid_unknown_fields=True):
    on: date


def test_structs_like_arrays():
    received, result = accepted(Row, ["2026-11-22", {"n": 1}, "more"])
    assert received == Row(date(2026, 11, 22), Loose(1))
    assert result == sent(Any, received) == [DAY, {"n": 1}]
    assert accepted(Row, ["2026-11-22"])[1] == [DAY, None]
    assert refused(Row, ["x"])[0][0] == "/0/0" and refused(Row, [])
    assert accepted(TaggedRow, ["row", "2026-11-22"])[1] == ["row", DAY]
    assert refused(TaggedRow, ["row", "2026-11-22", 3])


class Sparse(Struct, omit_defaults=True):
    n: int = 0
    tags: list[str] = field(default_factory=list)
    on: Union[date, UnsetType] = UNSET


def test_omitted_and_unset_fields():
    assert accepted(Sparse, {})[1] == {}
    received, result = accepted(Sparse, {"n": 1, "tags": ["a"], "on": "2026-11-22"})
    assert received == Sparse(1, ["a"], date(2026, 11, 22))
    assert result == {"n": 1, "tags": ["a"], "on": DAY}
    schema = gateway_of(Sparse).registry.get("t.f").signature.result_schema
    assert "required" not in schema["$defs"]["Sparse"]


class Page(Struct, Generic[T]):
    items: list[T]


class Dates(Page[date]): ...


def test_generic_structs_and_their_subclasses():
    assert accepted(Page[date], {"items": ["2026-11-22"]})[0].items == [date(2026, 11, 22)]
    assert accepted(Dates, {"items": ["2026-11-22"]})[0] == Dates([date(2026, 11, 22)])


class Checked(Struct, kw_only=True):
    n: int

    def __post_init__(self):
        if self.n == 13:
            raise ValueError("unlucky")
        if self.n == 14:
            raise TypeError("too much")


def test_errors_of_post_init_are_those_of_the_struct():
    assert refused(list[Checked], [{"n": 13}, {"n": 1}, {"n": 14}]) == [
        ("/0/0", "unlucky"),
        ("/0/2", "too much"),
    ]


class Base(Struct):
    a: int


class Derived(Base):
    secret: str


def test_an_instance_of_a_derived_class_is_sent_as_the_annotated_class():
    assert sent(Base, Derived(1, "s")) == {"a": 1}
    assert sent(dict[str, Base], {"x": Derived(1, "s")}) == {"x": {"a": 1}}


def test_a_tag_with_the_name_of_our_tag_is_refused_at_start_up():
    class Tagged(Struct, tag="date", tag_field="__type__"):
        a: int

    with pytest.raises(RegistrationError, match="reserved for tags"):
        gateway_of(Tagged).registry.resolve()
