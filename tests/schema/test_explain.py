"""Refusals are explained in jsonschema's words, in bounded time and space."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Annotated, Literal, Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typing_extensions import TypeAliasType

from adjax_jsonrpc import RegistrationError, Schema
from adjax_jsonrpc.schema.explain import Explainer
from adjax_jsonrpc.schema.validator import validator
from tests.support.calls import a_gateway, a_request
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
def test_the_words_are_jsonschemas(schema, value):
    document = {**schema, "$defs": DEFS}
    reference = {
        ("".join(f"/{step}" for step in error.absolute_path), error.message, error.validator)
        for error in Draft202012Validator(document).iter_errors(value)
        if len(error.message) < 200
        and not any("/" in str(s) or "~" in str(s) for s in error.absolute_path)
    }
    if validator(document)(value):
        assert not reference
        return
    found = Explainer(document).errors(value)
    assert found
    ours = {(each["path"], each["message"], each["keyword"]) for each in found}
    if len(found) < 20:
        assert reference <= ours


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
