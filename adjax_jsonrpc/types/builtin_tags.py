"""The built-in tagged types, one class for each tag (docs/types.md describes them)."""

from __future__ import annotations

import base64
import binascii
import re
import sys
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from math import isnan
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

from .._messages import gettext_noop
from .container_tags import EscapedObjectType, MapType, SetType
from .object_type import ObjectType, TextType

_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_DATE = f"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_OFFSET = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

_NO_DAY = gettext_noop("the day of %(value)s does not exist")
_NO_OFFSET = gettext_noop("%(value)s needs a time zone offset, as in 2026-11-22T09:30:00Z")

_FRACTION = re.compile(r"\.([0-9]+)")


def _iso(text: str) -> str:
    """Convert an RFC 3339 time to the form that ``fromisoformat`` of every Python accepts."""
    if sys.version_info >= (3, 11):
        return text.upper() if text[-1] == "z" else text
    # Python 3.10 accepts neither "Z" nor fractions of other than 3 or 6 digits.
    text = text.upper().replace("Z", "+00:00")
    return _FRACTION.sub(lambda found: "." + found[1].ljust(6, "0"), text)


_Clock = TypeVar("_Clock", datetime, time)


def _whole_minutes(value: _Clock) -> _Clock:
    """Return ``value``. Raise ``ValueError`` if its offset has seconds, which RFC 3339 forbids.

    Some historical time zones have such offsets.
    """
    if value.tzinfo is None or value.tzinfo is timezone.utc:
        return value
    offset = value.utcoffset()
    if offset is not None and offset % timedelta(minutes=1):
        raise ValueError(f"the offset {offset} is not a whole number of minutes")
    return value


class DateTimeType(TextType):
    """RFC 3339 date-time with up to six digits of a second. No offset means a naive datetime."""

    name, cls = "datetime", datetime
    pattern = f"{_DATE}[Tt]{_TIME}{_OFFSET}?"
    format = "date-time"
    description = gettext_noop("a date and time, as in 2026-11-22T09:30:00Z")

    @classmethod
    def write(cls, value: datetime) -> str:
        if type(value) is datetime and value.tzinfo is timezone.utc:
            text: str = msgspec.to_builtins(value)  # faster: isoformat calls the tzinfo
            return text[:-1] + "+00:00"
        return _whole_minutes(value).isoformat()

    @classmethod
    def read(cls, text: str) -> datetime:
        return datetime.fromisoformat(_iso(text))

    @classmethod
    def hint(cls, text: str) -> str | None:
        if not cls.matches(text):
            return None
        try:
            is_naive = cls.read(text).tzinfo is None
        except ValueError:
            return _NO_DAY
        return _NO_OFFSET if is_naive else None


class DateType(TextType):
    """RFC 3339 full-date."""

    name, cls = "date", date
    pattern, max_length, has_fixed_length = _DATE, 10, True
    format = "date"
    description = gettext_noop("a date, as in 2026-11-22")

    @classmethod
    def write(cls, value: date) -> str:
        return value.isoformat()

    @classmethod
    def read(cls, text: str) -> date:
        return date.fromisoformat(text)

    @classmethod
    def hint(cls, text: str) -> str | None:
        return _NO_DAY if cls.matches(text) else None


class TimeType(TextType):
    """RFC 3339 partial-time, or full-time if the time has an offset."""

    name, cls = "time", time
    pattern = f"{_TIME}{_OFFSET}?"
    description = gettext_noop("a time of day, as in 09:30:00")

    @classmethod
    def write(cls, value: time) -> str:
        return _whole_minutes(value).isoformat()

    @classmethod
    def read(cls, text: str) -> time:
        return time.fromisoformat(_iso(text))


class DurationType(TextType):
    """ISO 8601 duration of days and time, with up to six digits of a second and a leading sign."""

    name, cls = "duration", timedelta
    description = gettext_noop("a duration of days and time, as in P1DT2H30M")
    _SECONDS = r"[0-9]{1,11}(?:\.[0-9]{1,6})?S"
    _MINUTES = rf"[0-9]{{1,10}}M(?:{_SECONDS})?"
    _CLOCK = rf"T(?:[0-9]{{1,9}}H(?:{_MINUTES}|{_SECONDS})?|{_MINUTES}|{_SECONDS})"
    _CANONICAL = r"T(?:(?:1?[0-9]|2[0-3])H)?(?:[1-5]?[0-9]M)?(?:[1-5]?[0-9](?:\.[0-9]{1,6})?S)?"
    # Nine digits of days are the maximum of timedelta. Beside them the clock part must be less
    # than a day: else the sum would be beyond the maximum.
    pattern = (
        rf"-?P(?:[0-9]{{1,7}}W|{_CLOCK}|[0-9]{{1,8}}D(?:{_CLOCK})?|[0-9]{{9}}D(?:{_CANONICAL})?)"
    )
    _parts: ClassVar[Any] = re.compile(
        r"(-?)P(?:([0-9]+)W)?(?:([0-9]+)D)?"
        r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]+))?S)?)?"
    )

    @classmethod
    def write(cls, value: timedelta) -> str:
        sign, value = ("-", -value) if value.days < 0 else ("", value)
        hours, rest = divmod(value.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
        clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
        if seconds or fraction or not (clock or value.days):
            clock += f"{seconds}{fraction}S"
        return f"{sign}P" + f"{value.days}D" * bool(value.days) + f"T{clock}" * bool(clock)

    @classmethod
    def read(cls, text: str) -> timedelta:
        sign, weeks, days, hours, minutes, seconds, fraction = cls._parts.fullmatch(text).groups("")
        # Without keywords and int(""), this takes half the time.
        days_in_all = (int(weeks) * 7 if weeks else 0) + (int(days) if days else 0)
        seconds_in_all = (int(hours) * 3600 if hours else 0) + (int(minutes) * 60 if minutes else 0)
        seconds_in_all += int(seconds) if seconds else 0
        value = timedelta(days_in_all, seconds_in_all, int(fraction.ljust(6, "0") or 0))
        return -value if sign else value


class DecimalType(TextType):
    """A decimal number with all its digits. The exponent has at most four digits."""

    name, cls = "decimal", Decimal
    pattern = r"-?[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]{1,4})?"
    description = gettext_noop("a decimal number as a string, as in 12.50")

    @classmethod
    def write(cls, value: Decimal) -> str:
        text = str(value)
        if cls._match(text) is None:
            raise ValueError(f"{text} can't be sent as a decimal number")
        return text

    @classmethod
    def read(cls, text: str) -> Decimal:
        return Decimal(text)


class UuidType(TextType):
    """RFC 9562 UUID of 36 characters."""

    name, cls = "uuid", UUID
    pattern = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
    max_length, has_fixed_length = 36, True
    format = "uuid"
    description = gettext_noop("a UUID, as in f81d4fae-7dec-11d0-a765-00a0c91e6bf6")

    @classmethod
    def read(cls, text: str) -> UUID:
        return UUID(text)


class BytesType(TextType):
    """Base64 with padding (RFC 4648 section 4)."""

    name, cls = "bytes", bytes
    pattern = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
    content_encoding = "base64"
    description = gettext_noop("bytes in base64, as in aGVsbG8=")

    @classmethod
    def write(cls, value: bytes | bytearray | memoryview) -> str:
        return base64.b64encode(value).decode("ascii")

    @classmethod
    def read(cls, text: str) -> bytes:
        return binascii.a2b_base64(text)


_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")


def _match_base64(text: str) -> Any:
    """Match what the pattern of ``BytesType`` matches; its groups would take 30 × the memory."""
    return None if len(text) % 4 else _BASE64.fullmatch(text)


BytesType._match = _match_base64


class BigIntType(TextType):
    """An integer as a string of its digits, for callers whose numbers have only 53 bits."""

    name = "bigint"
    pattern, max_length = "-?[0-9]+", 4300
    description = gettext_noop("an integer as a string, as in 12345678901234567890")

    @classmethod
    def read(cls, text: str) -> int:
        return int(text)


class FloatType(TextType):
    """The floats that are not numbers in JSON: NaN and the infinities."""

    name = "float"
    pattern, max_length = "NaN|-?Infinity", 9
    description = gettext_noop("NaN, Infinity or -Infinity")

    @classmethod
    def write(cls, value: float) -> str:
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"

    @classmethod
    def read(cls, text: str) -> float:
        return float(text)


BUILT_IN: tuple[type[ObjectType], ...] = (
    DateTimeType,
    DateType,
    TimeType,
    DurationType,
    DecimalType,
    UuidType,
    BytesType,
    BigIntType,
    FloatType,
    SetType,
    MapType,
    EscapedObjectType,
)
"""All built-in types. A registered type with the same name or class replaces a built-in type."""
