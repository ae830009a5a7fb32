"""What breaks a caller: every rule of docs/diff-schemas.md, real methods, and the command."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from adjax_jsonrpc import Schema
from adjax_jsonrpc.exports.diff import RULES, compare, compare_schemas
from adjax_jsonrpc.exports.json_schema import method_files
from tests.support.calls import a_gateway
from tests.support.examples import examples
from tests.support.paths import ROOT

TABLE = ROOT / "docs" / "diff-schemas.md"
ROW = re.compile(r"\| `([a-z-]+)` \| .* \| (`.*`|–) \| (`.*`|–) \| (\w+) \| (\w+) \|")
ROWS = [found.groups() for line in TABLE.read_text().splitlines() if (found := ROW.match(line))]


def schema(cell):
    return None if cell == "–" else json.loads(cell.strip("`"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
@pytest.mark.parametrize("part", ["params", "result"])
def test_every_row_of_the_table(row, part):
    rule, old, new, *verdicts = row
    old, new = schema(old), schema(new)
    if old is None or new is None:
        both = [{} if s is None else {"t.f": {"params": s, "result": s}} for s in (old, new)]
        changes = compare(*both)
    else:
        changes = compare_schemas(old, new, part)
    assert {change.rule for change in changes} == {rule}
    assert changes[0].breaking is (verdicts[part == "result"] == "breaking")


def test_the_table_has_every_rule():
    assert [row[0] for row in ROWS] == list(RULES)


# ── methods ──


def exported(*functions):
    files = method_files(a_gateway(*functions).registry.methods.values())
    made = {}
    for path, text in files.items():
        name, part, _ = path.removeprefix("methods/").rsplit(".", 2)
        made.setdefault(name, {})[part] = json.loads(text)
    return made


def found(old, new):
    for function in (old, new):
        function.__name__ = "f"
    changes = compare(exported(old), exported(new))
    return {(c.part, c.path, c.rule): c.breaking for c in changes}


class Item(TypedDict):
    sku: str
    quantity: int


class NewItem(TypedDict):
    sku: Annotated[str, Schema(maxLength=5)]
    quantity: int
    note: str


def renamed(cls):
    cls.__name__ = "Item"
    return cls


def test_nothing_changed():
    def old(request, a: int, items: list[Item]) -> Item: ...
    def new(request, a: int, items: list[Item]) -> Item: ...

    assert found(old, new) == {}


def test_an_optional_parameter_at_the_end_breaks_nobody():
    def old(request, a: int): ...
    def new(request, a: int, b: int = 1): ...

    assert found(old, new) == {("params", "/b", "member-added"): False}


def test_a_required_parameter_breaks():
    def old(request, a: int): ...
    def new(request, a: int, b: int): ...

    assert found(old, new) == {("params", "/b", "required-member-added"): True}


def test_a_parameter_in_between_breaks_callers_by_position():
    def old(request, a: str, b: str = ""): ...
    def new(request, a: str, c: str = "", b: str = ""): ...

    assert found(old, new) == {
        ("params", "/c", "member-added"): False,
        ("params", "/b", "position-changed"): True,
    }


def test_another_name_breaks():
    def old(request, a: str): ...
    def new(request, b: str): ...

    assert found(old, new) == {
        ("params", "/a", "member-removed"): True,
        ("params", "/b", "required-member-added"): True,
    }


def test_a_parameter_that_can_only_be_named_breaks_callers_by_position():
    def old(request, a: str): ...
    def new(request, *, a: str): ...

    assert found(old, new) == {("params", "", "alternative-removed"): True}
    assert found(new, old) == {("params", "", "alternative-added"): False}


def test_a_default_is_taken_away():
    def old(request, a: str = ""): ...
    def new(request, a: str): ...

    assert found(old, new) == {("params", "/a", "member-became-required"): True}
    assert found(new, old) == {("params", "/a", "member-became-optional"): False}


def test_changes_inside_of_shared_definitions_have_their_path():
    def old(request, items: list[Item]) -> list[Item]: ...
    def new(request, items: list[renamed(NewItem)]) -> list[NewItem]: ...

    new.__annotations__ = {"items": list[renamed(NewItem)], "return": list[NewItem]}
    assert found(old, new) == {
        ("params", "/items/*/note", "required-member-added"): True,
        ("params", "/items/*/sku", "bound-tightened"): True,
        ("result", "/*/note", "required-member-added"): False,
        ("result", "/*/sku", "bound-tightened"): False,
    }


def test_a_result_may_promise_more_but_not_less():
    def old(request) -> str | None: ...
    def new(request) -> str: ...

    assert found(old, new) == {("result", "", "alternative-removed"): False}
    assert found(new, old) == {("result", "", "alternative-added"): True}


def test_a_wider_type_covers_the_narrower():
    def old(request, a: Literal["x"], b: Literal[1]) -> Any: ...
    def new(request, a: str, b: float) -> Any: ...

    assert found(old, new) == {
        ("params", "/a", "alternative-added"): False,
        ("params", "/b", "alternative-added"): False,
    }


def test_anything_is_narrowed():
    def old(request, a) -> datetime: ...
    def new(request, a: int) -> Any: ...

    assert found(old, new) == {
        ("params", "/a", "alternative-removed"): True,
        ("result", "", "alternative-added"): True,
    }


def test_tags_are_alternatives_of_their_own():
    def old(request, a: datetime) -> datetime: ...
    def new(request, a: datetime | None) -> datetime | None: ...

    assert found(old, new) == {
        ("params", "/a", "alternative-added"): False,
        ("result", "", "alternative-added"): True,
    }


@dataclass
class Node:
    children: list[Node]


def test_recursive_types_end():
    def old(request, a: Node) -> Node: ...
    def new(request, a: Node, b: int = 1) -> Node: ...

    assert found(old, new) == {("params", "/b", "member-added"): False}


# ── soundness: what the verdict says, values show ──

SCHEMAS = st.recursive(
    st.one_of(
        st.sampled_from(
            [True, {"type": "null"}, {"type": "boolean"}, {"type": "integer"}, {"type": "number"}]
        ),
        st.builds(lambda low: {"type": "integer", "minimum": low}, st.integers(0, 2)),
        st.builds(lambda most: {"type": "string", "maxLength": most}, st.integers(0, 2)),
        st.builds(
            lambda values: {"enum": values},
            st.lists(st.sampled_from(["a", "b", 1, None]), min_size=1, unique=True),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(
            lambda items: {
                "type": "array",
                "prefixItems": items,
                "items": False,
                "minItems": len(items),
            },
            st.lists(inner, min_size=1, max_size=2),
        ),
        st.builds(
            lambda members, required, others: {
                "type": "object",
                "properties": members,
                "required": sorted(required & members.keys()),
                "additionalProperties": others,
            },
            st.dictionaries(st.sampled_from("ab"), inner),
            st.sets(st.sampled_from("ab")),
            inner | st.just(False),
        ),
        st.builds(lambda branches: {"anyOf": branches}, st.lists(inner, min_size=1, max_size=2)),
    ),
    max_leaves=4,
)
VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1, 2, 1.5, "", "a", "b", "abc"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@st.composite
def nearly(draw, schema):
    """A schema that differs from another in one place."""
    inside = [
        (keyword, key)
        for keyword, value in (schema.items() if isinstance(schema, dict) else ())
        for key in (
            value
            if keyword == "properties"
            else range(len(value))
            if keyword in ("anyOf", "prefixItems")
            else [None]
            if isinstance(value, (dict, bool))
            else ()
        )
    ]
    bounds = [k for k in ("minimum", "maxLength") if isinstance(schema, dict) and k in schema]
    if bounds:
        return {**schema, bounds[0]: draw(st.integers(0, 2))}
    if not inside or draw(st.integers(0, 2)) == 0:
        return draw(st.one_of(SCHEMAS, st.just({"anyOf": [schema, draw(SCHEMAS)]})))
    keyword, key = draw(st.sampled_from(inside))
    value = schema[keyword]
    if key is None:
        return {**schema, keyword: draw(nearly(value))}
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[key] = draw(nearly(value[key]))
    return {**schema, keyword: changed}


@settings(max_examples=examples(500), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.lists(VALUES, min_size=5, max_size=20))
def test_where_nothing_breaks_every_value_that_was_accepted_still_is(data, values):
    old = data.draw(SCHEMAS)
    new = data.draw(nearly(old))
    if any(change.breaking for change in compare_schemas(old, new, "params")):
        return
    before, after = Draft202012Validator(old), Draft202012Validator(new)
    for value in values:
        if before.is_valid(value):
            assert after.is_valid(value), value
