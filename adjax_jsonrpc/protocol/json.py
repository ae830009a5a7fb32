"""Strict JSON ↔ values: nothing is accepted or written that RFC 8259 or I-JSON refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import msgspec

from .._types import Json
from ..errors import LimitExceededError, ParseError, WireError

_decode: Callable[[bytes], Json] = msgspec.json.Decoder().decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

_NULL = msgspec.Raw(b"null")
_DEEPER_THAN_THE_PARSER = "nested deeper than the parser can follow"

_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NOT_STRUCTURE = bytes(sorted(set(range(256)) - set(b'[]{}"')))
_STRING = re.compile(rb'"[^"]*"')


def parse(body: bytes, *, max_depth: int | None = None) -> Json:
    """Parse a whole body, nested no deeper than ``max_depth``.

    Integers keep all their digits, numbers out of a double's range are refused, of a repeated
    member the last one counts. Raises ``ParseError`` with what is wrong and where.
    """
    try:
        value = _decode(body)
    except RecursionError:
        raise _too_deep(max_depth) from None
    except ValueError as error:
        # First of all how deep it is: whether a parser gets past that depends on the stack.
        check_depth(body, max_depth)
        raise ParseError(_what_is_wrong(body, error)) from None
    check_depth(body, max_depth)
    return value


class Ids:
    """The ids of a body's Requests, exactly as they were sent."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._raw: list[msgspec.Raw] | None = None

    def exact(self, index: int, parsed: str | int | float) -> str | int | msgspec.Raw:
        """Give the id of entry ``index``: as it was parsed, or its text if that lost digits."""
        if type(parsed) is str or (type(parsed) is int and (parsed or b"-0" not in self._body)):
            return parsed
        if self._raw is None:  # 1.10, 1e2, -0
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
    """Write a JSON value of exact built-in types and finite numbers as UTF-8.

    That is what ``to_wire`` gives, and what makes the fast encoder exact. Raises ``WireError``
    for what strict JSON can't hold: a lone surrogate, nesting without end.
    """
    try:
        return _encode(value)
    except UnicodeEncodeError:
        raise WireError("a string holds a lone surrogate, which UTF-8 can't") from None
    except RecursionError:
        raise WireError("the value is nested too deep or contains itself") from None
    except (TypeError, ValueError) as error:
        raise WireError(str(error)) from None


def may_hold_tags(body: bytes) -> bool:
    """Say whether any tagged value can stand in ``body``: false is certain, true is not."""
    return b"__type__" in body or b"\\u" in body


def count_entries(body: bytes, most: int) -> None:
    """Count the entries of an array before anything is built from them.

    Raises ``LimitExceededError`` for more than ``most``.
    """
    if body.count(b",") < most:  # an array of more has more commas
        return
    try:
        entries = _decode_array(body)
    except (ValueError, RecursionError):
        return  # no array, or no JSON at all: the parser says which
    if len(entries) > most:
        raise LimitExceededError("batch_size", most)


def check_depth(body: bytes, most: int | None) -> None:
    """Check the nesting of brackets. Raises ``ParseError`` where it is deeper than ``most``."""
    if most is not None and not is_certainly_flat(body, most) and not _is_within_depth(body, most):
        raise _too_deep(most)


def is_certainly_flat(body: bytes, most: int | None) -> bool:
    """Say whether ``body`` has too few brackets to be nested deeper than ``most``."""
    return most is None or len(body) <= most or body.count(b"[") + body.count(b"{") <= most


def _is_within_depth(body: bytes, most: int) -> bool:
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    structure = body.translate(_BRACKETS, _NOT_STRUCTURE)
    # Strings without brackets vanish here; a quote that is left belongs to one with some.
    structure = structure.replace(b'""', b"")
    if b'"' in structure:
        structure = _STRING.sub(b"", structure).partition(b'"')[0]  # what follows has no end
    # Each round takes the innermost away. A few of them do for what is flat, and leave the rest
    # with so few places where a "[" is followed by its "]" that these can be looked at.
    for _ in range(min(most, 4)):
        if not structure:
            return True
        structure = structure.replace(b"[]", b"")
        most -= 1
    rises = (2 * between.count(b"[") - len(between) for between in structure.split(b"[]"))
    return not structure or max(accumulate(rises)) < most


def _too_deep(max_depth: int | None) -> ParseError:
    if max_depth is None:
        return ParseError(_DEEPER_THAN_THE_PARSER)
    return ParseError({"limit": "depth", "maximum": max_depth})


def _what_is_wrong(body: bytes, error: ValueError) -> str:
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
    return "a string holds a lone surrogate"


def _refuse_constant(name: Any) -> Any:
    raise ValueError(f"{name} is not JSON")
