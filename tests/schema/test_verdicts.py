"""``Verdicts`` accepts what jsonschema-rs accepts, and validates each part of a value once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjax_jsonrpc.schema.validator import validator
from adjax_jsonrpc.schema.verdicts import Verdicts, accepts, verdicts
from tests.support.examples import examples

NEXT = {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}, {"type": "null"}]}
A = {
    "type": "object",
    "properties": {"kind": {"enum": ["a", 1]}, "next": NEXT},
    "required": ["kind"],
    "additionalProperties": False,
}
DEFS = {
    "A": A,
    "B": {**A, "properties": {**A["properties"], "kind": {"type": "string"}}},
    "Tree": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#/$defs/Tree"}}]},
    "Open": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Open"}},
    "Pair": {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"$ref": "#/$defs/Pair"}],
        "items": False,
        "minItems": 1,
    },
    "Both": {"allOf": [{"$ref": "#/$defs/Tree"}, {"type": "array", "maxItems": 2}]},
    "One": {"oneOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#/$defs/One"}}]},
    "Named": {"patternProperties": {"^k": {"$ref": "#/$defs/Named"}}, "minProperties": 1},
    "Plain": {"type": "object", "maxProperties": 1},
}
VALUES = st.recursive(
    st.sampled_from([None, 1, 1.0, "a", "b", True]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "next", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", DEFS)
@settings(max_examples=examples(200))
@given(value=VALUES)
def test_a_verdict_is_that_of_jsonschema_rs(name, value):
    schema = {"$ref": f"#/$defs/{name}"}
    known = Verdicts(DEFS)
    is_scalar = not isinstance(value, (dict, list))
    memo = {} if is_scalar else verdicts(known.prepare_recursive([schema]), value)
    expected = validator({**schema, "$defs": DEFS})(value)
    assert accepts(known.prepare(schema), value, memo) is expected


def test_a_schema_is_recursive_if_it_leads_to_one_that_refers_to_itself():
    known = Verdicts(DEFS)
    assert known.is_recursive({"items": {"$ref": "#/$defs/Both"}})
    assert not known.is_recursive({"$ref": "#/$defs/Plain"})
    assert not known.is_recursive(True)


def test_a_part_is_validated_once_for_each_schema():
    value = {"kind": "b"}
    for _ in range(90):
        value = {"kind": "b", "next": value}
    schemas = Verdicts(DEFS)
    memo = verdicts(schemas.prepare_recursive([DEFS["A"]]), value)
    part, known = value, len(memo)
    while part is not None:
        assert not accepts(schemas.prepare(DEFS["A"]), part, memo)
        assert accepts(schemas.prepare(DEFS["B"]), part, memo)
        part = part.get("next")
    assert len(memo) == known <= 91 * 4
