"""The keyword for what JSON Schema can't say: a function that checks the value after decoding.

The schema that is enforced contains it; the schema that is exported has its description instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jsonschema import ValidationError

from .._types import JsonSchema
from .keyword_messages import Message
from .subschemas import map_subschemas, with_keywords

KEYWORD = "x-adjax-check"


class Problem(NamedTuple):
    """Why a check rejects a value: the keyword and the message of the error."""

    keyword: str
    message: Message


@dataclass(frozen=True, eq=False)
class ValueCheck:
    """A check of the wire form of a value.

    - ``find_problem`` returns why the check rejects a value, ``None`` if it accepts the value. A
      value that the keywords beside it reject must be accepted.
    - ``exported`` are the keywords of the exported schema, which say the same as far as possible.
    - ``replaced`` are the keywords beside the check that they replace.
    """

    find_problem: Callable[[Any], Problem | None]
    exported: dict[str, Any] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()

    @property
    def keyword(self) -> dict[str, Any]:
        """The keyword to add to a schema."""
        name = f"{len(_CHECKS) + 1}"
        _CHECKS[name] = self
        return {KEYWORD: name}


_CHECKS: dict[str, ValueCheck] = {}
"""The checks by the values of their keyword: a schema is JSON, and can't contain a function."""


class CompiledCheck:
    """The keyword as jsonschema-rs calls it."""

    def __init__(self, schema: Any, value: str, path: Any) -> None:
        self._find_problem = _CHECKS[value].find_problem

    def validate(self, instance: Any) -> None:
        """Raise ``ValueError`` if the check rejects a value."""
        if self._find_problem(instance) is not None:
            raise ValueError


def check_of(schema: dict[str, Any]) -> ValueCheck | None:
    """Return the check in a schema, ``None`` if there is none."""
    return _CHECKS[schema[KEYWORD]] if KEYWORD in schema else None


def check_errors(
    reference: Any, value: str, instance: Any, schema: JsonSchema
) -> Iterator[ValidationError]:
    """Yield the error of a value: the keyword as jsonschema calls it."""
    problem = _CHECKS[value].find_problem(instance)
    if problem is not None:
        limit = problem.message[1].get("limit")
        yield ValidationError("", validator=problem.keyword, validator_value=limit)


def exported(schema: JsonSchema) -> JsonSchema:
    """Return a schema with the keywords that JSON Schema knows in the place of checks."""
    if not isinstance(schema, dict):
        return schema
    changed = map_subschemas(schema, exported)
    if KEYWORD not in changed:
        return changed
    check = _CHECKS[changed.pop(KEYWORD)]
    said = check.exported
    changed = {k: v for k, v in changed.items() if k not in check.replaced}
    texts = [each["description"] for each in (changed, said) if "description" in each]
    changed = with_keywords(changed, {k: v for k, v in said.items() if k != "description"})
    return {**changed, "description": " ".join(texts)} if texts else changed
