"""The digits of a Decimal, as pydantic counts them for ``max_digits`` and ``decimal_places``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from .constraints import Test


def digit_tests(digits: int | None, places: int | None) -> Iterator[Test]:
    """Yield the tests of the number of digits and of decimal places; ``None`` for no limit."""
    if digits is not None:
        yield _test(f"must have at most {digits} digits", lambda d, p: d <= digits)
    if places is not None:
        yield _test(f"must have at most {places} decimal places", lambda d, p: p <= places)
    if digits is not None and places is not None:
        whole = digits - places
        yield _test(
            f"must have at most {whole} digits before the point", lambda d, p: d - p <= whole
        )


def _test(text: str, is_within: Callable[[int, int], bool]) -> Test:
    def accepts(value: Decimal) -> bool:
        return any(is_within(*counts) for counts in _counts(value))

    return Test("predicate", text, accepts, (Decimal,))


def _counts(value: Decimal) -> Iterator[tuple[int, int]]:
    """Yield the number of digits and of places: as written, and without zeros at the end."""
    _, digits, given = value.as_tuple()
    count, exponent = len(digits), int(given)
    yield _count(count, exponent)
    while exponent < 0 and count > 1 and digits[count - 1] == 0:
        count, exponent = count - 1, exponent + 1
    yield _count(count, exponent if value else 0)


def _count(digits: int, exponent: int) -> tuple[int, int]:
    places = max(-exponent, 0)
    return max(digits + max(exponent, 0), places), places
