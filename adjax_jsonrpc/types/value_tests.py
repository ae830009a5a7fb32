"""Constraints as tests of decoded values: why a value breaks a constraint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias

from .._messages import gettext_noop, shown
from ..errors import excerpt
from ..schema.keyword_messages import Message, Translated, message_of
from ..schema.validator import validator
from ..schema.value_checks import Problem
from .builtin_tags import DurationType
from .constraints import Bound, Constraint, Length, Schema, Test
from .number_bounds import obeys_bound
from .patterns import portable

ValueTest: TypeAlias = Callable[[Any], Problem | None]
"""Decoded value → why it breaks a constraint, ``None`` if it obeys."""

_NEEDS_OFFSET = gettext_noop("%(value)s needs a time zone offset")
_HAS_OFFSET = gettext_noop("%(value)s must not have a time zone offset")
_TOO_SHORT = gettext_noop("too short: %(count)s, the minimum is %(limit)s")
_TOO_LONG = gettext_noop("too long: %(count)s, the maximum is %(limit)s")
_FAILED = gettext_noop("%(value)s is not accepted: %(limit)s")
_BOUND_DESCRIPTIONS = {
    "minimum": "At least",
    "exclusiveMinimum": "Greater than",
    "maximum": "At most",
    "exclusiveMaximum": "Less than",
    "multipleOf": "A multiple of",
}


def text_of(value: Any) -> Any:
    """Return a value as what JSON has for it: a number, or a text."""
    if type(value) in (int, float):
        return value
    if isinstance(value, timedelta):
        return DurationType.write(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return excerpt(str(value))


def bound_description(bound: Bound) -> str:
    """Return the sentence for a bound in the description of a schema."""
    return f"{_BOUND_DESCRIPTIONS[bound.keyword]} {text_of(bound.limit)}."


def bound_test(bound: Bound) -> ValueTest:
    """Return the test of a bound."""

    def find_problem(value: Any) -> Problem | None:
        try:
            if obeys_bound(bound, value):
                return None
        except TypeError:
            if _is_naive(value) == _is_naive(bound.limit):
                return None  # another type, which the bound does not limit
            template = _HAS_OFFSET if _is_naive(bound.limit) else _NEEDS_OFFSET
            return Problem(bound.keyword, (template, {"value": shown(text_of(value))}))
        message = message_of(bound.keyword, text_of(bound.limit), text_of(value))
        return Problem(bound.keyword, message)

    return find_problem


def _is_naive(value: Any) -> bool | None:
    return value.utcoffset() is None if isinstance(value, (datetime, time)) else None


def length_test(length: Length, keyword: str) -> ValueTest:
    """Return the test of a length; ``keyword`` is for the error."""
    is_minimum = length.keyword == "min_length"

    def find_problem(value: Any) -> Problem | None:
        try:
            count = len(value)
        except TypeError:
            return None
        if count >= length.limit if is_minimum else count <= length.limit:
            return None
        if keyword not in ("minLength", "maxLength"):
            return Problem(keyword, message_of(keyword, length.limit, [*value]))
        template = _TOO_SHORT if is_minimum else _TOO_LONG
        return Problem(keyword, (template, {"count": str(count), "limit": str(length.limit)}))

    return find_problem


def function_test(test: Test, *, for_results: bool = False) -> ValueTest:
    """Return the test that calls a function.

    In results, a value that the function can't test is accepted: the parts that are models are
    dicts on the wire.
    """

    def message(value: Any) -> Message:
        return _FAILED, {"value": shown(text_of(value)), "limit": Translated(test.text)}

    def find_problem(value: Any) -> Problem | None:
        if test.applies_to is not None and not isinstance(value, test.applies_to):
            return None
        try:
            accepted = test.accepts(value)
        except Exception:  # of the project's own function
            accepted = for_results
        return None if accepted else Problem(test.keyword, message(value))

    return find_problem


def keyword_test(keywords: Mapping[str, Any]) -> ValueTest:
    """Return the test of JSON Schema keywords, for a JSON value."""
    accepts = validator(dict(keywords))
    name, limit = next(iter(keywords.items()))

    def find_problem(value: Any) -> Problem | None:
        if accepts(value):
            return None
        return Problem(name, message_of(name, limit, value))

    return find_problem


def test_after_conversion(constraint: Constraint) -> ValueTest:
    """Return the test of a constraint on a value that a ``Conversion`` returned."""
    if isinstance(constraint, Bound):
        return bound_test(constraint)
    if isinstance(constraint, Length):
        is_minimum = constraint.keyword == "min_length"
        return length_test(constraint, "minLength" if is_minimum else "maxLength")
    if isinstance(constraint, Test):
        return function_test(constraint)
    if isinstance(constraint, Schema):
        return keyword_test(portable(constraint.keywords))
    raise TypeError(f"{constraint!r} is no test")


def first_problem(tests: list[ValueTest], value: Any) -> Problem | None:
    """Return why a value breaks the first of the tests that it breaks, ``None`` if it obeys all."""
    for test in tests:
        problem = test(value)
        if problem is not None:
            return problem
    return None
