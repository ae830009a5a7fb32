"""jsonschema's validator, with what takes it more than linear time done by jsonschema-rs.

Its ``pattern`` and its ``patternProperties`` run Python's ``re``, which needs exponential time for
some expressions; ``uniqueItems`` compares each with each; ``format`` is not asserted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jsonschema
from jsonschema import ValidationError

from .._types import JsonSchema
from .validator import validator

_THEIRS = jsonschema.Draft202012Validator.VALIDATORS


@lru_cache(maxsize=256)
def _check(keyword: str, rule: str) -> Callable[[Any], bool]:
    return validator({keyword: json.loads(rule)})


def _breaks(keyword: str, rule: Any, value: Any) -> bool:
    return not _check(keyword, json.dumps(rule))(value)


def _instead(keyword: str, message: Callable[[Any], str]) -> Callable[..., Iterator[Any]]:
    def check(reference: Any, rule: Any, value: Any, schema: JsonSchema) -> Iterator[Any]:
        if _breaks(keyword, rule, value):
            yield ValidationError(f"{value!r} {message(rule)}")

    return check


def _matching(patterns: Any, name: str) -> list[str]:
    return [pattern for pattern in patterns if not _breaks("pattern", pattern, name)]


def _pattern_properties(
    reference: Any, rules: Any, value: Any, schema: JsonSchema
) -> Iterator[Any]:
    for name, item in value.items() if type(value) is dict else ():
        for pattern in _matching(rules, name):
            yield from reference.descend(item, rules[pattern], path=name, schema_path=pattern)


def _additional_properties(
    reference: Any, rule: Any, value: Any, schema: dict[str, Any]
) -> Iterator[Any]:
    patterns = schema.get("patternProperties")
    if patterns and type(value) is dict:
        known = schema.get("properties", ())
        value = {n: v for n, v in value.items() if n in known or not _matching(patterns, n)}
        schema = {keyword: v for keyword, v in schema.items() if keyword != "patternProperties"}
    yield from _THEIRS["additionalProperties"](reference, rule, value, schema)


def _nothing(reference: Any, rule: Any, value: Any, schema: JsonSchema) -> Iterator[Any]:
    """Say nothing of a keyword whose check needs the patterns of all schemas around it."""
    return iter(())


Reference: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator,
    {
        "pattern": _instead("pattern", lambda rule: f"does not match the pattern {rule!r}"),
        "format": _instead("format", lambda rule: f"is not a {rule!r}"),
        "uniqueItems": _instead("uniqueItems", lambda _: "has non-unique items"),
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "unevaluatedProperties": _nothing,
    },
)
