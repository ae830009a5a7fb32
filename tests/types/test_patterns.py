"""Patterns mean the same in ECMAScript, in Python and in linear time, or are refused."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

import annotated_types as at
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from adjax_jsonrpc import ObjectType, RegistrationError, Schema, Serializer
from adjax_jsonrpc.types.bound_patterns import bound_pattern, integer_pattern
from adjax_jsonrpc.types.builtin_tags import BUILT_IN, DateType, DecimalType, DurationType
from adjax_jsonrpc.types.object_type import TextType
from adjax_jsonrpc.types.patterns import portable
from tests.support.calls import a_gateway
from tests.support.node_tools import judged_by_ajv

PATTERNS = [
    ("^[a-z]+$", ["abc"], ["abc\n", "ABC", ""]),
    ("^$", [""], ["\n"]),
    ("^(?:a|b)$|^c$", ["a", "c"], ["c\n", "b\n"]),
    ("a+?$", ["xa"], ["xa\n"]),
    (r"^\d{2,3}$", ["12"], ["1", "\u0661\u0662", "12\n"]),
    (r"^\D$", ["a", "\u0661"], ["1"]),
    (r"^\w$", ["a", "_"], ["é", "-"]),
    (r"^\W$", ["é", "-"], ["a"]),
    (r"^\s$", [" ", "\u00a0", "\ufeff", "\t"], ["\x1c", "\x85", "a"]),
    (r"^\S$", ["a", "\x1c"], [" ", "\ufeff"]),
    (r"^[\w.-]+@[^@\s]+$", ["a.b@c"], ["a b@c", "é@c", "a@\u00a0"]),
    (r"^.$", ["a", "\r", "\u2028"], ["\n"]),
    (r"^[\s\S]$", ["a", "\n", "é"], ["ab"]),
    (r"^(?<year>[0-9]{4})$", ["2026"], ["26"]),
    (r"^\-\@\/\{\}$", ["-@/{}"], [""]),
    (r"^a{$", ["a{"], ["a"]),
    (r"^]}$", ["]}"], [""]),
    (r"^[a&&b~~]$", ["&", "~", "a"], ["c"]),
    (r"^[[\]]$", ["[", "]"], ["a"]),
    (r"^\x41\u00e9\u{1f600}$", ["Aé😀"], [""]),
    (r"^[\x41-\u0043]$", ["B"], ["D"]),
    (r"^[\b]\cA\0$", ["\b\x01\0"], [""]),
    (r"^\t\n\v\f\r$", ["\t\n\v\f\r"], [""]),
    (r"^[^\d]$", ["a", "\u0661"], ["1"]),
    ("^a{2}b{1,}c{0,1}$", ["aab"], ["ab"]),
]
REFUSED = {
    r"\Aa": r"\\A",
    r"a\Z": r"\\Z",
    r"a\z": r"\\z",
    "(?P<x>a)": r"\(\?P<",
    r"(?<x>a)\k<x>": r"\\k",
    "(?i)a": r"\(\?i",
    "(?i:a)": r"\(\?i",
    "(?#c)a": r"\(\?#",
    "(?>a)": r"\(\?>",
    "(?=a)": "look-around",
    "(?<!a)b": "look-around",
    r"(a)\1": r"\\1",
    "a++": "possessive",
    "a*+": "possessive",
    "a{1,2}+": "possessive",
    "a**": "quantifier",
    "^*": "quantifier",
    "*a": "quantifier",
    "a{,3}": "quantifier",
    "[]a]": r"\[\]",
    "[^]": r"\[\^\]",
    r"[\A]": r"\\A",
    r"[a-\d]": "range",
    r"\N{DIGIT ONE}": r"\\N",
    "[a": r"\[",
    "a\\": r"\\",
}


@pytest.mark.parametrize(("pattern", "matching", "others"), PATTERNS, ids=[p[0] for p in PATTERNS])
def test_python_and_the_endpoint_read_a_pattern_alike(pattern, matching, others):
    schema = {"type": "string", **portable({"pattern": pattern})}
    in_linear_time = jsonschema_rs.Draft202012Validator(
        schema, pattern_options=jsonschema_rs.RegexOptions()
    )
    for texts, expected in ((matching, True), (others, False)):
        for text in texts:
            assert Draft202012Validator(schema).is_valid(text) is expected, text
            assert in_linear_time.is_valid(text) is expected, text


@pytest.mark.node
def test_ecmascript_reads_them_alike_too():
    cases = [
        {
            "name": pattern,
            "schema": {"type": "string", **portable({"pattern": pattern})},
            "rows": [
                *({"instance": text, "valid": True} for text in matching),
                *({"instance": text, "valid": False} for text in others),
            ],
        }
        for pattern, matching, others in PATTERNS
    ]
    cases += [
        {
            "name": f"original {pattern}",
            "schema": {"type": "string", "pattern": pattern},
            "rows": rows,
        }
        for pattern, matching, others in PATTERNS
        if pattern not in (r"^.$", r"^\-\@\/\{\}$", "^a{$", "^]}$")  # not what ECMAScript reads
        for rows in [
            [{"instance": text, "valid": True} for text in matching]
            + [{"instance": text, "valid": False} for text in others]
        ]
    ]
    judged = judged_by_ajv(cases)
    assert judged.returncode == 0, judged.stdout


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_is_not_the_same_everywhere_is_refused_by_name(pattern):
    def f(request, value): ...

    f.__annotations__["value"] = Annotated[str, Schema(pattern=pattern)]
    with pytest.raises(RegistrationError, match=REFUSED[pattern]) as caught:
        a_gateway(f).registry.get("t.f")
    assert "parameter 'value'" in str(caught.value)


def test_patterns_inside_of_other_keywords_are_translated_too():
    schema = portable(
        {"not": {"pattern": r"^\d$"}, "propertyNames": {"anyOf": [{"pattern": r"\w"}]}}
    )
    assert schema["not"]["pattern"] == "^[0-9]$"
    assert schema["propertyNames"]["anyOf"][0]["pattern"] == "[A-Za-z0-9_]"


def test_patterns_of_registered_types_are_translated_too():
    class Code: ...

    class CodeType(ObjectType):
        name = "code"
        cls = Code
        schema = {"text": {"type": "string", "pattern": r"^\d{3}$"}}

    def f(request, value: Code): ...

    f.__annotations__["value"] = Code
    signature = a_gateway(f, serializer=Serializer([CodeType])).registry.get("t.f").signature
    reference = Draft202012Validator(signature.params_schema)
    assert reference.is_valid([{"__type__": "code", "text": "123"}])
    assert not reference.is_valid([{"__type__": "code", "text": "123\n"}])


@pytest.mark.parametrize("object_type", [t for t in BUILT_IN if issubclass(t, TextType)])
def test_no_text_of_a_built_in_type_ends_with_a_line_feed_in_python(object_type):
    good = {
        "datetime": "2026-01-01T00:00:00Z",
        "date": "2026-01-01",
        "time": "00:00:00",
        "duration": "P1D",
        "decimal": "1",
        "uuid": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "bytes": "AA==",
        "bigint": "1",
        "float": "NaN",
    }[object_type.name]
    for schema in (object_type.string_schema(), object_type.plain_schema()):
        assert Draft202012Validator(schema).is_valid(good)
        assert not Draft202012Validator(schema).is_valid(f"{good}\n")


# ── what a schema says about bounds ──

KEYWORDS = st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])
HOLDS: dict[str, Any] = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "exclusiveMaximum": lambda value, limit: value < limit,
}


@given(st.integers(), st.integers(), st.integers(0, 3))
def test_the_pattern_of_an_integer_bound_is_exact(limit, number, zeros):
    text = f"{'-' if number < 0 else ''}{'0' * zeros}{abs(number)}"
    for near in (number, limit, limit - 1, limit + 1):
        text = f"{'-' if near < 0 else ''}{'0' * zeros}{abs(near)}"
        assert bool(re.search(integer_pattern(limit, None), text)) == (near >= limit)
        assert bool(re.search(integer_pattern(None, limit), text)) == (near <= limit)


@given(KEYWORDS, st.dates(), st.dates())
def test_the_pattern_of_a_date_bound_is_exact(keyword, limit, value):
    near = [value, limit]
    near += [limit + timedelta(days=1)] if limit < date.max else []
    near += [limit - timedelta(days=1)] if limit > date.min else []
    pattern = bound_pattern(keyword, limit)
    for each in near:
        found = re.search(pattern, DateType.write(each))
        assert bool(found) == HOLDS[keyword](each, limit)


@given(KEYWORDS, st.from_regex(DecimalType.pattern, fullmatch=True))
def test_the_pattern_of_a_decimal_bound_of_zero_is_exact(keyword, text):
    pattern = bound_pattern(keyword, Decimal(0))
    assert bool(re.search(pattern, text)) == HOLDS[keyword](Decimal(text), 0)


@given(KEYWORDS, st.from_regex(DurationType.pattern, fullmatch=True))
def test_the_pattern_of_a_duration_bound_of_zero_is_exact(keyword, text):
    limit = timedelta(0)
    pattern = bound_pattern(keyword, limit)
    assert bool(re.search(pattern, text)) == HOLDS[keyword](DurationType.read(text), limit)


@given(st.integers(1, 12), st.binary(max_size=12), st.sampled_from(["min_length", "max_length"]))
def test_the_schema_of_a_number_of_bytes_is_exact(limit, value, keyword):
    def f(request, value): ...

    constraint = at.MinLen(limit) if keyword == "min_length" else at.MaxLen(limit)
    f.__annotations__["value"] = Annotated[bytes, constraint]
    schema = a_gateway(f).registry.get("t.f").signature.params_schema
    wire = Serializer().to_wire(value)
    holds = len(value) >= limit if keyword == "min_length" else len(value) <= limit
    reference = Draft202012Validator(schema)
    assert reference.is_valid([wire]) == reference.is_valid([wire["value"]]) == holds, json.dumps(
        wire
    )
