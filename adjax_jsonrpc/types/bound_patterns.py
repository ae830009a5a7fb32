"""Regular expressions for the texts of values within a bound: what a schema can say about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

_MOST_DIGITS = 40
"""The most digits of an integer bound that is written as an expression."""


def _greater(text: str) -> Iterator[str]:
    """Yield expressions for texts of the same form as ``text`` that are greater."""
    for index, char in enumerate(text):
        if char.isdigit() and char != "9":
            yield text[:index] + _range(int(char) + 1, 9) + _any_digits(text[index + 1 :])


def _less(text: str) -> Iterator[str]:
    """Yield expressions for texts of the same form as ``text`` that are less."""
    for index, char in enumerate(text):
        if char.isdigit() and char != "0":
            yield text[:index] + _range(0, int(char) - 1) + _any_digits(text[index + 1 :])


def _range(low: int, high: int) -> str:
    return f"[{low}-{high}]" if low < high else str(low)


def _any_digits(text: str) -> str:
    """Return the expression for texts of the form of ``text``: its digits are any digits."""
    written = ""
    for char, run in groupby(text, lambda char: "0" if char.isdigit() else char):
        count = len([*run])
        digits = "[0-9]" if count == 1 else f"[0-9]{{{count}}}"
        written += digits if char == "0" else char * count
    return written


def _at_least(number: int) -> str:
    """Return the expression for the digits of integers from ``number`` on, which is positive."""
    if number == 1:
        return "0*[1-9][0-9]*"
    text = str(number)
    same_length = "|".join([text, *_greater(text)])
    return f"0*(?:{same_length}|[1-9][0-9]{{{len(text)},}})"


def _at_most(number: int) -> str:
    """Return the expression for the digits of integers from 0 to ``number``."""
    if number == 0:
        return "0+"
    text = str(number)
    shorter = [] if len(text) == 1 else [f"[0-9]{{1,{len(text) - 1}}}"]
    return f"0*(?:{'|'.join([text, *_less(text), *shorter])})"


def integer_pattern(minimum: int | None, maximum: int | None) -> str | None:
    """Return the expression for the texts of integers that are not beyond one of the limits.

    ``None`` if there is no limit, if there are two, or if the limit is too long.
    """
    limit = maximum if minimum is None else minimum
    if limit is None or (minimum is not None and maximum is not None):
        return None
    if len(str(abs(limit))) > _MOST_DIGITS:
        return None
    if minimum is not None:
        positive = _at_least(limit) if limit > 0 else f"[0-9]+|-{_at_most(-limit)}"
        return f"^(?:{positive})$"
    negative = f"-{_at_least(-limit)}" if limit < 0 else f"-[0-9]+|{_at_most(limit)}"
    return f"^(?:{negative})$"


def bound_pattern(keyword: str, limit: Any) -> str | None:
    """Return the expression for the texts of values within a bound, ``None`` if there is none.

    It is to be used beside the pattern of the type.
    """
    if type(limit) is date:
        return _date_pattern(keyword, limit.isoformat())
    if type(limit) is timedelta:
        return None if limit else _DURATIONS.get(keyword)
    if isinstance(limit, (int, Decimal)):
        return None if limit else _DECIMALS.get(keyword)
    return None


def _date_pattern(keyword: str, text: str) -> str:
    same = [] if keyword.startswith("exclusive") else [text]
    others = _greater(text) if keyword in ("minimum", "exclusiveMinimum") else _less(text)
    return f"^(?:{'|'.join([*same, *others]) or NOTHING})$"


NOTHING = "[0-9]-"
"""An expression that no date matches."""

# Of zero: whether there is a digit other than 0, and a sign.
_DECIMALS = {
    "exclusiveMinimum": "^[0-9.]*[1-9]",
    "minimum": "^(?:[0-9]|-[0.]+(?:[Ee]|$))",
    "exclusiveMaximum": "^-[0-9.]*[1-9]",
    "maximum": "^(?:-|[0.]+(?:[Ee]|$))",
}
_DURATIONS = {
    "exclusiveMinimum": "^P[^1-9]*[1-9]",
    "minimum": "^(?:P|-P[^1-9]*$)",
    "exclusiveMaximum": "^-P[^1-9]*[1-9]",
    "maximum": "^(?:-|P[^1-9]*$)",
}


def byte_length_keywords(keyword: str, limit: int) -> dict[str, Any]:
    """Return the keywords for base64 texts of at least, or at most, a number of bytes.

    Three bytes are four characters. The last four end with ``=`` for each byte that is missing.
    """
    groups = -(-limit // 3)
    missing = 3 * groups - limit  # of the bytes of a text with this number of groups
    if keyword == "min_length":
        exact = {"minLength": 4 * groups}
        shortest = {"pattern": "[^=]$"} if missing == 0 else {"pattern": "[^=]=?$"}
        return (
            exact if missing == 2 else {**exact, "anyOf": [{"minLength": 4 * groups + 4}, shortest]}
        )
    exact = {"maxLength": 4 * groups}
    longest = {"pattern": "=$"} if missing == 1 else {"pattern": "==$"}
    return exact if missing == 0 else {**exact, "anyOf": [{"maxLength": 4 * groups - 4}, longest]}
