"""Strict JSON (RFC 8259) ↔ Python values.

Lone surrogates and numbers outside the range of a double are neither read nor written. I-JSON (RFC
7493) forbids them, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from math import isinf
from secrets import randbelow
from typing import Any

import msgspec

from .._types import Json
from ..errors import LimitExceededError, ParseError, WireError

_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

_NULL = msgspec.Raw(b"null")
_DEEPER_THAN_THE_PARSER = "nested deeper than the parser can follow"

_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NOT_STRUCTURE = bytes(sorted(set(range(256)) - set(b'[]{}"')))
_STRING = re.compile(rb'"[^"]*"')


_THREE_DIGITS = re.compile(rb"[0-9][eE][+-]?[0-9]{3}")
_LARGE_BODY = 2**13
"""Bytes. A smaller body takes at most 20 ms."""
_WINDOW = 512


def decoder(cls: Any) -> Callable[[bytes], Any]:
    """Return the function that decodes JSON as ``cls`` in a time proportional to its bytes.

    msgspec takes 12 µs for a number such as 1e308, twenty times as long as Python.
    """
    decode = msgspec.json.Decoder(cls).decode
    decode_floats = msgspec.json.Decoder(cls, float_hook=_parse_float).decode

    def decode_any(body: bytes) -> Any:
        if len(body) > _LARGE_BODY and _may_be_slow(body):
            return decode_floats(body)
        return decode(body)

    return decode_any


def _may_be_slow(body: bytes) -> bool:
    """Return whether a body has many numbers with three digits of exponent.

    It looks at one window at a random place. A few such numbers cost little, and a caller who
    fills a part of a body with them can't tell where the window will be.
    """
    start = randbelow(len(body) - _WINDOW)
    return _THREE_DIGITS.search(body, start, start + _WINDOW) is not None


def _parse_float(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError("a number is out of range")
    return number


_decode: Callable[[bytes], Json] = decoder(Any)


def parse(body: bytes, *, max_depth: int | None = None) -> Json:
    """Parse a body whose nesting is at most ``max_depth`` levels of arrays and objects.

    Integers keep all their digits. A number outside the range of a double is an error. If an
    object repeats a member, the last one counts. Raises ``ParseError`` with the cause and its
    place.
    """
    try:
        value = _decode(body)
    except RecursionError:
        raise _too_deep(max_depth) from None
    except ValueError as error:
        # The depth is checked first: else the error would depend on the stack that is left.
        check_depth(body, max_depth)
        raise ParseError(_describe_error(body, error)) from None
    check_depth(body, max_depth)
    return value


class Ids:
    """The ids of a body's Requests, with the same digits as in the body."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._raw: list[msgspec.Raw] | None = None

    def as_sent(self, index: int, parsed: str | int | float) -> str | int | msgspec.Raw:
        """Return the id of entry ``index``: ``parsed``, or its JSON text if parsing lost digits."""
        if type(parsed) is str or (type(parsed) is int and (parsed or b"-0" not in self._body)):
            return parsed
        if self._raw is None:  # such as 1.10, 1e2 or -0
            self._raw = _raw_ids(self._body)
        return self._raw[index]


def _raw_ids(body: bytes) -> list[msgspec.Raw]:
    try:
        entries = _decode_array(body)
    except msgspec.ValidationError:
        entries = [msgspec.Raw(body)]
    return [_raw_id(entry) for entry in entries]


def _raw_id(entry: msgspec.Raw) -> msgspec.Raw:
    try:
        return _decode_object(entry).get("id", _NULL)
    except msgspec.ValidationError:
        return _NULL


def dump(value: Json) -> bytes:
    """Write a JSON value as UTF-8.

    The value must consist of exact built-in types and finite numbers, as ``to_wire`` returns.
    msgspec writes some other values wrongly, such as NaN as null. Raises ``WireError`` for what
    strict JSON can't represent: a lone surrogate, or a value that contains itself.
    """
    try:
        return _encode(value)
    except UnicodeEncodeError:
        raise WireError("a string contains a lone surrogate, which UTF-8 can't encode") from None
    except RecursionError:
        raise WireError("the value is nested too deep or contains itself") from None
    except (TypeError, ValueError) as error:
        raise WireError(str(error)) from None


def may_hold_tags(body: bytes) -> bool:
    """Return ``False`` only if ``body`` certainly contains no tagged value."""
    return b"__type__" in body or b"\\u" in body


def check_batch_size(body: bytes, max_entries: int) -> None:
    """Check the number of entries before any object is built from them.

    Raises ``LimitExceededError`` if ``body`` is an array of more than ``max_entries``.
    """
    if body.count(b",") < max_entries:  # a longer array has at least that many commas
        return
    try:
        is_too_long = _counter(max_entries)(body)
    except RecursionError:
        return  # the parser reports that
    if is_too_long:
        raise LimitExceededError("batch_size", max_entries)


@lru_cache(maxsize=8)
def _counter(max_entries: int) -> Callable[[bytes], bool]:
    """Return the function that returns whether an array has more than ``max_entries`` entries.

    It stops behind so many entries, whatever follows.
    """
    fields = [(f"entry_{index}", msgspec.Raw, _NULL) for index in range(max_entries)]
    entries = msgspec.defstruct("Entries", fields, array_like=True, forbid_unknown_fields=True)
    decode = msgspec.json.Decoder(entries).decode

    def is_too_long(body: bytes) -> bool:
        try:
            decode(body)
        except msgspec.ValidationError as error:  # not an array, or a longer one
            return "of at most length" in str(error)
        except ValueError:
            return False
        return False

    return is_too_long


def check_depth(body: bytes, max_depth: int | None) -> None:
    """Check the nesting of brackets. Raises ``ParseError`` if deeper than ``max_depth`` levels."""
    if max_depth is None or is_certainly_flat(body, max_depth):
        return
    if not _is_within_depth(body, max_depth):
        raise _too_deep(max_depth)


def is_certainly_flat(body: bytes, max_depth: int | None) -> bool:
    """Return ``True`` if ``body`` has too few brackets to be nested deeper than ``max_depth``."""
    return (
        max_depth is None
        or len(body) <= max_depth
        or body.count(b"[") + body.count(b"{") <= max_depth
    )


def _is_within_depth(body: bytes, max_depth: int) -> bool:
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    structure = body.translate(_BRACKETS, _NOT_STRUCTURE)
    # Strings without brackets are empty now. A quote that remains belongs to one with brackets.
    structure = structure.replace(b'""', b"")
    if b'"' in structure:
        # What follows the last quote is a string without an end.
        structure = _STRING.sub(b"", structure).partition(b'"')[0]
    # Each round removes the innermost brackets. A few rounds are enough for most bodies. Of the
    # others few "[]" remain, and the levels between these are added up.
    for _ in range(min(max_depth, 4)):
        if not structure:
            return True
        structure = structure.replace(b"[]", b"")
        max_depth -= 1
    rises = (2 * between.count(b"[") - len(between) for between in structure.split(b"[]"))
    return not structure or max(accumulate(rises)) < max_depth


def _too_deep(max_depth: int | None) -> ParseError:
    if max_depth is None:
        return ParseError(_DEEPER_THAN_THE_PARSER)
    return ParseError({"limit": "depth", "maximum": max_depth})


def _describe_error(body: bytes, error: ValueError) -> str:
    if not body.strip():
        return "the body is empty"
    if isinstance(error, msgspec.ValidationError):
        return "a number is out of range"
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "the body starts with a byte order mark; send UTF-8 without one"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return f"the body is not UTF-8: {wrong.reason} at byte {wrong.start}"
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as wrong:
        return f"{wrong.msg} at line {wrong.lineno}, column {wrong.colno}"
    except RecursionError:
        return _DEEPER_THAN_THE_PARSER
    except ValueError as wrong:
        return str(wrong)
    return "a string contains a lone surrogate"


def _refuse_constant(name: Any) -> Any:
    raise ValueError(f"{name} is not JSON")
