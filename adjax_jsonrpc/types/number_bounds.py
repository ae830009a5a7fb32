"""Bounds of numbers → keywords of JSON Schema, exact for limits that JSON can't write."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..errors import RegistrationError
from ..protocol.tags import MAX_SAFE_INTEGER
from .constraints import Bound


def number_keywords(bound: Bound, *, integers: bool) -> dict[str, Any]:
    """Return the keywords for a bound of numbers: of ``int`` with ``integers``, else of ``float``.

    Raises ``RegistrationError`` for a limit that no number obeys.
    """
    keyword, limit = bound.keyword, bound.limit
    if math.isnan(limit) or (keyword == "multipleOf" and not limit > 0):
        raise RegistrationError(f"{limit!r} is no limit that a number can obey")
    if limit in (math.inf, -math.inf):
        if (limit < 0) == (keyword in _LOWER):
            return {}
        raise RegistrationError(f"{limit!r} is no limit that a number can obey")
    if type(limit) is int or type(limit) is float:
        return {keyword: limit}
    exact = Fraction(limit)
    if exact.denominator == 1:
        return {keyword: exact.numerator}
    if keyword == "multipleOf":
        return {keyword: exact.numerator if integers else float(limit)}
    if integers:
        return _whole(keyword, exact)
    nearest = float(limit)
    is_inside = Fraction(nearest) > exact if keyword in _LOWER else Fraction(nearest) < exact
    plain = keyword.removeprefix("exclusive").lower()
    exclusive = f"exclusive{plain.capitalize()}"
    is_exact = Fraction(nearest) == exact
    return {keyword if is_exact else plain if is_inside else exclusive: nearest}


_LOWER = ("minimum", "exclusiveMinimum")


def _whole(keyword: str, limit: Fraction) -> dict[str, Any]:
    if keyword in _LOWER:
        return {"minimum": math.ceil(limit)}
    return {"maximum": math.floor(limit)}


def integer_limits(keywords: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return the least and the greatest integer that the keywords allow; ``None`` for no limit."""
    least = [math.ceil(keywords["minimum"])] if "minimum" in keywords else []
    if "exclusiveMinimum" in keywords:
        least.append(math.floor(keywords["exclusiveMinimum"]) + 1)
    most = [math.floor(keywords["maximum"])] if "maximum" in keywords else []
    if "exclusiveMaximum" in keywords:
        most.append(math.ceil(keywords["exclusiveMaximum"]) - 1)
    return max(least, default=None), min(most, default=None)


def are_safe(keywords: Mapping[str, Any]) -> bool:
    """Return whether all integers that the keywords allow are within ±(2^53-1)."""
    least, most = integer_limits(keywords)
    values = [*keywords.get("enum", ()), *([keywords["const"]] if "const" in keywords else ())]
    if values:
        numbers = [each for each in values if type(each) in (int, float)]
        return all(abs(each) <= MAX_SAFE_INTEGER for each in numbers)
    if least is None or most is None:
        return False
    return least >= -MAX_SAFE_INTEGER and most <= MAX_SAFE_INTEGER


def obeys_bound(bound: Bound, value: Any) -> bool:
    """Return whether a value is within a bound. Raises ``TypeError`` if they can't be compared."""
    if bound.keyword != "multipleOf":
        return bool(_COMPARISONS[bound.keyword](value, bound.limit))
    if isinstance(value, timedelta):
        return not value % bound.limit
    return (_exact(value) / _exact(bound.limit)).denominator == 1


def _exact(number: Any) -> Fraction:
    """Return a number as it is written: 1/10 for the float 0.1."""
    if not isinstance(number, (int, float, Decimal, Fraction)):
        raise TypeError(f"{number!r} is not a number")
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def refuse_contradictions(bounds: Iterable[Bound]) -> None:
    """Raise ``RegistrationError`` for two bounds that no value obeys both."""
    limits = [each for each in bounds if each.keyword != "multipleOf"]
    for low in (each for each in limits if each.keyword in _LOWER):
        for high in (each for each in limits if each.keyword not in _LOWER):
            is_open = low.keyword == "exclusiveMinimum" or high.keyword == "exclusiveMaximum"
            try:
                obeyed = low.limit < high.limit or (low.limit == high.limit and not is_open)
            except TypeError:  # limits of different types
                continue
            if not obeyed:
                raise RegistrationError(
                    f"no value obeys both {low.keyword} {low.limit} and {high.keyword} {high.limit}"
                )


_COMPARISONS = {
    "minimum": lambda value, limit: value >= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "maximum": lambda value, limit: value <= limit,
    "exclusiveMaximum": lambda value, limit: value < limit,
}
