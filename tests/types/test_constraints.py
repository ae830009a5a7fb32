"""Constraints of ``Annotated``: all hold, on every wire form, and the schema says them."""

from __future__ import annotations

import base64
import enum
import math
import re
from collections import abc
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Optional, TypedDict, Union
from uuid import UUID

import annotated_types as at
import msgspec
import pydantic
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from typing_extensions import Doc, TypeAliasType

from adjax_jsonrpc import RegistrationError, Schema
from tests.support.calls import CallError, a_gateway, call
from tests.support.node_tools import judged_by_ajv

UTC = timezone.utc
Small = NewType("Small", Annotated[int, Schema(maximum=10)])
Short = TypeAliasType("Short", Annotated[str, at.MaxLen(3)])
Nested = TypeAliasType("Nested", Union[int, list["Nested"]])


def tag(name: str, value: Any) -> dict:
    return {"__type__": name, "value": value}


def takes(annotation):
    """Return a gateway with the method ``t.f`` of one parameter, and the list of what arrives."""
    received = []

    def f(request, value):
        received.append(value)

    f.__annotations__["value"] = annotation
    return a_gateway(f), received


def gives(annotation, result):
    """Call a method that returns ``result``."""

    def f(request):
        return result

    f.__annotations__["return"] = annotation
    return call(a_gateway(f), "t.f")


def refusal(annotation, wire):
    """Return the first error for a wire form, ``None`` if it is accepted."""
    try:
        call(takes(annotation)[0], "t.f", wire)
    except CallError as error:
        assert error.code == -32602
        return error.errors[0]
    return None


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 20


ROWS = [
    # All keywords hold together.
    (Annotated[int, at.MultipleOf(2), at.MultipleOf(3)], [6, 12.0], [2, 3, 9]),
    (Annotated[float, at.MultipleOf(0.5), at.MultipleOf(0.75)], [1.5], [0.5, 0.75]),
    (Annotated[int, at.Gt(5), at.Gt(1)], [6], [2, 5]),
    (Annotated[int, at.Ge(5), at.Gt(5)], [6], [5]),
    (Annotated[int, at.Lt(5), at.Lt(9)], [4], [5, 6]),
    (Annotated[str, Schema(pattern="^a"), Schema(pattern="b$")], ["ab"], ["a", "b"]),
    (Annotated[Annotated[int, Schema(minimum=1)], Schema(minimum=3)], [3], [1, 2]),
    (Annotated[Annotated[int, Schema(minimum=3)], Schema(minimum=1)], [3], [1, 2]),
    (Annotated[Small, Schema(minimum=1)], [1, 10], [0, 11]),
    (Annotated[Short, at.MinLen(2)], ["ab", "abc"], ["a", "abcd"]),
    (Annotated[Nested, Schema(minimum=1, minItems=1)], [1, [0]], [0, []]),
    (Annotated[str, Schema(enum=["a", "b"]), Schema(enum=["b", "c"])], ["b"], ["a", "c"]),
    (Annotated[int, Schema(**{"not": {"const": 1}}), Schema(**{"not": {"const": 2}})], [3], [1, 2]),
    (
        Annotated[
            int,
            Schema(**{"if": {"minimum": 5}, "then": {"multipleOf": 5}}),
            Schema(**{"if": {"maximum": 0}, "then": {"const": 0}}),
        ],
        [0, 1, 10],
        [6, -1],
    ),
    (
        Annotated[list[int], Schema(contains={"const": 1}), Schema(contains={"const": 2})],
        [[1, 2]],
        [[1], [2]],
    ),
    (Annotated[Optional[int], at.Ge(1)], [None, 1], [0]),
    (Annotated[Union[int, str], at.Ge(1), at.MinLen(2)], [1, "ab"], [0, "a"]),
    # No other wire form leads round them.
    (Annotated[int, at.Ge(0)], [0, tag("bigint", "7")], [tag("bigint", "-7"), -1]),
    (
        Annotated[int, Schema(**{"not": {"const": 3}})],
        [4, tag("bigint", "4")],
        [3, 3.0, tag("bigint", "3"), tag("bigint", "03")],
    ),
    (
        Annotated[int, Schema(anyOf=[{"maximum": -1}, {"minimum": 1}])],
        [1, tag("bigint", "1")],
        [0, tag("bigint", "0"), tag("bigint", "-0")],
    ),
    (Annotated[int, at.MultipleOf(2)], [tag("bigint", "4")], [tag("bigint", "3")]),
    (
        Annotated[date, Schema(enum=["2026-01-01"])],
        ["2026-01-01", tag("date", "2026-01-01")],
        ["2026-01-02", tag("date", "2026-01-02")],
    ),
    (Annotated[UUID, Schema(pattern="^f")], [], [tag("uuid", str(UUID(int=1))), str(UUID(int=1))]),
    (
        dict[Annotated[int, Schema(enum=[1, 2])], str],
        [tag("map", [[1, "a"]]), {}],
        [tag("map", [[3, "a"]]), tag("map", [[tag("bigint", "3"), "a"]])],
    ),
    (dict[Annotated[int, at.Ge(5)], int], [{"5": 1}], [{"4": 1}, {"-5": 1}]),
    (dict[Annotated[date, at.Ge(date(2020, 1, 1))], int], [{"2020-01-01": 1}], [{"2019-01-01": 1}]),
    (dict[Annotated[Level, at.Ge(2)], int], [{"20": 1}], [{"1": 1}, tag("map", [[1, 1]])]),
    (dict[Annotated[int, at.Predicate(lambda n: n % 2)], int], [{"5": 1}], [{"4": 1}]),
    (
        dict[Annotated[UUID, Schema(pattern="^f")], int],
        [{"f" * 8 + str(UUID(int=1))[8:]: 1}],
        [{str(UUID(int=1)): 1}],
    ),
    (
        dict[Annotated[str, Schema(**{"not": {"const": "x"}})], int],
        [{"a": 1}],
        [{"x": 1}, tag("map", [["x", 1]]), tag("object", [["x", 1]])],
    ),
    (
        Annotated[
            dict[str, int], Schema(**{"not": {"properties": {"x": True}, "required": ["x"]}})
        ],
        [{"a": 1}, tag("object", [["a", 1]])],
        [{"x": 1}, tag("object", [["x", 1]])],
    ),
    (
        Annotated[dict[str, int], Schema(propertyNames={"maxLength": 1})],
        [{"a": 1}, tag("object", [["a", 1]])],
        [{"ab": 1}, tag("object", [["ab", 1]])],
    ),
    (
        Annotated[list[date], Schema(uniqueItems=True)],
        [["2026-01-01", "2026-01-02"]],
        [["2026-01-01", tag("date", "2026-01-01")]],
    ),
    (
        Annotated[list[int], Schema(contains={"const": 1}, maxContains=1)],
        [[1, 2]],
        [[1, tag("bigint", "1")]],
    ),
    (
        Annotated[Any, Schema(minimum=3, minLength=2)],
        [3, "ab", None, [], tag("bigint", "4"), tag("bytes", "AA==")],
        [2, "a", tag("bigint", "1"), tag("bigint", "-4")],
    ),
    (
        Annotated[Any, at.MinLen(1)],
        ["a", [1], {"a": 1}, 3, tag("set", [1])],
        ["", [], {}, tag("set", []), tag("map", []), tag("bytes", "")],
    ),
    (
        Annotated[Any, at.MaxLen(1)],
        [tag("set", [1]), "a"],
        [tag("set", [1, 2]), "ab", {"a": 1, "b": 2}],
    ),
    # Lengths count what arrives.
    (Annotated[set[int | bool], at.MinLen(2)], [[1, 2]], [[1, True], tag("set", [0, False])]),
    (
        Annotated[set[datetime], at.MinLen(2)],
        [["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"]],
        [["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"]],
    ),
    (Annotated[set[Decimal], at.MinLen(2)], [["1.0", "2"]], [["1.0", "1.00"]]),
    (Annotated[frozenset[int], at.MinLen(2)], [[1, 2]], [[1, tag("bigint", "1")]]),
    (
        Annotated[dict[str, int], at.MinLen(2)],
        [{"a": 1, "b": 2}],
        [{"a": 1}, tag("object", [["a", 1], ["a", 2]])],
    ),
    (
        Annotated[dict[int, int], Schema(minProperties=2)],
        [tag("map", [[1, 1], [2, 1]])],
        [tag("map", [[1, 1], [1, 2]]), {}],
    ),
    (Annotated[dict[Decimal, int], at.MinLen(2)], [], [tag("map", [["1.0", 1], ["1.00", 2]])]),
    (
        Annotated[bytes, at.Len(2, 4)],
        ["AAA=", "AAAA", "AAAAAA==", tag("bytes", "AAA=")],
        ["", "AA==", "AAAAAAA=", tag("bytes", "AA==")],
    ),
    (Annotated[bytes, at.Len(3, 3)], ["AAAA"], ["AAA=", "AAAAAA=="]),
    (Annotated[abc.Sequence[int], at.Len(1, 2)], [[1]], [[], [1, 2, 3]]),
    # Types whose wire form is a text.
    (Annotated[Decimal, at.Gt(Decimal("0"))], ["0.01", "1e-9"], ["0", "-0.0", "-1", "0e5"]),
    (Annotated[Decimal, at.Ge(0)], ["0", "-0.0", "-0e3", "2"], ["-1", "-0.01"]),
    (Annotated[Decimal, at.Interval(ge=Decimal("0.5"), lt=2)], ["0.5", "5e-1"], ["0.4", "2.0"]),
    (Annotated[Decimal, at.MultipleOf(Decimal("0.05"))], ["0.1", "1" * 40], ["0.01", "1e-99"]),
    (Annotated[Decimal, Schema(minimum=1)], ["1"], ["0.9", tag("decimal", "0.9")]),
    (Annotated[date, at.Ge(date(2020, 1, 1))], ["2020-01-01", "2021-01-01"], ["2019-12-31"]),
    (Annotated[date, at.Gt(date(2020, 1, 31))], ["2020-02-01"], ["2020-01-31"]),
    (Annotated[date, at.Lt(date(2020, 1, 1))], [tag("date", "2019-12-31")], ["2020-01-01"]),
    (
        Annotated[datetime, at.Ge(datetime(2020, 1, 1, tzinfo=UTC))],
        ["2020-01-01T01:00:00+01:00"],
        ["2020-01-01T00:30:00+01:00", tag("datetime", "2020-01-01T00:00:00")],
    ),
    (Annotated[time, at.Lt(time(12))], ["11:59:59"], ["12:00:00", "11:00:00Z"]),
    (Annotated[timedelta, at.Gt(timedelta(0))], ["PT1S", "PT0.000001S"], ["PT0S", "-P1D", "-PT0S"]),
    (Annotated[timedelta, at.Le(timedelta(0))], ["PT0S", "-P1D", "P0DT0S"], ["PT1S"]),
    (Annotated[timedelta, at.Le(timedelta(hours=1))], ["PT60M"], ["PT61M"]),
    (list[Annotated[date, at.Ge(date(2020, 1, 1))]], [["2020-01-01"]], [["2019-01-01"]]),
    # Numbers that JSON can't write.
    (Annotated[int, at.Gt(Decimal("0.5"))], [1], [0]),
    (Annotated[float, at.Ge(Decimal("0.1"))], [0.1, 1], [0.09]),
    (Annotated[int, at.Ge(-math.inf)], [1], []),
    # Values.
    (Annotated[Literal[1, 2, "a"], at.Ge(2)], [2, "a"], [1]),
    (Annotated[Level, at.Ge(2)], [20], [1]),
    (Annotated[Literal[2**60, 1], at.Ge(2)], [2**60, tag("bigint", str(2**60))], [1]),
    # Functions.
    (Annotated[str, at.Predicate(str.islower)], ["a"], ["A"]),
    (at.LowerCase[str], ["a"], ["A"]),
    (Annotated[str, at.Predicate(at.Not(str.islower))], ["A"], ["a"]),
    (at.IsFinite[float], [1.5], []),
    (Annotated[list[int], at.Predicate(lambda items: sum(items) == 3)], [[1, 2]], [[1]]),
    (
        Annotated[datetime, at.Timezone(...)],
        ["2026-01-01T00:00:00Z"],
        [tag("datetime", "2026-01-01T00:00:00")],
    ),
    (
        Annotated[datetime, at.Timezone(None)],
        [tag("datetime", "2026-01-01T00:00:00")],
        ["2026-01-01T00:00:00Z"],
    ),
    (
        Annotated[datetime, at.Timezone(UTC)],
        ["2026-01-01T00:00:00Z"],
        ["2026-01-01T00:00:00+01:00"],
    ),
    # Of pydantic and msgspec.
    (Annotated[int, pydantic.Field(gt=0, multiple_of=3)], [3], [0, 4]),
    (
        Annotated[str, pydantic.Field(min_length=2, max_length=3, pattern="^a")],
        ["ab"],
        ["a", "abcd", "ba"],
    ),
    (pydantic.conint(ge=1, le=3), [1], [0, 4]),
    (pydantic.PositiveInt, [1], [0]),
    (pydantic.NonNegativeFloat, [0.0], [-0.5]),
    (pydantic.StrictInt, [1], ["1"]),
    (pydantic.constr(pattern="^a", max_length=3), ["ab"], ["b", "abcd"]),
    (pydantic.constr(strip_whitespace=True, to_upper=True, min_length=2), [" ab "], [" a "]),
    (pydantic.conlist(int, min_length=1), [[1]], [[]]),
    (pydantic.conset(int, min_length=2), [[1, 2]], [[1]]),
    (pydantic.condecimal(max_digits=3, decimal_places=2, gt=0), ["1.25"], ["1.255", "12.25", "0"]),
    (
        pydantic.UUID4,
        ["f81d4fae-7dec-41d0-a765-00a0c91e6bf6"],
        ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
    ),
    (Annotated[str, pydantic.StringConstraints(pattern=re.compile("^a"))], ["a"], ["b"]),
    (Annotated[float, msgspec.Meta(gt=0, le=1)], [1], [0, 2]),
    (Annotated[str, msgspec.Meta(pattern="a$", min_length=2)], ["aa"], ["a", "ab"]),
    (
        Annotated[datetime, msgspec.Meta(tz=True)],
        ["2026-01-01T00:00:00Z"],
        [tag("datetime", "2026-01-01T00:00:00")],
    ),
    (Annotated[bytes, msgspec.Meta(max_length=1)], ["AA=="], ["AAA="]),
]


IDS = [re.sub(" at 0x[0-9a-f]+", "", str(row[0]))[-60:] for row in ROWS]


@pytest.mark.parametrize(("annotation", "accepted", "rejected"), ROWS, ids=IDS)
def test_all_constraints_hold_on_every_wire_form(annotation, accepted, rejected):
    gateway, received = takes(annotation)
    for wire in accepted:
        call(gateway, "t.f", wire)
    assert len(received) == len(accepted)
    for wire in rejected:
        assert refusal(annotation, wire), wire


@pytest.mark.parametrize(("annotation", "accepted", "rejected"), ROWS, ids=IDS)
def test_the_schema_accepts_what_is_accepted(annotation, accepted, rejected):
    schema = takes(annotation)[0].registry.get("t.f").signature.params_schema
    Draft202012Validator.check_schema(schema)
    assert "x-adjax" not in str(schema)
    reference = Draft202012Validator(schema, format_checker=FormatChecker())
    for wire in accepted:
        reference.validate([wire])


TOLD = [
    (Annotated[int, at.Ge(0)], [tag("bigint", "-1")]),
    (Annotated[int, at.Lt(-(2**60))], [tag("bigint", "5"), tag("bigint", str(-(2**60)))]),
    (Annotated[bytes, at.Len(2, 4)], ["AA==", "AAAAAAA=", tag("bytes", "AA==")]),
    (Annotated[Decimal, at.Gt(0)], ["0.00", "-1", tag("decimal", "0")]),
    (Annotated[date, at.Ge(date(2020, 1, 1))], ["2019-12-31", tag("date", "2019-12-31")]),
    (Annotated[timedelta, at.Gt(timedelta(0))], ["PT0S", "-PT1S"]),
    (Annotated[Level, at.Ge(2)], [1]),
]


@pytest.mark.parametrize(("annotation", "rejected"), TOLD)
def test_the_schema_says_what_it_can(annotation, rejected):
    schema = takes(annotation)[0].registry.get("t.f").signature.params_schema
    for wire in rejected:
        assert not Draft202012Validator(schema).is_valid([wire])


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (Annotated[Decimal, at.Ge(Decimal("0.5"))], "At least 0.5."),
        (
            Annotated[datetime, at.Lt(datetime(2030, 1, 1, tzinfo=UTC))],
            "Less than 2030-01-01T00:00:00+00:00.",
        ),
        (Annotated[str, at.Predicate(str.islower)], "Must satisfy str.islower."),
        (
            Annotated[str, at.Predicate(str.islower), Schema(description="A name.")],
            "A name. Must satisfy str.islower.",
        ),
    ],
)
def test_the_description_says_what_the_schema_cannot(annotation, text):
    schema = takes(annotation)[0].registry.get("t.f").signature.params_schema
    assert f"'description': '{text}'" in str(schema)


@pytest.mark.parametrize(
    ("annotation", "wire", "error"),
    [
        (
            list[Annotated[date, at.Ge(date(2020, 1, 1))]],
            ["2020-01-01", "2019-12-31"],
            {
                "path": "/0/1",
                "message": '"2019-12-31" is less than the minimum of "2020-01-01"',
                "keyword": "minimum",
            },
        ),
        (
            Annotated[Decimal, at.Gt(Decimal("0.5"))],
            "0.50",
            {
                "path": "/0",
                "message": '"0.50" is not greater than "0.5"',
                "keyword": "exclusiveMinimum",
            },
        ),
        (
            Annotated[set[Decimal], at.MinLen(2)],
            ["1.0", "1.00"],
            {"path": "/0", "message": "too few items: 1, the minimum is 2", "keyword": "minItems"},
        ),
        (
            Annotated[str, at.Predicate(str.islower)],
            "A",
            {
                "path": "/0",
                "message": '"A" is not accepted: must satisfy str.islower',
                "keyword": "predicate",
            },
        ),
        (
            Annotated[bytes, at.MinLen(2)],
            "AA==",
            {"path": "/0", "message": "too short: 1, the minimum is 2", "keyword": "minLength"},
        ),
    ],
)
def test_an_error_names_the_limit(annotation, wire, error):
    assert refusal(annotation, wire) == error


def test_a_text_with_a_line_feed_at_its_end_has_one_error():
    gateway, _ = takes(Annotated[str, Schema(pattern="^a$")])
    with pytest.raises(CallError) as caught:
        call(gateway, "t.f", "a\n")
    assert [error["keyword"] for error in caught.value.errors] == ["pattern"]


DIGITS = [
    *("0", "0.0", "0.05", "0E+3", "0E-5", "1", "10", "100", "1E+3", "1.0", "1.10", "1.1000"),
    *("12.50", "12.345", "123.4", "-1.50", "10.0", "1" + "0" * 30 + ".1", "9" * 29 + ".10"),
]


@pytest.mark.parametrize("places", [None, 0, 1, 2])
@pytest.mark.parametrize("digits", [None, 2, 3, 4, 30])
def test_digits_are_counted_as_pydantic_counts_them(digits, places):
    annotation = Annotated[Decimal, pydantic.Field(max_digits=digits, decimal_places=places)]
    adapter = pydantic.TypeAdapter(annotation)
    gateway, received = takes(annotation)
    expected = []
    for text in DIGITS:
        try:
            expected.append(adapter.validate_python(Decimal(text)))
            call(gateway, "t.f", text)
        except pydantic.ValidationError:
            assert refusal(annotation, text), text
    assert received == expected


def test_the_digits_before_the_point_are_limited_by_both_words():
    annotation = Annotated[Decimal, pydantic.Field(max_digits=4, decimal_places=2)]
    message = refusal(annotation, "1000")["message"]
    assert message == '"1000" is not accepted: must have at most 2 digits before the point'


def test_a_union_tries_the_next_branch_where_a_bound_does_not_hold():
    far = Annotated[Decimal, at.Ge(5)] | Annotated[Decimal, at.Le(-5)]
    gateway, received = takes(far | Literal["none"])
    for wire in ("5", "-5", "none"):
        call(gateway, "t.f", wire)
    assert received == [Decimal(5), Decimal(-5), "none"]
    assert refusal(far, "0")
    gateway, received = takes(Annotated[float, at.Ge(0)] | int)
    call(gateway, "t.f", 1)
    assert type(received[0]) is int


@pytest.mark.parametrize(
    ("annotation", "result", "wire"),
    [
        (Annotated[Decimal, Schema(title="Price")], Decimal("1.10"), tag("decimal", "1.10")),
        (Annotated[Decimal, at.Gt(0)], Decimal("1.10"), tag("decimal", "1.10")),
        (Annotated[set[int], at.MinLen(2)], {1, 2}, tag("set", [1, 2])),
        (Annotated[int, at.Ge(0)], 2**60, 2**60),
        (pydantic.constr(strip_whitespace=True, max_length=2), "ab", "ab"),
    ],
)
def test_results_may_have_constraints(annotation, result, wire):
    assert gives(annotation, result) == wire


@pytest.mark.parametrize(
    ("annotation", "result"),
    [
        (Annotated[Decimal, at.Gt(0)], Decimal(0)),
        (Annotated[date, at.Ge(date(2020, 1, 1))], date(2019, 1, 1)),
        (list[Annotated[str, at.Predicate(str.islower)]], ["A"]),
        (Annotated[set[int], at.MinLen(2)], {1}),
        (Annotated[int, at.Ge(0)], -(2**60)),
    ],
)
def test_results_are_held_to_their_constraints(annotation, result):
    with pytest.raises(CallError, match="Internal error"):
        gives(annotation, result)


@dataclass
class Window:
    start: int
    end: int


def test_a_predicate_of_a_model_is_called_with_the_model():
    annotation = Annotated[Window, at.Predicate(lambda window: window.start < window.end)]
    gateway, received = takes(annotation)
    call(gateway, "t.f", {"start": 1, "end": 2})
    assert received == [Window(1, 2)]
    assert refusal(annotation, {"start": 2, "end": 1})["keyword"] == "predicate"
    assert gives(annotation, Window(1, 2)) == {"start": 1, "end": 2}
    assert gives(list[annotation], [Window(1, 2)]) == [{"start": 1, "end": 2}]


def test_keywords_beside_a_class_are_explained():
    class Options(TypedDict, total=False):
        a: int
        b: int

    annotation = Annotated[Options, Schema(minProperties=1)]
    assert refusal(annotation, {})["keyword"] == "minProperties"
    assert refusal(annotation, {"a": "x"})["path"] == "/0/a"


def test_keywords_that_describe_are_exported_for_every_form():
    def f(request) -> Annotated[set[int], Schema(**{"x-unit": "m", "title": "Set"})]: ...

    schema = a_gateway(f).registry.get("t.f").signature.result_schema
    assert (schema["x-unit"], schema["title"]) == ("m", "Set")


def test_an_after_validator_converts_what_arrives():
    def even(value: int) -> int:
        if value % 2:
            raise ValueError("must be even")
        return value // 2

    annotation = Annotated[int, pydantic.AfterValidator(even), at.Le(5)]
    gateway, received = takes(annotation)
    call(gateway, "t.f", 10)
    assert received == [5]
    assert refusal(annotation, 3)["message"] == "must be even"
    assert refusal(annotation, 12)["message"] == "6 is greater than the maximum of 5"


class Foreign:
    """Metadata of some other library."""


@pytest.mark.parametrize("metadata", ["text", Doc("text"), Foreign(), at.Unit("m"), None])
def test_metadata_that_constrains_nothing_is_ignored(metadata):
    gateway, received = takes(Annotated[int, metadata])
    call(gateway, "t.f", 3)
    assert received == [3]


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        (Annotated[int, pydantic.BeforeValidator(int)], "BeforeValidator"),
        (Annotated[int, pydantic.WrapValidator(lambda value, handler: value)], "WrapValidator"),
        (Annotated[int, pydantic.PlainValidator(int)], "PlainValidator"),
        (Annotated[int, pydantic.AfterValidator(lambda value, info: value)], "ValidationInfo"),
        (pydantic.Base64Bytes, "EncodedBytes"),
        (Annotated[datetime, at.Timezone("Europe/Berlin")], "Timezone"),
        (Annotated[str, at.Timezone(None)], "timezone can't be enforced on str"),
        (Annotated[int, at.Ge("a")], "minimum can't be enforced on int"),
        (Annotated[date, at.Ge(datetime(2020, 1, 1))], "minimum can't be enforced on date"),
        (Annotated[str, at.Ge(0)], "minimum can't be enforced on str"),
        (Annotated[bool, pydantic.Field(gt=0)], "exclusiveMinimum can't be enforced on bool"),
        (Annotated[float, at.Ge(math.nan)], "no limit that a number can obey"),
        (Annotated[Literal["a"], at.MinLen(2)], "no value of Literal"),
        (Annotated[int, at.Gt(5), at.Lt(3)], "no value obeys both"),
        (Annotated[int, Schema(minimum=5, exclusiveMaximum=5)], "no value obeys both"),
        (Annotated[str, at.MinLen(3), at.MaxLen(2)], "no value obeys both"),
        (Annotated[date, at.Gt(date(2020, 1, 1)), at.Lt(date(2019, 1, 1))], "no value obeys both"),
        (Annotated[int, at.MultipleOf(-2)], "no limit that a number can obey"),
        (pydantic.Json[list[int]], "Json"),
        (
            Annotated[int, pydantic.Field(alias="n", gt=0)],
            r"Field\(alias=…\) has a meaning in models",
        ),
        (Annotated[int, pydantic.Field(default=4)], r"Field\(default=4\) has a meaning in models"),
        (Annotated[str, pydantic.Field(pattern=re.compile("a", re.IGNORECASE))], "flags"),
    ],
)
def test_a_constraint_that_cannot_be_enforced_is_refused_by_name(annotation, why):
    with pytest.raises(RegistrationError, match=why) as caught:
        takes(annotation)[0].registry.get("t.f")
    assert "parameter 'value'" in str(caught.value)


@pytest.mark.node
def test_ajv_judges_as_python_does():
    cases = []
    for name, (annotation, accepted, rejected) in zip(IDS, ROWS, strict=True):
        schema = takes(annotation)[0].registry.get("t.f").signature.params_schema
        reference = Draft202012Validator(schema, format_checker=FormatChecker())
        rows = [
            {"instance": [wire], "valid": reference.is_valid([wire])}
            for wire in [*accepted, *rejected]
        ]
        cases.append({"name": name, "schema": schema, "rows": rows})
    judged = judged_by_ajv(cases)
    assert judged.returncode == 0, judged.stdout


# ── random constraints ──

LIMITS = st.integers(-9, 9)
BOUNDS = st.one_of(
    LIMITS.map(lambda n: (at.Gt(n), lambda v: v > n)),
    LIMITS.map(lambda n: (at.Ge(n), lambda v: v >= n)),
    LIMITS.map(lambda n: (at.Lt(n), lambda v: v < n)),
    LIMITS.map(lambda n: (at.Le(n), lambda v: v <= n)),
    st.integers(1, 4).map(lambda n: (at.MultipleOf(n), lambda v: v % n == 0)),
    LIMITS.map(lambda n: (Schema(**{"not": {"const": n}}), lambda v: v != n)),
    LIMITS.map(lambda n: (Schema(minimum=n), lambda v: v >= n)),
    LIMITS.map(lambda n: (pydantic.Field(lt=n), lambda v: v < n)),
    LIMITS.map(lambda n: (msgspec.Meta(ge=n), lambda v: v >= n)),
    LIMITS.map(lambda n: (at.Predicate(lambda v: v != n), lambda v: v != n)),
)
SIZES = st.one_of(
    st.integers(0, 4).map(lambda n: (at.MinLen(n), lambda v: len(v) >= n)),
    st.integers(0, 4).map(lambda n: (at.MaxLen(n), lambda v: len(v) <= n)),
    st.integers(0, 4).map(lambda n: (pydantic.Field(max_length=n), lambda v: len(v) <= n)),
    st.integers(0, 4).map(lambda n: (msgspec.Meta(min_length=n), lambda v: len(v) >= n)),
)
PATTERNS = st.sampled_from(["^a", "b$", "^[ab]*$", "a.b", "^(?:ab)+$"]).map(
    lambda text: (Schema(pattern=text), lambda v: re.search(text.replace("$", r"\Z"), v))
)
TEXTS = st.text("ab\n", max_size=5)
NUMBERS = st.integers(-10, 10)
FORMS_OF_INTEGERS = [int, float, lambda n: tag("bigint", str(n)), lambda n: tag("bigint", f"0{n}")]


def nested(annotation, constraints):
    """Put constraints around a type: in one ``Annotated``, in several, and below a NewType."""
    for index, (metadata, _) in enumerate(constraints):
        annotation = Annotated[annotation, metadata]
        if index % 2:
            annotation = NewType("Named", annotation)
    return annotation


def assert_holds(annotation, constraints, wire, value):
    """Compare the endpoint with the plain predicates, and the schema with the endpoint."""
    try:
        gateway, received = takes(nested(annotation, constraints))
        schema = gateway.registry.get("t.f").signature.params_schema
    except RegistrationError as error:
        assert "no value obeys both" in str(error)
        return
    expected = all(holds(value) for _, holds in constraints)
    try:
        call(gateway, "t.f", wire)
        assert expected
        assert received == [value]
        Draft202012Validator(schema).validate([wire])
    except CallError as error:
        assert not expected, error.errors


@given(st.lists(BOUNDS, max_size=4), NUMBERS, st.sampled_from(FORMS_OF_INTEGERS))
def test_random_bounds_of_integers_hold_together(constraints, number, form):
    wire = form(number)
    if type(wire) is dict and "-" in wire["value"][1:]:
        wire = tag("bigint", str(number))
    assert_holds(int, constraints, wire, number)


@given(st.lists(BOUNDS, max_size=4), st.decimals(-10, 10, places=1), st.booleans())
def test_random_bounds_of_decimals_hold_together(constraints, number, tagged):
    constraints = [each for each in constraints if not isinstance(each[0], Schema)]
    wire = tag("decimal", str(number)) if tagged else str(number)
    assert_holds(Decimal, constraints, wire, number)


@given(st.lists(SIZES | PATTERNS, max_size=4), TEXTS)
def test_random_constraints_of_strings_hold_together(constraints, text):
    assert_holds(str, constraints, text, text)


@given(st.lists(SIZES, max_size=4), st.lists(st.integers(0, 3) | st.booleans(), max_size=5))
def test_random_lengths_of_sets_count_what_arrives(constraints, members):
    expected = all(holds(set(members)) for _, holds in constraints)
    assume(satisfiable(constraints))
    gateway, received = takes(nested(set[int | bool], constraints))
    try:
        call(gateway, "t.f", tag("set", members))
    except CallError:
        # A tag that repeats a member is refused where members are counted.
        repeated = len({(type(each), each) for each in members}) < len(members)
        assert not expected or repeated or len(set(members)) < len(members)
    else:
        assert expected
        assert received == [set(members)]


def satisfiable(constraints):
    return any(all(holds(range(size)) for _, holds in constraints) for size in range(9))


@given(st.lists(SIZES, max_size=4), st.binary(max_size=5), st.booleans())
def test_random_lengths_of_bytes_count_bytes(constraints, value, tagged):
    text = base64.b64encode(value).decode()
    assert_holds(bytes, constraints, tag("bytes", text) if tagged else text, value)
