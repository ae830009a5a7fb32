"""Strict JSON ↔ values: nothing is accepted or written that RFC 8259 or I-JSON refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec

from .errors import LimitExceededError, ParseError, WireError
from .typing import Json

_decode: Callable[[bytes], Json] = msgspec.json.Decoder().decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

NULL = b"null"

_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NOT_STRUCTURE = bytes(sorted(set(range(256)) - set(b'[]{}"')))
_STRING = re.compile(rb'"[^"]*"')


def parse(body: bytes, *, max_depth: int | None = None, max_entries: int | None = None) -> Json:
    """Parse a whole body.

    ``max_depth`` bounds its nesting, ``max_entries`` the entries of a top-level array,
    which are counted before anything is built from them. Integers keep all their digits,
    numbers out of a double's range are refused, of a repeated member the last one counts.

    Raises ``ParseError`` with what is wrong and where, ``LimitExceededError`` for too many
    entries.
    """
    # No array of more than n entries has fewer than n commas: small bodies skip the count.
    if max_entries is not None and body.count(b",") >= max_entries:
        _count_entries(body, max_entries)
    try:
        value = _decode(body)
    except RecursionError:
        raise _too_deep(max_depth) from None
    except ValueError as error:
        raise ParseError(_what_is_wrong(body, error)) from None
    if max_depth is not None and not _is_within_depth(body, max_depth):
        raise _too_deep(max_depth)
    return value


class Ids:
    """The ids of a body's Requests as JSON text, exactly as they were sent."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._raw: list[bytes] | None = None

    def text(self, index: int, request_id: str | int | float | None) -> bytes:
        """Give the text of entry ``index``'s id, whose parsed value is ``request_id``."""
        if request_id is None:
            return NULL
        if type(request_id) is str:
            return dump(request_id)
        if type(request_id) is int and (request_id or b"-0" not in self._body):
            return b"%d" % request_id
        if self._raw is None:  # 1.10 and -0: digits that the parsed value has lost
            self._raw = _raw_ids(self._body)
        return self._raw[index]


def _raw_ids(body: bytes) -> list[bytes]:
    try:
        entries = _decode_array(body)
    except msgspec.ValidationError:
        entries = [msgspec.Raw(body)]
    return [_raw_id(entry) for entry in entries]


def _raw_id(entry: msgspec.Raw) -> bytes:
    try:
        return bytes(_decode_object(entry).get("id", NULL))
    except msgspec.ValidationError:
        return NULL


# One encoder for all results: making one costs more than most results take to write.
_encoder = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
).encode


def dump(value: Json) -> bytes:
    """Write a JSON value as UTF-8, exactly.

    Raises ``WireError`` for what strict JSON can't hold: ``NaN``, a lone surrogate, an
    integer over the interpreter's digit limit, nesting without end.
    """
    try:
        return _encoder(value).encode("utf-8")
    except UnicodeEncodeError:
        raise WireError("a string holds a lone surrogate, which UTF-8 can't") from None
    except RecursionError:
        raise WireError("the value is nested too deep or contains itself") from None
    except (TypeError, ValueError) as error:
        raise WireError(str(error)) from None


def may_hold_tags(body: bytes) -> bool:
    """Say whether any tagged value can stand in ``body``: false is certain, true is not."""
    return b"__type__" in body or b"\\u" in body


def _count_entries(body: bytes, most: int) -> None:
    try:
        entries = _decode_array(body)
    except (ValueError, RecursionError):
        return  # no array, or no JSON at all: the parser says which
    if len(entries) > most:
        raise LimitExceededError("batch_size", most)


def _is_within_depth(body: bytes, most: int) -> bool:
    """Check the nesting of valid JSON without visiting its values."""
    if body.count(b"[") + body.count(b"{") <= most:
        return True
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    structure = body.translate(_BRACKETS, _NOT_STRUCTURE)
    # Strings without brackets vanish here; a quote that is left belongs to one with some.
    structure = structure.replace(b'""', b"")
    if b'"' in structure:
        structure = _STRING.sub(b"", structure)
    for _ in range(most):
        if not structure:
            return True
        structure = structure.replace(b"[]", b"")
    return not structure


def _too_deep(max_depth: int | None) -> ParseError:
    if max_depth is None:
        return ParseError("nested deeper than the parser can follow")
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
    except (ValueError, RecursionError) as wrong:
        return str(wrong)
    return "a string holds a lone surrogate"


def _refuse_constant(name: Any) -> Any:
    raise ValueError(f"{name} is not JSON")
