"""Whole lists of datetimes, dates and UUIDs, read and written at once: msgspec's text is ours.

Each of the two gives ``None`` for a list of anything else, which is then taken value by value.
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
EncodeAll: TypeAlias = Callable[[list[Any]], msgspec.Raw | None]

_encode = msgspec.json.Encoder().encode


def bulk_decoder(cls: Any, name: str, *, strict: bool) -> DecodeAll | None:
    """Give what reads a list of texts, all of them in a form that the schema accepts.

    They are all tagged or, not ``strict``, all plain.
    """
    are_accepted = _ACCEPTED.get(cls)
    if are_accepted is None:
        return None
    wanted = list[cls]

    def decode_all(values: list[Any]) -> list[Any] | None:
        try:
            if strict or type(values[0]) is dict:
                values = _untagged(values, name)
            if not are_accepted(values):
                return None
            read: list[Any] = msgspec.convert(values, wanted)
        except (LookupError, TypeError, ValueError):  # empty, a number, no datetime
            return None
        return read

    return decode_all


def _untagged(tags: list[Any], name: str) -> list[Any]:
    texts = []
    for tag in tags:
        if type(tag) is not dict or len(tag) != 2 or tag[TAG] != name:
            raise ValueError
        texts.append(tag["value"])
    return texts


_SHORTEST_OFFSET = len("2026-11-22T09:30:00+00:00")
_LONGEST_OFFSET = len("2026-11-22T09:30:00.123456+00:00")
_LONGEST_UTC = len("2026-11-22T09:30:00.123456Z")


def _are_instants(texts: list[str]) -> bool:
    """Whether datetimes that msgspec takes have the forms that RFC 3339 has, and no others.

    It also takes a blank in the place of the T, offsets without a colon and any number of
    digits. A text that it takes has one T at most, one Z, two colons or, with an offset, three.
    """
    text, count, length = "".join(texts), len(texts), len(texts[0])
    # Usually all are as long as the first, which they are where their Ts are as far apart: then
    # a look at one place of each says what counting in all of them would.
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


_ACCEPTED: dict[Any, Callable[[list[str]], bool]] = {
    datetime: _are_instants,
    date: _have_length(len("2026-11-22")),
    UUID: _have_length(36),  # it also takes the digits alone
}


def bulk_encoder(cls: Any, name: str) -> EncodeAll | None:
    """Give what writes a list of values as tagged objects."""
    if cls not in _ACCEPTED:
        return None
    are_writable = _are_utc_or_naive if cls is datetime else partial(_are_all, cls)
    opening = f'{{"{TAG}":"{name}","value":'.encode()
    start, between = b"[" + opening, b"}," + opening

    def encode_all(values: list[Any]) -> msgspec.Raw | None:
        if not are_writable(values):
            return None
        texts = _encode(values)[1:-1]
        if cls is datetime:
            texts = texts.replace(b"Z", b"+00:00")
        # There are commas between these texts, and none in them.
        return msgspec.Raw(start + texts.replace(b",", between) + b"}]")

    return encode_all


def _are_all(cls: type, values: list[Any]) -> bool:
    return {*map(type, values)} == {cls}


def _are_utc_or_naive(values: list[Any]) -> bool:
    """Whether all are datetimes in UTC, or all without a zone: of others msgspec rounds offsets."""
    if not values or type(values[0]) is not datetime:
        return False
    zone = values[0].tzinfo
    if zone is not None and zone is not timezone.utc:
        return False
    # Two zones that are not the same object would say themselves whether they are equal.
    for value in values:  # noqa: SIM110 - a generator takes twice as long
        if type(value) is not datetime or value.tzinfo is not zone:
            return False
    return True
