"""Integers beyond ±(2^53-1): results reach every caller, and callers may send them back."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import Annotated, Literal, TypedDict, Union

import annotated_types as at
import pytest
from jsonschema import Draft202012Validator

from adjax_jsonrpc import ObjectType, Schema, Serializer
from tests.support.calls import a_gateway, a_request, answer

LARGE = 2**60 + 1


class Big(enum.Enum):
    ONE = LARGE
    SMALL = 1


class Bits(enum.IntFlag):
    LOW = 1
    HIGH = 2**62


@dataclass
class Counter:
    count: Annotated[int, at.Ge(0)]
    share: float = 0.0


class Row(TypedDict):
    count: int
    share: float


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __eq__(self, other):
        return self.cents == other.cents


class MoneyType(ObjectType):
    name = "money"
    cls = Money
    schema = {"cents": {"type": "integer", "minimum": 0}}

    @classmethod
    def encode(cls, value):
        return {"cents": value.cents}

    @classmethod
    def decode(cls, value):
        return Money(value["cents"])


def echo(annotation, value):
    """Return a method that returns ``value``, and collects its params."""
    received = []

    def f(request, value=value):
        received.append(value)
        return value

    f.__annotations__.update({"value": annotation, "return": annotation})
    return a_gateway(f, serializer=Serializer([MoneyType])), received


ROWS = [
    (int, LARGE),
    (int, -LARGE),
    (Annotated[int, at.Ge(0)], LARGE),
    (Annotated[int, at.MultipleOf(3)], LARGE + 1),
    (Annotated[int, Schema(title="n")], LARGE),
    (list[Annotated[int, at.Gt(-1)]], [LARGE, 1]),
    (dict[int, Annotated[int, at.Gt(-1)]], {LARGE: LARGE}),
    (Literal[LARGE, 1], LARGE),
    (Literal[LARGE], LARGE),
    (Big, Big.ONE),
    (Big, Big.SMALL),
    (list[Big], [Big.ONE]),
    (Bits, Bits.HIGH | Bits.LOW),
    (Counter, Counter(LARGE)),
    (Row, {"count": LARGE, "share": 0.5}),
    (Union[int, str], LARGE),
    (int | float, LARGE),
    (Money, Money(LARGE)),
    (Union[Annotated[float, at.Interval(ge=0, lt=10)], Literal[LARGE, 2**64 + 1]], LARGE),
    (Union[Literal[2**64 + 1], Annotated[float, at.Lt(10)]], 2**64 + 1),
]


@pytest.mark.parametrize("bigint_tags", [False, True], ids=["plain", "tagged"])
@pytest.mark.parametrize(
    ("annotation", "value"), ROWS, ids=[f"{str(row[0])[:50]} {n}" for n, row in enumerate(ROWS)]
)
def test_a_large_integer_comes_back_unchanged(annotation, value, bigint_tags):
    gateway, received = echo(annotation, value)
    options = {"bigint_tags": bigint_tags}
    sent = answer(gateway, a_request("t.f", []), **options)["result"]
    assert ("bigint" in json.dumps(sent)) == (bigint_tags and value is not Big.SMALL)
    signature = gateway.registry.get("t.f").signature
    Draft202012Validator(signature.result_schema).validate(sent)
    Draft202012Validator(signature.params_schema).validate([sent])
    again = answer(gateway, a_request("t.f", [sent]), **options)
    assert again["result"] == sent
    assert received[1] == value
    assert type(received[1]) is type(value)


@pytest.mark.parametrize("bigint_tags", [False, True], ids=["plain", "tagged"])
@pytest.mark.parametrize(
    ("annotation", "value", "sent"),
    [
        (float, 2**60, 2.0**60),
        (list[float], [2**60, 1], [2.0**60, 1]),
        (dict[str, float], {"a": -(2**60)}, {"a": -(2.0**60)}),
        (float | None, 2**60, 2.0**60),
        (tuple[float, str], (2**60, "a"), [2.0**60, "a"]),
        (Counter, Counter(1, 2**60), {"count": 1, "share": 2.0**60}),
        (Row, {"count": 1, "share": 2**60}, {"count": 1, "share": 2.0**60}),
        (Annotated[float, at.Ge(0)], 2**60, 2.0**60),
        (Union[float, Literal[LARGE]], 2**60, 2.0**60),
    ],
)
def test_a_large_integer_of_a_float_is_sent_as_a_float(annotation, value, sent, bigint_tags):
    gateway, _ = echo(annotation, value)
    response = answer(gateway, a_request("t.f", []), bigint_tags=bigint_tags)
    assert response["result"] == sent


def test_an_integer_beyond_all_floats_is_an_error():
    gateway, _ = echo(float, 10**400)
    assert answer(gateway, a_request("t.f", []))["error"]["code"] == -32603


@pytest.mark.parametrize(
    ("annotation", "wire"),
    [
        (Annotated[int, at.Ge(0)], -LARGE),
        (Annotated[int, at.Lt(LARGE)], LARGE),
        (Annotated[int, at.MultipleOf(2)], LARGE),
        (Literal[LARGE], LARGE + 1),
        (Big, LARGE + 1),
        (Bits, -LARGE),
    ],
)
def test_a_large_integer_that_is_not_accepted_is_refused_in_both_forms(annotation, wire):
    gateway, _ = echo(annotation, None)
    for form in (wire, {"__type__": "bigint", "value": str(wire)}):
        assert answer(gateway, a_request("t.f", [form]))["error"]["code"] == -32602


def test_an_integer_that_is_never_large_needs_no_tag():
    gateway, _ = echo(Annotated[int, at.Interval(ge=0, le=9)], 1)
    schema = gateway.registry.get("t.f").signature.by_name
    assert schema["properties"]["value"] == {"type": "integer", "minimum": 0, "maximum": 9}


def test_a_member_of_a_registered_type_obeys_its_schema_in_both_forms():
    gateway, _ = echo(Money, Money(1))
    for cents in (-LARGE, {"__type__": "bigint", "value": str(-LARGE)}):
        wire = {"__type__": "money", "cents": cents}
        assert answer(gateway, a_request("t.f", [wire]))["error"]["code"] == -32602
