"""jsonschema's validator in linear time: jsonschema-rs checks the keywords that would take longer.

In jsonschema, ``pattern`` and ``patternProperties`` use Python's ``re``, which takes exponential
time for some expressions. ``uniqueItems`` compares each item with each other item. ``oneOf`` tries
each branch twice: in a schema that refers to itself, the time doubles on each level of the value.
``format`` is not asserted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jsonschema
from jsonschema import ValidationError

from .._types import JsonSchema
from . import value_checks
from .validator import validator

_JSONSCHEMA_KEYWORDS = jsonschema.Draft202012Validator.VALIDATORS


@lru_cache(maxsize=256)
def _compiled(keyword: str, parameter: str) -> Callable[[Any], bool]:
    return validator({keyword: json.loads(parameter)})


def _obeys(keyword: str, parameter: Any, value: Any) -> bool:
    return _compiled(keyword, json.dumps(parameter))(value)


# Implementations of keywords, as jsonschema calls them: with its validator object, the keyword's
# value in the schema, the value to validate, and the schema.


def _by_jsonschema_rs(keyword: str, message: Callable[[Any], str]) -> Callable[..., Iterator[Any]]:
    def check(reference: Any, parameter: Any, value: Any, schema: JsonSchema) -> Iterator[Any]:
        if not _obeys(keyword, parameter, value):
            yield ValidationError(f"{value!r} {message(parameter)}")

    return check


def _matching(patterns: Any, name: str) -> list[str]:
    return [pattern for pattern in patterns if _obeys("pattern", pattern, name)]


def _pattern_properties(
    reference: Any, patterns: Any, value: Any, schema: JsonSchema
) -> Iterator[Any]:
    for name, item in value.items() if type(value) is dict else ():
        for pattern in _matching(patterns, name):
            yield from reference.descend(item, patterns[pattern], path=name, schema_path=pattern)


def _additional_properties(
    reference: Any, parameter: Any, value: Any, schema: dict[str, Any]
) -> Iterator[Any]:
    patterns = schema.get("patternProperties")
    if patterns and type(value) is dict:
        known = schema.get("properties", ())
        value = {n: v for n, v in value.items() if n in known or not _matching(patterns, n)}
        schema = {keyword: v for keyword, v in schema.items() if keyword != "patternProperties"}
    yield from _JSONSCHEMA_KEYWORDS["additionalProperties"](reference, parameter, value, schema)


_RELATED = {"if": ("then", "else"), "contains": ("minContains", "maxContains")}
"""The keywords beside a keyword that belong to it."""

# By the id() of schemas, which stay valid: each entry holds references to its schemas.
_applicators: dict[tuple[object, ...], tuple[Callable[[Any], bool], object]] = {}


def _applicator(keyword: str, message: str) -> Callable[..., Iterator[Any]]:
    """Return the implementation of a keyword with schemas, which may refer to ``$defs``."""

    def check(reference: Any, parameter: Any, value: Any, schema: dict[str, Any]) -> Iterator[Any]:
        defs = reference._resolver.lookup("#").contents.get("$defs", {})
        own = {each: schema[each] for each in _RELATED.get(keyword, ()) if each in schema}
        own[keyword] = parameter
        key = (id(defs), *own, *map(id, own.values()))
        if key not in _applicators:
            _applicators[key] = validator({**own, "$defs": defs}), (defs, own)
        if not _applicators[key][0](value):
            yield ValidationError(f"{value!r} {message}")

    return check


def _no_errors(reference: Any, parameter: Any, value: Any, schema: JsonSchema) -> Iterator[Any]:
    """Yield no errors: this keyword depends on the patterns of all schemas around it."""
    return iter(())


LinearValidator: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator,
    {
        "pattern": _by_jsonschema_rs("pattern", lambda p: f"does not match the pattern {p!r}"),
        "format": _by_jsonschema_rs("format", lambda p: f"is not a {p!r}"),
        "uniqueItems": _by_jsonschema_rs("uniqueItems", lambda _: "has non-unique items"),
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "unevaluatedProperties": _no_errors,
        "unevaluatedItems": _no_errors,
        "anyOf": _applicator("anyOf", "is not valid under any of the given schemas"),
        "oneOf": _applicator("oneOf", "is not valid under exactly one of the given schemas"),
        "not": _applicator("not", "should not be valid under the given schema"),
        "if": _applicator("if", "is not valid under the schema of then or else"),
        "contains": _applicator("contains", "does not contain items matching the given schema"),
        "dependentSchemas": _applicator("dependentSchemas", "lacks what one of its members needs"),
        value_checks.KEYWORD: value_checks.check_errors,
    },
)
"""A validator class like jsonschema's ``Draft202012Validator``."""
