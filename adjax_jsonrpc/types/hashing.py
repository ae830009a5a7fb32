"""Decoded values as members of sets and keys of dicts: hashable, and not chosen to collide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any


def to_set(values: Iterable[Any]) -> set[Any]:
    """Make a set of decoded values: arrays become tuples, sets frozen ones."""
    frozen = [freeze(value) for value in values]
    _refuse_crafted_hashes(frozen)
    return set(frozen)


def to_dict(pairs: Iterable[list[Any]]) -> dict[Any, Any]:
    """Make a dict of decoded ``[key, value]`` pairs, the keys made hashable."""
    frozen = [(freeze(key), value) for key, value in pairs]
    _refuse_crafted_hashes(key for key, _ in frozen)
    return dict(frozen)


def freeze(value: Any) -> Any:
    """Make a decoded value hashable; ``ValueError`` for one that can't be."""
    if isinstance(value, (list, tuple)):
        values = [freeze(item) for item in value]
        # A named tuple is made of its fields, a plain one of one iterable.
        return type(value)(*values) if hasattr(value, "_fields") else tuple(values)
    if isinstance(value, set):
        return frozenset(value)
    try:
        hash(value)
    except TypeError:
        raise ValueError(f"a {type(value).__name__} can't be a key or a member of a set") from None
    return value


MAX_UNSALTED = 5000
"""The most numbers, and tuples or sets of such, that one set or dict from outside may hold."""


_MAX_ALIKE = 16


_SALTED = frozenset({str, bytes, date})


def _refuse_crafted_hashes(values: Iterable[Any]) -> None:
    """Refuse values chosen to collide in a hash table, where each would cost all others.

    Only the hashes of texts, bytes and dates differ from process to process.
    """
    hashes = sorted([hash(value) for value in values if type(value) not in _SALTED])
    if len(hashes) > MAX_UNSALTED:
        raise ValueError(f"more than {MAX_UNSALTED} members that are no texts, bytes or dates")
    if any(hashes[i] == hashes[i + _MAX_ALIKE] for i in range(len(hashes) - _MAX_ALIKE)):
        raise ValueError("too many values that are equal or hash alike")
