"""Decode and encode whole lists of datetimes, dates and UUIDs at once, by msgspec.

That is possible because msgspec writes these types in the same form as this package. The functions
return ``None`` for any other list. The caller then converts the list value by value.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from ...protocol.tags import TAG

DecodeAll: TypeAlias = Callable[[list[Any]], list[Any] | None]
"""Wire forms → Python values, or ``None``."""
EncodeAll: TypeAlias = Callable[[list[Any]], msgspec.Raw | None]
"""Python values → the JSON text of an array of their wire forms, or ``None``."""

_encode = msgspec.json.Encoder().encode


def bulk_decoder(cls: Any, name: str, *, strict: bool) -> DecodeAll | None:
    """Return the function that decodes a list of wire forms, ``None`` for other classes.

    The function accepts only forms that the schema accepts. Either all of them are tagged, or,
    unless ``strict``, all are plain strings. ``name`` is the tag.
    """
    have_valid_form = _FORM_CHECKS.get(cls)
    if have_valid_form is None:
        return None
    list_type = list[cls]

    def decode_all(values: list[Any]) -> list[Any] | None:
        try:
            if strict or type(values[0]) is dict:
                values = _untag(values, name)
            if not have_valid_form(values):
                return None
            decoded: list[Any] = msgspec.convert(values, list_type)
        except (LookupError, TypeError, ValueError):  # an empty list, a number, another string
            return None
        return decoded

    return decode_all


def _untag(tagged: list[Any], name: str) -> list[Any]:
    texts = []
    for each in tagged:
        if type(each) is not dict or len(each) != 2 or each[TAG] != name:
            raise ValueError
        texts.append(each["value"])
    return texts


_SHORTEST_OFFSET = len("2026-11-22T09:30:00+00:00")
_LONGEST_OFFSET = len("2026-11-22T09:30:00.123456+00:00")
_LONGEST_UTC = len("2026-11-22T09:30:00.123456Z")


def _are_rfc3339(texts: list[str]) -> bool:
    """Return whether texts that msgspec accepts as datetimes have the form of RFC 3339.

    msgspec also accepts a space instead of the T, offsets without a colon, and any number of
    digits. A text that msgspec accepts has at most one T, at most one Z, and two colons, or three
    with an offset.
    """
    text, count, length = "".join(texts), len(texts), len(texts[0])
    # Usually all texts are as long as the first one. Then their Ts have the same distance, and it
    # is enough to compare one character of each text instead of counting in all of them.
    if len(text) == count * length and text[10::length] == "T" * count:
        if text[length - 1 :: length] == "Z" * count:
            return length <= _LONGEST_UTC
        has_offsets = text[length - 3 :: length] == ":" * count
        return has_offsets and _SHORTEST_OFFSET <= length <= _LONGEST_OFFSET
    if text.count("T") != count:
        return False
    longest = max(map(len, texts))
    if text.count("Z") == count:
        return longest <= _LONGEST_UTC
    return text.count(":") == 3 * count and longest <= _LONGEST_OFFSET


def _have_length(length: int) -> Callable[[list[str]], bool]:
    return lambda texts: {*map(len, texts)} == {length}


_FORM_CHECKS: dict[Any, Callable[[list[str]], bool]] = {
    datetime: _are_rfc3339,
    date: _have_length(len("2026-11-22")),
    UUID: _have_length(36),  # msgspec also accepts 32 digits without hyphens
}
"""Whether texts that msgspec accepts are also accepted by the schema."""


def bulk_encoder(cls: Any, name: str) -> EncodeAll | None:
    """Return the function that encodes a list of values, ``None`` for other classes.

    The function writes tagged objects. ``name`` is the tag.
    """
    if cls not in _FORM_CHECKS:
        return None
    have_same_form = _are_utc_or_naive if cls is datetime else partial(_are_all, cls)
    opening = f'{{"{TAG}":"{name}","value":'.encode()
    start, between = b"[" + opening, b"}," + opening

    def encode_all(values: list[Any]) -> msgspec.Raw | None:
        if not have_same_form(values):
            return None
        texts = _encode(values)[1:-1]
        if cls is datetime:
            texts = texts.replace(b"Z", b"+00:00")
        # The texts contain no commas, so that each comma stands between two of them.
        return msgspec.Raw(start + texts.replace(b",", between) + b"}]")

    return encode_all


def _are_all(cls: type, values: list[Any]) -> bool:
    return {*map(type, values)} == {cls}


def _are_utc_or_naive(values: list[Any]) -> bool:
    """Return whether all values are datetimes in UTC, or all are naive.

    msgspec rounds the offsets of other time zones.
    """
    if not values or type(values[0]) is not datetime:
        return False
    zone = values[0].tzinfo
    if zone is not None and zone is not timezone.utc:
        return False
    # Compared by identity: comparing by == could call code of a time zone.
    for value in values:  # noqa: SIM110 - a generator takes twice as long
        if type(value) is not datetime or value.tzinfo is not zone:
            return False
    return True
