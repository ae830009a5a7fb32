"""Classes whose wire form is a string without a tag: paths, IP addresses, time zones, fractions."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import Any
from zoneinfo import ZoneInfo

from .._messages import gettext, gettext_noop, shown
from ..schema.text_forms import FORMS, TextForm

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
_GROUP = "[0-9a-fA-F]{1,4}"
_LAST_32 = f"(?:{_GROUP}:{_GROUP}|{_IPV4})"
# RFC 3986: "::" stands for one group or more. n groups are in front of it, at most.
_IPV6 = "|".join(
    [f"(?:{_GROUP}:){{6}}{_LAST_32}"]
    + [
        f"(?:(?:{_GROUP}:){{0,{n}}}{_GROUP})?::{rest}"
        for n, rest in enumerate(
            [
                *(f"(?:{_GROUP}:){{{groups}}}{_LAST_32}" for groups in (4, 3, 2, 1, 0)),
                _GROUP,
                "",
            ]
        )
    ]
    + [f"::(?:{_GROUP}:){{5}}{_LAST_32}"]
)
_IPV4_PREFIX = "(?:3[0-2]|[12]?[0-9])"
_IPV6_PREFIX = "(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])"
_ZONE = r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*"
_FRACTION = "-?[0-9]+(?:/[0-9]*[1-9][0-9]*)?"


@dataclass(frozen=True)
class PlainText:
    """How a class is written and read.

    ``pattern`` matches the whole text; without it any text is accepted. ``max_length`` is a number
    of characters. ``description`` is for errors. ``read`` and ``write`` raise ``ValueError``.
    ``is_salted`` says that a caller can't choose the hashes.
    """

    read: Callable[[str], Any]
    pattern: str | None = None
    max_length: int | None = None
    description: str = ""
    format: str | None = None
    write: Callable[[Any], str] = str
    is_salted: bool = True

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the text."""
        schema: dict[str, Any] = {"type": "string"}
        if self.pattern is not None:
            schema["pattern"] = f"^(?:{self.pattern})$"
            # For validators that use Python's re, where "$" also matches before a line feed.
            schema["not"] = {"pattern": "\\n"}
        if self.max_length is not None:
            schema["maxLength"] = self.max_length
        if self.format is not None:
            schema["format"] = self.format
        return schema


def _read_zone(key: str) -> ZoneInfo:
    try:
        return ZoneInfo(key)
    except (LookupError, OSError, ValueError):
        text = gettext("%(value)s is not a known time zone")
        raise ValueError(text % {"value": shown(key)}) from None


def _read_network(cls: type[IPv4Network | IPv6Network]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return cls(text)
        except ValueError:
            message = gettext("%(value)s is an address in the network %(network)s")
            network = str(cls(text, strict=False))
            raise ValueError(message % {"value": shown(text), "network": shown(network)}) from None

    return read


def _write_zone(zone: ZoneInfo) -> str:
    if zone.key is None:
        raise ValueError(gettext("a time zone without a name can't be sent"))
    return zone.key


PLAIN_TEXTS: dict[type, PlainText] = {
    IPv4Address: PlainText(
        IPv4Address, _IPV4, 15, gettext_noop("an IPv4 address, as in 192.0.2.1"), "ipv4"
    ),
    IPv6Address: PlainText(
        IPv6Address, _IPV6, 45, gettext_noop("an IPv6 address, as in 2001:db8::1"), "ipv6"
    ),
    IPv4Network: PlainText(
        _read_network(IPv4Network),
        f"{_IPV4}/{_IPV4_PREFIX}",
        18,
        gettext_noop("an IPv4 network, as in 192.0.2.0/24"),
        is_salted=False,
    ),
    IPv6Network: PlainText(
        _read_network(IPv6Network),
        f"(?:{_IPV6})/{_IPV6_PREFIX}",
        49,
        gettext_noop("an IPv6 network, as in 2001:db8::/32"),
        is_salted=False,
    ),
    IPv4Interface: PlainText(
        IPv4Interface,
        f"(?:{_IPV4})/{_IPV4_PREFIX}",
        18,
        gettext_noop("an IPv4 address with its network, as in 192.0.2.1/24"),
        is_salted=False,
    ),
    IPv6Interface: PlainText(
        IPv6Interface,
        f"(?:(?:{_IPV6}))/{_IPV6_PREFIX}",
        49,
        gettext_noop("an IPv6 address with its network, as in 2001:db8::1/32"),
        is_salted=False,
    ),
    ZoneInfo: PlainText(
        _read_zone,
        _ZONE,
        64,
        gettext_noop("the name of a time zone, as in Europe/Berlin"),
        write=_write_zone,
    ),
    Fraction: PlainText(
        Fraction,
        _FRACTION,
        4000,
        gettext_noop("a fraction as a string, as in 1/3"),
        is_salted=False,
    ),
    **{
        cls: PlainText(cls)
        for cls in (
            pathlib.PurePath,
            pathlib.PurePosixPath,
            pathlib.PureWindowsPath,
            pathlib.Path,
            type(pathlib.Path()),
        )
    },
}


for _each in PLAIN_TEXTS.values():
    if _each.pattern is not None:
        FORMS[_each.schema["pattern"]] = TextForm(
            _each.schema, _each.description, lambda text: None
        )
