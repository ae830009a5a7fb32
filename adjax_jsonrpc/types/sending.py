"""Results by their annotation: the values that are sent instead of models and of what holds them.

The serializer sends a value by its own class. An annotation may ask for something else: a base
class of the instance, or a model made of another object.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import WireError

EXACT = 1000
"""The rank of a value whose class is that of the annotation."""
DERIVED = 500
"""The highest rank of a value of a derived class."""
CONVERTIBLE = 1
"""The rank of a value that has to be converted to the annotated class."""


@dataclass(frozen=True)
class Sender:
    """What an annotation does to a value before the serializer encodes it.

    ``rank`` returns how well the annotation describes a value, 0 if it does not. ``convert`` is
    called for other values only.
    """

    rank: Callable[[Any], int]
    convert: Callable[[Any], Any]

    def __call__(self, value: Any) -> Any:
        """Return the value to encode instead of ``value``."""
        return self.convert(value) if self.rank(value) else value


def rank_of(cls: Any, value: Any) -> int:
    """Return the rank of a value for a class: the nearer its own class, the higher."""
    if type(value) is cls:
        return EXACT
    mro = type(value).__mro__
    return max(DERIVED - mro.index(cls), CONVERTIBLE) if cls in mro else 0


def either(senders: Iterable[Sender | None]) -> Sender | None:
    """Return the sender of a union: that of the branch that describes a value best."""
    found = [each for each in senders if each is not None]
    if len(found) < 2:
        return found[0] if found else None

    def best(value: Any) -> Sender:
        return max(found, key=lambda each: each.rank(value))

    return Sender(lambda value: best(value).rank(value), lambda value: best(value).convert(value))


def unchanged(values: Iterable[int]) -> Sender | None:
    """Return the sender of integers that no other branch of a union may convert."""
    integers = frozenset(values)
    if not integers:
        return None
    return Sender(
        lambda value: EXACT if type(value) is int and value in integers else 0, lambda value: value
    )


def items(item: Sender | None, convert: Callable[[Any], Any]) -> Sender | None:
    """Return the sender of a list or a tuple of any length.

    ``convert`` makes a list of a value of another class, such as a ``QuerySet``.
    """
    if item is None:
        return None

    def send_all(values: Any) -> Any:
        values = convert(values)
        if not isinstance(values, _COLLECTIONS):
            return values
        sent: list[Any] = []
        try:
            for value in values:
                sent.append(item(value))
        except WireError as error:
            raise error.inside(len(sent)) from None
        return sent

    def rank(value: Any) -> int:
        if isinstance(value, _COLLECTIONS):
            return EXACT
        return 0 if isinstance(value, PLAIN_CLASSES) else CONVERTIBLE

    return Sender(rank, send_all)


_COLLECTIONS = (list, tuple, deque)
PLAIN_CLASSES = (str, bytes, int, float, set, frozenset, Mapping, type(None))
"""Classes of values that are never converted to a model or to a list."""


def values(item: Sender | None) -> Sender | None:
    """Return the sender of a dict."""
    if item is None:
        return None

    def send_values(value: Any) -> Any:
        sent: dict[Any, Any] = {}
        for key, each in value.items():
            try:
                sent[key] = item(each)
            except WireError as error:
                raise error.inside(str(key)) from None
        return sent

    return Sender(lambda value: EXACT if isinstance(value, Mapping) else 0, send_values)


def positions(senders: list[Sender | None]) -> Sender | None:
    """Return the sender of a tuple with these items."""
    if not any(senders):
        return None

    def send_each(value: Any) -> Any:
        pairs = zip(value, senders, strict=False)
        return [
            *(each if send is None else send(each) for each, send in pairs),
            *value[len(senders) :],
        ]

    return Sender(
        lambda value: EXACT if isinstance(value, tuple) else CONVERTIBLE * isinstance(value, list),
        send_each,
    )
