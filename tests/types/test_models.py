"""Models of other libraries: our schema and codecs for their fields, their own validation."""

from __future__ import annotations

import abc
import dataclasses
import subprocess
import sys
from datetime import date, datetime
from typing import Optional

import attrs
import msgspec
import pydantic
import pytest
from jsonschema import Draft202012Validator

from adjax_jsonrpc import RegistrationError, WireError
from tests.support.calls import CallError, a_gateway, call
from tests.support.models import accepted, gateway_of, refused, sent


class Line(pydantic.BaseModel):
    sku: str
    qty: int = pydantic.Field(ge=1)


class Cart(pydantic.BaseModel):
    lines: list[Line]
    on: Optional[date] = None

    @pydantic.field_validator("lines")
    @classmethod
    def _some(cls, lines):
        if len(lines) == 3:
            raise ValueError("three is a crowd")
        return lines


class Track(msgspec.Struct):
    title: str
    length: int
    on: Optional[datetime] = None


@attrs.define
class Place:
    name: str
    height: float = 0.0
    _secret: int = attrs.field(default=1, alias="secret")


def cart(request, cart: Cart) -> Cart:
    assert isinstance(cart, Cart) and all(isinstance(line, Line) for line in cart.lines)
    return cart


def track(request, tracks: list[Track]) -> list[Track]:
    assert all(isinstance(each, Track) for each in tracks)
    return tracks


def place(request, place: Place) -> Place:
    assert isinstance(place, Place)
    return place


@pytest.fixture
def gateway():
    return a_gateway(cart, track, place)


def errors(gateway, method, *args):
    with pytest.raises(CallError) as caught:
        call(gateway, method, *args)
    return [(each["path"], each["message"]) for each in caught.value.errors]


def test_a_pydantic_model_is_a_parameter_and_a_result(gateway):
    sent = {"lines": [{"sku": "A", "qty": 1}], "on": "2026-11-22"}
    on = {"__type__": "date", "value": "2026-11-22"}
    assert call(gateway, "t.cart", sent) == {**sent, "on": on}
    assert call(gateway, "t.cart", {**sent, "on": on}) == {**sent, "on": on}


def test_a_pydantic_model_refuses_by_its_schema_and_by_itself(gateway):
    assert errors(gateway, "t.cart", {"lines": [{"sku": "A", "qty": 0}]}) == [
        ("/0/lines/0/qty", "0 is less than the minimum of 1")
    ]
    assert errors(gateway, "t.cart", {"lines": [{"sku": "A", "qty": 1}] * 3}) == [
        ("/0/lines", "three is a crowd")
    ]


def test_a_msgspec_struct_is_a_parameter_and_a_result(gateway):
    sent = [{"title": "a", "length": 1, "on": "2026-11-22T00:00:00Z"}]
    on = {"__type__": "datetime", "value": "2026-11-22T00:00:00+00:00"}
    assert call(gateway, "t.track", sent) == [{**sent[0], "on": on}]
    assert errors(gateway, "t.track", [{"title": "a"}])[0][0] == "/0/0"


def test_an_attrs_class_is_a_parameter_and_a_result(gateway):
    assert call(gateway, "t.place", {"name": "x"}) == {"name": "x", "height": 0.0, "secret": 1}
    assert call(gateway, "t.place", {"name": "x", "secret": 2})["secret"] == 2
    assert errors(gateway, "t.place", {"name": "x", "other": 2})[0][0] == "/0"


@pytest.mark.parametrize("method", ["cart", "track", "place"])
def test_their_schemas_are_exported(gateway, method):
    signature = gateway.registry.get(f"t.{method}").signature
    for schema in (signature.params_schema, signature.result_schema):
        Draft202012Validator.check_schema(schema)
        assert "$defs" in schema


@pytest.mark.slow
@pytest.mark.every_python
def test_nothing_is_imported_that_is_not_used():
    code = "import adjax_jsonrpc.gateway, sys; print({'pydantic', 'attr', 'annotated_types', 'django'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    # jsonschema itself is made with attrs.
    assert done.stdout.strip() in ("set()", "{'attr'}")


@attrs.define
class Limited:
    low: int = attrs.field(validator=attrs.validators.gt(0))
    name: str = attrs.field(
        converter=str.strip, validator=attrs.validators.min_len(1), alias="title"
    )


def test_all_errors_of_attrs_validators_are_told_with_their_paths():
    received, result = accepted(Limited, {"low": 1, "title": " a "})
    assert received.name == "a" and result == {"low": 1, "title": "a"}
    paths = [path for path, _ in refused(list[Limited], [{"low": 0, "title": " "}])]
    assert paths == ["/0/0/low", "/0/0/title"]


def test_post_init_may_name_the_field():
    @dataclasses.dataclass
    class Span:
        start: int
        end: int

        def __post_init__(self):
            if self.end < self.start:
                raise WireError("the end is before the start").inside("end")

    wire = {"start": 2, "end": 1}
    assert refused(Span, wire) == [("/0/end", "the end is before the start")]


class Abstract(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


@dataclasses.dataclass
class AbstractShape(Abstract):
    side: int


@dataclasses.dataclass(init=False)
class OwnInit:
    side: int

    def __init__(self, length):
        self.side = length


@pytest.mark.parametrize("cls", [AbstractShape, OwnInit])
def test_a_class_that_cannot_be_made_is_refused_at_start_up(cls):
    with pytest.raises(RegistrationError, match=f"{cls.__name__} (is abstract|can't be made)"):
        gateway_of(cls).registry.resolve()
    gateway_of(int, result=cls).registry.resolve()  # it can be sent


def test_an_instance_of_a_derived_class_is_sent_as_the_annotated_dataclass():
    @dataclasses.dataclass
    class Base:
        a: int

    @dataclasses.dataclass
    class Derived(Base):
        secret: str

    assert sent(Base, Derived(1, "s")) == {"a": 1}
    assert sent(list[Base], [Base(2), Derived(1, "s")]) == [{"a": 2}, {"a": 1}]
