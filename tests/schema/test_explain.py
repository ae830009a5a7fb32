"""Refusals are explained: what is wrong, and where, in bounded time and space."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypedDict, Union
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typing_extensions import TypeAliasType

from adjax_jsonrpc import RegistrationError, Schema, typed
from adjax_jsonrpc.schema.explain import Explainer
from adjax_jsonrpc.schema.validator import validator
from tests.support.calls import CallError, a_gateway, a_request, call
from tests.support.examples import examples
from tests.support.strategies import RANDOM_JSON

SCHEMAS = [
    {"type": "integer"},
    {"type": ["string", "null"]},
    {
        "type": "object",
        "required": ["x", "sku"],
        "additionalProperties": False,
        "properties": {"x": True},
    },
    {"type": "array", "minItems": 2, "maxItems": 2},
    {"type": "array", "prefixItems": [{"type": "string"}], "items": False},
    {"type": "array", "items": {"type": "integer", "minimum": 3}},
    {"type": "object", "additionalProperties": {"type": "number"}},
    {"enum": ["a", 1, None]},
    {"const": True},
    {"type": "number", "multipleOf": 2, "maximum": 100},
    {"type": "object", "properties": {"x": {"$ref": "#/$defs/X"}}},
]
DEFS = {"X": {"type": "string", "minLength": 2}}


@settings(max_examples=examples(500))
@given(st.sampled_from(SCHEMAS), RANDOM_JSON)
def test_every_error_that_jsonschema_finds_is_told(schema, value):
    document = {**schema, "$defs": DEFS}
    reference = {
        ("".join(f"/{step}" for step in error.absolute_path), error.validator)
        for error in Draft202012Validator(document).iter_errors(value)
        if not any("/" in str(s) or "~" in str(s) for s in error.absolute_path)
    }
    if validator(document)(value):
        assert not reference
        return
    found = Explainer(document).errors(value)
    assert found
    ours = {(each["path"], each["keyword"]) for each in found}
    if len(found) < 20:
        assert reference <= ours


def errors_of(annotation, sent):
    """Return the errors of one param as (path inside of it, message)."""

    def f(request, value):
        raise AssertionError("called")

    f.__annotations__["value"] = annotation
    with pytest.raises(CallError) as caught:
        call(a_gateway(f), "t.f", sent)
    return [(each["path"].removeprefix("/0"), each["message"]) for each in caught.value.errors]


NO_DAY = {"__type__": "date", "value": "2026-02-30"}
MESSAGES = [
    ({"enum": ["a", True, None]}, 1, '1 is not one of "a", true, null'),
    ({"const": {"a": [None]}}, False, 'false is not {"a": [null]}'),
    ({"minimum": 2}, 1, "1 is less than the minimum of 2"),
    ({"maximum": 2}, 3, "3 is greater than the maximum of 2"),
    ({"exclusiveMinimum": 2}, 2, "2 is not greater than 2"),
    ({"exclusiveMaximum": 2}, 2, "2 is not less than 2"),
    ({"multipleOf": 2}, 3, "3 is not a multiple of 2"),
    ({"minLength": 2}, "ü", '"ü" is shorter than the minimum length of 2'),
    ({"maxLength": 2}, "abc", '"abc" is longer than the maximum length of 2'),
    ({"minItems": 2}, [1], "too few items: 1, the minimum is 2"),
    ({"maxItems": 1}, [1, 2], "too many items: 2, the maximum is 1"),
    ({"prefixItems": [True], "items": False}, [1, 2], "too many items: 2, the maximum is 1"),
    ({"minProperties": 1}, {}, "too few members: 0, the minimum is 1"),
    ({"maxProperties": 1}, {"a": 1, "b": 1}, "too many members: 2, the maximum is 1"),
    ({"uniqueItems": True}, [None, None], "[null, null] contains an item twice"),
    ({"pattern": "^a"}, 'b"', r'"b\"" does not match the pattern ^a'),
    ({"format": "email"}, "b", '"b" does not have the format "email"'),
    ({"required": ["a"]}, {}, 'the member "a" is missing'),
    ({"properties": {}, "additionalProperties": False}, {"z": 1}, 'unexpected members: "z"'),
    ({"contains": {"const": 1}}, [2], '[2] needs items that match {"const": 1}'),
    ({"not": {"const": 1}}, 1, '1 must not match {"const": 1}'),
    ({"if": {"minimum": 5}, "then": {"multipleOf": 5}}, 6, "6 is not a multiple of 5"),
    ({"if": {"minimum": 5}, "else": {"multipleOf": 3}}, 4, "4 is not a multiple of 3"),
    (
        {"anyOf": [{"minimum": 2}, {"minimum": 2, "type": "number"}]},
        1,
        "1 is less than the minimum of 2",
    ),
    (False, 1, "no value is allowed here"),
    (
        {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "integer", "maximum": 1}]},
        2,
        "2 is less than the minimum of 3; 2 is greater than the maximum of 1",
    ),
]


@pytest.mark.parametrize(("schema", "value", "message"), MESSAGES, ids=range(len(MESSAGES)))
def test_a_message_shows_values_as_json(schema, value, message):
    assert [each["message"] for each in Explainer(schema).errors(value)] == [message]


@pytest.mark.parametrize("value", ["é" * 5000, ["x" * 5000], list(range(5000)), [[{"a": 1}] * 500]])
def test_long_values_are_cut(value):
    (error,) = Explainer({"type": "null"}).errors(value)
    assert error["message"].endswith(" is not of type null")
    assert 100 < len(error["message"]) < 160


def test_a_union_names_a_long_value_once():
    union = Union[Literal["a", "b"], datetime, date]
    ((_, message),) = errors_of(union, "x" * 500)
    value, _, reasons = message.partition(" is not ")
    assert value.count("…") == 1 and len(value) < 130
    assert reasons == (
        'one of "a", "b"; is not a date and time, as in 2026-11-22T09:30:00Z; '
        "is not a date, as in 2026-11-22"
    )


def test_the_message_of_many_branches_is_cut():
    branches = [{"type": "string", "pattern": f"^{letter * 50}$"} for letter in "abcdefgh"]
    (error,) = Explainer({"anyOf": branches}).errors("x" * 500)
    assert 250 < len(error["message"]) < 310


@pytest.mark.parametrize(
    ("annotation", "sent", "message"),
    [
        (date, "tomorrow", '"tomorrow" is not a date, as in 2026-11-22'),
        (date, "2026-02-30", 'the day of "2026-02-30" does not exist'),
        (date, 5, "5 is not a date, as in 2026-11-22"),
        (datetime, "2026-11-22T09:30", "is not a date and time, as in 2026-11-22T09:30:00Z"),
        (datetime, "2026-11-22T09:30:00", "needs a time zone offset, as in 2026-11-22T09:30:00Z"),
        (time, "9:30", '"9:30" is not a time of day, as in 09:30:00'),
        (timedelta, "1 day", "is not a duration of days and time, as in P1DT2H30M"),
        (Decimal, "1,5", '"1,5" is not a decimal number as a string, as in 12.50'),
        (Decimal, 1.5, "1.5 is not a decimal number as a string, as in 12.50"),
        (UUID, "1", '"1" is not a UUID, as in f81d4fae-7dec-11d0-a765-00a0c91e6bf6'),
        (bytes, "?", '"?" is not bytes in base64, as in aGVsbG8='),
        (int, {"__type__": "bigint", "value": "x"}, "is not an integer as a string, as in 1234"),
        (list[date], ["x"], '"x" is not a date, as in 2026-11-22'),
        (Any, {"__type__": "date", "value": "x"}, '"x" is not a date, as in 2026-11-22'),
        (Any, {"__type__": "date", "value": "2026-02-30"}, "does not exist"),
    ],
    ids=[*"abcdefghijklmno"],
)
def test_a_form_is_named_with_an_example(annotation, sent, message):
    ((_, told),) = errors_of(annotation, sent)
    assert message in told and "[0-9]" not in told


@pytest.mark.parametrize(
    ("annotation", "sent", "message"),
    [
        (date, {"__type__": "colour"}, 'the tag "colour" is not one of "date"'),
        (date | UUID, {"__type__": "bytes"}, 'the tag "bytes" is not one of "date", "uuid"'),
        (str, {"__type__": "date"}, "is not of type string"),
        (str | int, {"__type__": "date", "value": 1}, 'the tag "date" is not one of "bigint"'),
        (str | None, {"__type__": "x"}, 'a value with the tag "x" is not accepted'),
        (Any, {"__type__": NO_DAY | {"value": "2026-02-03"}}, 'member "__type__" must be a string'),
    ],
    ids=[*"abcdef"],
)
def test_a_wrong_tag_is_named(annotation, sent, message):
    ((path, told),) = errors_of(annotation, sent)
    assert path == "" and message in told


def test_a_strict_method_names_the_tag_that_is_missing():
    @typed(strict=True)
    def f(request, day: date):
        return None

    for sent in ("2026-11-22", {"__type__": "uuid", "value": "2026-11-22"}):
        with pytest.raises(CallError) as caught:
            call(a_gateway(f), "t.f", sent)
        assert '"date"' in caught.value.errors[0]["message"]


@dataclass
class Circle:
    kind: Literal["circle"]
    radius: int


class Shade(Enum):
    LIGHT = "light"
    DARK = "dark"


class Square(TypedDict):
    kind: Literal["square", "box"]
    side: int


class Shaded(TypedDict):
    kind: Shade
    grey: int


@dataclass
class Named:
    name: str
    size: int = 0


SHAPE = Circle | Square | Shaded


@pytest.mark.parametrize(
    ("annotation", "sent", "path", "message"),
    [
        (SHAPE, {"kind": "circle", "radius": "x"}, "/radius", '"x" is not of type integer'),
        (SHAPE, {"kind": "box", "side": None}, "/side", "null is not of type integer"),
        (SHAPE, {"kind": "dark", "grey": 1.5}, "/grey", "1.5 is not of type integer"),
        (
            SHAPE,
            {"kind": "line"},
            "/kind",
            '"line" is not one of "circle", "square", "box", "light", "dark"',
        ),
        (SHAPE, {"radius": 1}, "", 'the member "kind" is missing'),
        (list[SHAPE | None], [{"kind": "circle"}], "/0", 'the member "radius" is missing'),
        (Circle | Named, {"name": 1}, "/name", "1 is not of type string"),
        (Circle | Named, {"kind": "circle"}, "", 'the member "radius" is missing'),
        (Circle | list[int] | None, ["x"], "/0", '"x" is not of type integer'),
        (Circle | list[int] | None, {"kind": "circle", "radius": []}, "/radius", "[] is not"),
        (
            tuple[Literal["a"], int] | tuple[Literal["b"], str],
            ["b", 1],
            "/1",
            "1 is not of type string",
        ),
        (
            tuple[Literal["a"], int] | tuple[Literal["b"], str],
            ["c", 1],
            "/0",
            '"c" is not one of "a", "b"',
        ),
        (Literal["a"] | Shade | None, "b", "", '"b" is not one of "a", "light", "dark"'),
        (Literal[1] | Circle, True, "", "true is not of type number, object"),
    ],
    ids=[*"abcdefghijklmn"],
)
def test_an_error_is_told_inside_the_branch_that_is_meant(annotation, sent, path, message):
    ((place, told),) = errors_of(annotation, sent)
    assert place == path and message in told


@dataclass
class Stay:
    nights: int
    since: date
    until: date = date.max

    def __post_init__(self):
        if self.since > self.until:
            raise ValueError("it ends before it begins")


BACKWARDS = {"nights": 1, "since": "2026-11-22", "until": "2026-11-21"}


@pytest.mark.parametrize(
    ("annotation", "sent", "paths"),
    [
        (Stay, {"nights": "x", "since": NO_DAY}, ["/nights", "/since"]),
        (list[date | int], ["x", NO_DAY, 1, NO_DAY], ["/0", "/1", "/3"]),
        (list[Stay], [{"nights": None}, BACKWARDS], ["/0/nights", "/0", "/1"]),
        (tuple[str, date, dict[str, date]], [1, NO_DAY, {"a": NO_DAY}], ["/0", "/1", "/2/a"]),
        (dict[str, list[Any]], {"a": 1, "b": [0, {"__type__": "x"}]}, ["/a", "/b/1"]),
    ],
    ids=[*"abcde"],
)
def test_what_only_the_decoder_finds_is_told_beside_what_the_schema_finds(annotation, sent, paths):
    assert sorted(path for path, _ in errors_of(annotation, sent)) == sorted(paths)


def test_no_constructor_is_called_with_a_wrong_member():
    made = []

    @dataclass
    class Watched:
        a: str
        b: date

        def __post_init__(self):
            made.append(self)

    (error,) = errors_of(list[Watched], [{"a": 1, "b": "2026-11-22"}])
    assert error[0] == "/0/a" and made == []
    errors_of(list[Watched], [{"a": "", "b": "2026-11-22"}, {"a": 1, "b": "2026-11-22"}])
    assert [each.a for each in made] == [""]


ITEMS = 100_000
REFUSED = {
    "all": [{"a": "x", "b": None}] * ITEMS,
    "last": [*({"a": index, "b": index} for index in range(ITEMS - 1)), {"a": "x"}],
    "long text": [{"a": "x" * 2_000_000}],
}


def _calls(function, name: str | None = None) -> int:
    """Count the calls that ``function`` makes: the measure of time that is the same each time.

    With ``name`` just the calls of built-in functions of that name.
    """
    counted = 0

    def count(frame, event, argument):
        nonlocal counted
        if name is None:
            counted += event in ("call", "c_call")
        else:
            counted += event == "c_call" and argument.__name__ == name

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("wrong", REFUSED)
def test_explaining_two_megabytes_is_bounded(wrong):
    def f(request, items: list[dict[str, int]]):
        return None

    gateway = a_gateway(f)
    body = json.dumps(a_request("t.f", [REFUSED[wrong]])).encode()
    answer = b""

    def refuse():
        nonlocal answer
        answer = gateway.handle(body)

    refuse()
    assert _calls(refuse) < 20 * ITEMS
    errors = json.loads(answer)["error"]["data"]["errors"]
    assert 1 <= len(errors) <= 20 and len(answer) < 10_000


JSON_ALIAS = TypeAliasType(
    "JSON_ALIAS",
    Union[bool, int, float, str, list["JSON_ALIAS"], dict[str, "JSON_ALIAS"], None],
)


@pytest.mark.parametrize(
    ("last", "validations"), [(1, 2), ({"__type__": "nope"}, 40)], ids=["accepted", "refused"]
)
def test_a_recursive_type_is_not_validated_anew_at_each_level(last, validations):
    def f(request, value: JSON_ALIAS):
        return None

    gateway = a_gateway(f)
    value = [last]
    for _ in range(90):
        value = [value]
    body = json.dumps(a_request("t.f", [value])).encode()
    answer = json.loads(gateway.handle(body))
    assert ("error" in answer) == (last != 1)
    assert _calls(lambda: gateway.handle(body), "is_valid") <= validations


@dataclass
class Leaf:
    kind: Literal["leaf"]
    value: int


@dataclass
class Twig:
    kind: Literal["twig"]
    below: Twig | Branch | Leaf


@dataclass
class Branch:
    kind: Literal["branch"]
    below: Twig | Branch | Leaf


def test_a_union_of_recursive_classes_goes_by_their_constants():
    def f(request, value: Twig | Branch | Leaf) -> int:
        depth = 0
        while not isinstance(value, Leaf):
            value, depth = value.below, depth + 1
        return depth

    gateway = a_gateway(f)
    value = {"kind": "leaf", "value": 1}
    for kind in ["twig", "branch"] * 40:
        value = {"kind": kind, "below": value}
    body = json.dumps(a_request("t.f", [value])).encode()
    assert json.loads(gateway.handle(body))["result"] == 80
    assert _calls(lambda: gateway.handle(body), "is_valid") <= 2


BOMB = "^(a+)+$"
HELD = "a" * 5000 + "b"
PATTERNS = {
    "pattern": ({"pattern": BOMB}, HELD),
    "the names of members": ({"type": "object", "propertyNames": {"pattern": BOMB}}, {HELD: 1}),
    "allOf": ({"allOf": [{"allOf": [{"pattern": BOMB}]}]}, HELD),
    "oneOf": ({"oneOf": [{"pattern": BOMB}, {"const": 1}]}, HELD),
    "anyOf in not": ({"not": {"anyOf": [{"pattern": BOMB}, True]}}, HELD),
    "if": ({"if": {"pattern": BOMB}, "else": False}, HELD),
    "contains": ({"contains": {"pattern": BOMB}}, [HELD]),
    "patternProperties": (
        {"oneOf": [{"patternProperties": {BOMB: False, "^a": {"type": "null"}}}]},
        {HELD: 1},
    ),
    "what patterns leave to additionalProperties": (
        {"oneOf": [{"patternProperties": {BOMB: True}, "additionalProperties": False}]},
        {HELD: 1},
    ),
    "unevaluatedProperties": (
        {"patternProperties": {BOMB: True}, "unevaluatedProperties": False},
        {HELD: 1},
    ),
    "format": ({"oneOf": [{"format": "email"}]}, HELD),
    "uniqueItems": (
        {"oneOf": [{"uniqueItems": True}]},
        [*({"a": n} for n in range(2000)), {"a": 0}],
    ),
}


@pytest.mark.parametrize(("schema", "value"), PATTERNS.values(), ids=PATTERNS)
def test_no_keyword_takes_exponential_time_wherever_it_stands(schema, value):
    assert not validator(schema)(value)
    errors = Explainer(schema).errors(value)
    assert errors
    assert all(len(error["message"]) < 400 for error in errors)


RECURSIVE = {
    "type": "object",
    "properties": {"below": {"oneOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]}},
    "required": ["kind"],
}
RECURSIVE_DEFS = {
    "A": {**RECURSIVE, "properties": {**RECURSIVE["properties"], "kind": {"const": "a"}}},
    "B": {**RECURSIVE, "properties": {**RECURSIVE["properties"], "kind": {"const": "b"}}},
}
NESTING = {
    "oneOf": {"oneOf": [{"$ref": "#/$defs/A"}]},
    "not": {"not": {"not": {"$ref": "#/$defs/A"}}},
    "if": {"if": True, "then": {"$ref": "#/$defs/A"}},
    "patternProperties": {"patternProperties": {"^below$": {"$ref": "#/$defs/A"}}},
}


@pytest.mark.parametrize("schema", NESTING.values(), ids=NESTING)
def test_the_branches_of_a_recursive_schema_are_not_tried_on_each_level(schema):
    value = {"kind": "a", "below": 5}
    for _ in range(60):
        value = {"kind": "a", "below": value}
    explainer = Explainer({**schema, "$defs": RECURSIVE_DEFS})
    assert explainer.errors(value)
    assert _calls(lambda: explainer.errors(value), "is_valid") < 20


def test_an_expression_that_linear_time_does_not_allow_is_refused_at_the_start():
    def f(request, value):
        return None

    for expression in (r"^(a+)\1$", "(?=a)a", "((a{1,100}){1,100}){1,100}"):
        f.__annotations__["value"] = Annotated[str, Schema(pattern=expression)]
        with pytest.raises(RegistrationError):
            a_gateway(f).registry.resolve()


def test_a_pattern_never_runs_in_exponential_time():
    def f(request, value):
        return None

    f.__annotations__["value"] = Annotated[str, Schema(pattern="^(a+)+$")]
    answer = json.loads(
        a_gateway(f).handle(json.dumps(a_request("t.f", ["a" * 5000 + "b"])).encode())
    )
    (error,) = answer["error"]["data"]["errors"]
    assert error["keyword"] == "pattern" and len(error["message"]) < 300
