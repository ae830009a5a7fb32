"""Sets and dicts of decoded values: make values hashable, refuse values that collide on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from zoneinfo import ZoneInfo

from .._messages import gettext


def to_set(values: Iterable[Any]) -> set[Any]:
    """Return a set of decoded values. Lists become tuples, sets become frozensets.

    Raises ``ValueError`` as ``freeze`` does, and for values that may have been chosen to collide.
    """
    frozen = [freeze(value) for value in values]
    _refuse_collisions(frozen)
    return set(frozen)


def to_dict(pairs: Iterable[list[Any]]) -> dict[Any, Any]:
    """Return a dict of decoded ``[key, value]`` pairs, with keys as in ``to_set``.

    Raises ``ValueError`` as ``to_set`` does.
    """
    frozen = [(freeze(key), value) for key, value in pairs]
    _refuse_collisions(key for key, _ in frozen)
    return dict(frozen)


def freeze(value: Any) -> Any:
    """Return a hashable value that equals a decoded value in content.

    Raises ``ValueError`` for a value that can't be made hashable.
    """
    if isinstance(value, (list, tuple)):
        values = [freeze(item) for item in value]
        # The constructor of a named tuple takes its fields, that of a tuple one iterable.
        return type(value)(*values) if hasattr(value, "_fields") else tuple(values)
    if isinstance(value, set):
        return frozenset(value)
    try:
        hash(value)
    except TypeError:
        message = gettext("a %(type)s can't be a key or a member of a set")
        raise ValueError(message % {"type": type(value).__name__}) from None
    return value


MAX_UNSALTED = 5000
"""The most members of a set, or keys of a dict, whose hash a caller can choose."""

_MAX_EQUAL = 16
"""The most of these members or keys that may have the same hash."""

SALTED = frozenset(
    {str, bytes, date, IPv4Address, IPv6Address, ZoneInfo}
    | {PurePosixPath, PureWindowsPath, type(Path())}
)
"""Types whose hashes differ from process to process, so that a caller can't choose them."""


def _refuse_collisions(values: Iterable[Any]) -> None:
    """Raise ``ValueError`` for values that may have been chosen to collide in a hash table.

    Inserting n colliding values takes time proportional to n².
    """
    hashes = sorted([hash(value) for value in values if type(value) not in SALTED])
    if len(hashes) > MAX_UNSALTED:
        message = gettext("more than %(limit)s members other than strings, bytes and dates")
        raise ValueError(message % {"limit": MAX_UNSALTED})
    if any(hashes[i] == hashes[i + _MAX_EQUAL] for i in range(len(hashes) - _MAX_EQUAL)):
        raise ValueError(gettext("too many values that are equal or have the same hash"))
