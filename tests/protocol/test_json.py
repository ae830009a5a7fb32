"""Strict JSON: what RFC 8259 refuses is refused, digits are kept."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import encode as json_of

from adjax_jsonrpc.errors import LimitExceededError, ParseError, WireError
from adjax_jsonrpc.protocol import json as strict_json
from adjax_jsonrpc.protocol.json import Ids, check_batch_size, dump, may_hold_tags, parse

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('ab{}[]"\\'), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"a":}', "line 1, column 6"),
        (b"[1]x", "column 4"),
        (b"NaN", "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b"1e999", "out of range"),
        (b"-1e999", "out of range"),
        (b"1" * 5000, "out of range"),
        (rb'"\ud800"', "surrogate"),
        (rb'{"\udc00":1}', "surrogate"),
        (b'"\xff"', "UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ("{}".encode("utf-16"), "byte order mark"),
        ("{}".encode("utf-16-le"), ""),
        (b'"a\nb"', "control character"),
        (b"01", ""),
        (b"[1,]", ""),
        (b"{'a':1}", ""),
        (b"\x00", ""),
    ],
)
def test_what_is_not_json_is_refused_with_a_reason(body, why):
    with pytest.raises(ParseError) as caught:
        parse(body)
    assert why in caught.value.data


def test_a_parse_error_never_quotes_the_body():
    with pytest.raises(ParseError) as caught:
        parse(b'{"password": "hunter2",}')
    assert "hunter2" not in str(caught.value.data)


def test_integers_keep_all_their_digits():
    number = 2**5000
    assert parse(str(number).encode()) == number
    assert dump(number) == str(number).encode()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_large_body_of_slow_numbers_has_the_same_numbers(number):
    text = b",".join([b"1.5e300", repr(number).encode()] * 1000)
    assert parse(b"[%s]" % text) == [1.5e300, number] * 1000


def test_a_large_body_of_slow_numbers_is_parsed_by_python(monkeypatch):
    body = b"[%s]" % b",".join([b"1e308"] * 2000)
    parsed = []
    monkeypatch.setattr(strict_json, "isinf", lambda number: parsed.append(number) or False)
    assert parse(body) == [1e308] * 2000
    assert len(parsed) == 2000
    parse(b"[%s]" % b",".join([b"1.25"] * 4000))  # msgspec is faster for these
    assert len(parsed) == 2000


def test_a_number_out_of_range_in_a_large_body_of_slow_numbers_is_refused():
    with pytest.raises(ParseError) as caught:
        parse(b"[%s,1e309]" % b",".join([b"1e308"] * 2000))
    assert caught.value.data == "a number is out of range"


def test_of_a_repeated_member_the_last_counts():
    assert parse(b'{"a":1,"a":2}') == {"a": 2}


@pytest.mark.parametrize("bracket", ["[]", "{}"])
def test_nesting_is_bounded(bracket):
    opening = "[" if bracket == "[]" else '{"a":'
    closing = bracket[1]
    inside = opening * 100 + "1" + closing * 100
    assert parse(inside.encode(), max_depth=100)
    with pytest.raises(ParseError) as caught:
        parse(f"[{inside}]".encode(), max_depth=100)
    assert caught.value.data == {"limit": "depth", "maximum": 100}


def test_nesting_that_no_parser_follows_is_refused():
    with pytest.raises(ParseError):
        parse(b"[" * 100_000)


@pytest.mark.parametrize("depth", [101, 700, *range(940, 1000, 5), 5000])
@pytest.mark.parametrize("end", ["", "]]]", "x", '"'])
def test_what_is_nested_too_deep_and_no_json_is_nested_too_deep_for_any_stack(depth, end):
    body = ("[" * depth + "]" * depth)[:-1] + end
    with pytest.raises(ParseError) as caught:
        parse(body.encode(), max_depth=100)
    assert caught.value.data == {"limit": "depth", "maximum": 100}


@pytest.mark.parametrize(
    "body", [b'["' + b"[" * 200, b'{"a":"b","c":"' + b"[]" * 200, b'x"' + b"[" * 200]
)
def test_brackets_in_a_string_without_an_end_are_no_nesting(body):
    with pytest.raises(ParseError) as caught:
        parse(body, max_depth=100)
    assert type(caught.value.data) is str


def test_what_is_no_json_is_told_as_such_up_to_the_limit():
    with pytest.raises(ParseError) as caught:
        parse(b"[" * 100 + b"]" * 101, max_depth=100)
    assert "Extra data" in caught.value.data


@pytest.mark.parametrize(
    "text", ["[[[[", "]]]]", '"[[[', r"\"[[[", r"\\", r"\\\"[[[[", "{[{[", "\\\\]"]
)
def test_brackets_inside_strings_are_no_nesting(text):
    body = json.dumps([text, {text: text}, [text] * 5]).encode()
    assert parse(body, max_depth=3)
    with pytest.raises(ParseError):
        parse(b"[[" + body + b"]]", max_depth=3)


def _depth(value):
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


@given(JSON_VALUES)
def test_nesting_is_counted_exactly(value):
    body, depth = json.dumps(value).encode(), _depth(value)
    assert parse(body, max_depth=depth) == value
    if depth:
        with pytest.raises(ParseError):
            parse(body, max_depth=depth - 1)


@given(JSON_VALUES)
def test_what_is_written_is_read_back(value):
    assert parse(dump(value)) == value


def test_entries_are_counted_before_they_are_built():
    check_batch_size(b"[1,2,3]", 3)
    with pytest.raises(LimitExceededError) as caught:
        check_batch_size(b"[1,2,3,4]", 3)
    assert caught.value.data == {"limit": "batch_size", "maximum": 3}
    check_batch_size(b'{"a":[1,2,3,4]}', 3)
    check_batch_size(b"[1,2,3", 3)
    with pytest.raises(LimitExceededError):
        check_batch_size(b"[1,2,3,4 and so on", 3)


def test_what_follows_too_many_entries_is_not_read():
    body = b"[%s]" % b",".join([b"1"] * 200_000)
    tracemalloc.start()
    with pytest.raises(LimitExceededError):
        check_batch_size(body, 100)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.parametrize("value", ["\ud800", {"a": "\udfff"}, object()])
def test_what_strict_json_cannot_hold_is_not_written(value):
    with pytest.raises(WireError):
        dump(value)


@pytest.mark.parametrize(
    "text", ["1", "-7", "1.0", "1.10", "1e2", "1E+2", "-0", "0", "-0.0", '"x"', '"é\\n"']
)
def test_ids_keep_their_text(text):
    body = f'[{{"id": {text} ,"x":1}}, {{"id":2}}]'.encode()
    parsed = parse(body)
    sent = bytes(json_of(Ids(body).as_sent(0, parsed[0]["id"])))
    assert sent.decode() == (
        json.dumps(json.loads(text), ensure_ascii=False) if '"' in text else text
    )
    assert Ids(body).as_sent(1, 2) == 2


def test_an_id_of_200_digits_is_exact():
    body = b'{"id":' + b"9" * 200 + b"}"
    assert Ids(body).as_sent(0, parse(body)["id"]) == 10**200 - 1


def test_tags_are_noticed_also_where_they_are_escaped():
    assert may_hold_tags(b'{"__type__":1}')
    assert may_hold_tags(rb'{"\u005f_type__":1}')
    assert not may_hold_tags(b'{"type":1}')
