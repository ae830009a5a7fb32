"""Constraints in the schemas of the forms that a type has on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from .._types import JsonSchema
from ..schema.subschemas import ref_name, tag_of, with_keywords
from ..schema.value_checks import Problem, ValueCheck
from .bound_patterns import integer_pattern
from .builtin_tags import BUILT_IN, BigIntType
from .codec import tag_schema
from .constraints import Bound, combined, split_schema
from .number_bounds import are_safe, integer_limits
from .object_type import TextType
from .value_tests import ValueTest, bound_test, first_problem, keyword_test

_TEXT_TYPES = {each.name: each for each in BUILT_IN if issubclass(each, TextType)}
_TYPES_OF_TAGS = {"set": "array", "map": "object", "object": "object", "bigint": "number"}
COUNTS = {
    "minItems": "min_length",
    "maxItems": "max_length",
    "minProperties": "min_length",
    "maxProperties": "max_length",
}
"""The keywords that limit a number of members, with their names in annotated-types."""
_PAIRS = {"minProperties": "minItems", "maxProperties": "maxItems"}
"""The keyword for the pairs of a tagged object."""


@dataclass
class Collected:
    """The constraints of a type.

    - ``keywords``: JSON Schema keywords by the JSON type that they constrain; ``""`` for keywords
      that constrain any type.
    - ``text_tests``: tests of the value of a text, such as a date.
    - ``text_keywords``: what the exported schema says about these tests.
    """

    keywords: dict[str, dict[str, Any]] = field(default_factory=dict)
    text_tests: list[ValueTest] = field(default_factory=list)
    text_keywords: dict[str, Any] = field(default_factory=dict)

    def combine(self, json_type: str, keywords: dict[str, Any]) -> None:
        """Add keywords that constrain a JSON type."""
        self.keywords[json_type] = combined(self.keywords.get(json_type, {}), keywords)

    def add_text_test(self, test: ValueTest, exported: dict[str, Any]) -> None:
        """Add a test of the value of a text, and what the exported schema says about it."""
        self.text_tests.append(test)
        before = self.text_keywords.get("description")
        texts = [each for each in (before, exported.get("description")) if each]
        others = {k: v for k, v in exported.items() if k != "description"}
        self.text_keywords = with_keywords(self.text_keywords, others)
        if texts:
            self.text_keywords["description"] = " ".join(texts)


class Forms:
    """The forms of a type that is no union."""

    def __init__(self, defs: Mapping[str, JsonSchema], cls: Any, schema: JsonSchema) -> None:
        self._defs = defs
        self._cls = cls
        self.text_type = next((t for t in _TEXT_TYPES.values() if t.cls is cls), None)
        self.schemas = [*_forms(schema)]
        self.types = {each for form in self.schemas for each in self.json_types(form)}
        self.is_counted = any(tag_of(form) in ("set", "map", "object") for form in self.schemas)
        """Whether values may have members on the wire that are equal in Python."""

    def json_types(self, form: JsonSchema) -> set[str]:
        """Return the JSON types of a form; ``text`` for the text of a type such as a date."""
        tag = tag_of(form)
        if tag is not None:
            return {_TYPES_OF_TAGS.get(tag, "text" if tag in _TEXT_TYPES else "tagged")}
        named = self._resolved(form).get("type", ())
        names = {named} if isinstance(named, str) else set(named)
        if "string" in names and self.text_type is not None:
            return {"text"}
        return {{"integer": "number"}.get(name, name) for name in names}

    def _resolved(self, form: JsonSchema) -> dict[str, Any]:
        name = ref_name(form)
        while name is not None:
            form = self._defs[name]
            name = ref_name(form)
        return form if isinstance(form, dict) else {}

    def constrained(self, form: JsonSchema, collected: Collected) -> JsonSchema | None:
        """Return the schema of a form with the constraints, ``None`` if the form is not needed."""
        tag = tag_of(form)
        general = collected.keywords.get("", {})
        if tag == BigIntType.name and self._cls is int:
            return _bigint(form, collected)
        if tag is not None and tag in _TEXT_TYPES and self.text_type is not None:
            text = self.text(self.text_type.string_schema(), collected)
            unchanged = text == self.text_type.string_schema()
            return form if unchanged else tag_schema(self.text_type, {"value": text})
        if tag in ("set", "map", "object") and isinstance(form, dict) and "properties" in form:
            return _tagged_array(form, str(tag), collected)
        if not isinstance(form, dict):
            return form
        if self.text_type is not None:
            return self.text(form, collected)
        keywords = dict(general)
        for json_type in self.json_types(form):
            keywords = combined(keywords, collected.keywords.get(json_type, {}))
        named = self._resolved(form).get("type")
        if keywords and named is not None and "type" not in form:
            form = {**form, "type": named}
        return with_keywords(form, keywords)

    def text(self, form: dict[str, Any], collected: Collected) -> dict[str, Any]:
        """Return the schema of the text of a type such as a date, with the constraints."""
        for json_type in ("string", ""):
            form = with_keywords(form, collected.keywords.get(json_type, {}))
        if not collected.text_tests or self.text_type is None:
            return form
        find_problem = _text_problem(self.text_type.read, collected.text_tests)
        check = ValueCheck(find_problem, collected.text_keywords)
        return with_keywords(form, check.keyword)


def _forms(schema: JsonSchema) -> Iterator[JsonSchema]:
    if isinstance(schema, dict) and schema.keys() == {"anyOf"}:
        for branch in schema["anyOf"]:
            yield from _forms(branch)
    else:
        yield schema


def _bigint(form: JsonSchema, collected: Collected) -> JsonSchema | None:
    numbers, general = collected.keywords.get("number", {}), collected.keywords.get("", {})
    if are_safe({**numbers, **general}):
        return None
    if not numbers and not general:
        return form
    text = with_integer_check(BigIntType.string_schema(), collected, replaced={"pattern"})
    return tag_schema(BigIntType, {"value": text})


def with_integer_check(
    text: dict[str, Any], collected: Collected, replaced: Set[str] = frozenset()
) -> dict[str, Any]:
    """Return the schema of a text of digits, whose integer has to obey the keywords of numbers.

    ``replaced`` are the keywords that are not needed beside those of the exported schema.
    """
    numbers, general = collected.keywords.get("number", {}), collected.keywords.get("", {})
    tests = [bound_test(Bound(k, v)) for part in _parts(numbers) for k, v in part.items()]
    tests += [keyword_test(part) for part in _parts(general)]
    if not tests:
        return text
    least, most = integer_limits(numbers)
    patterns = (integer_pattern(least, None), integer_pattern(None, most))
    known: dict[str, Any] = {}
    for pattern in patterns:
        known = known if pattern is None else with_keywords(known, {"pattern": pattern})
    check = ValueCheck(_text_problem(int, tests), known, frozenset(replaced & known.keys()))
    return with_keywords(text, check.keyword)


def _tagged_array(form: dict[str, Any], tag: str, collected: Collected) -> JsonSchema:
    json_type = "array" if tag == "set" else "object"
    keywords = {_PAIRS.get(k, k): v for k, v in collected.keywords.get(json_type, {}).items()}
    if tag != "set":
        keywords = {k: v for k, v in keywords.items() if k in COUNTS}
    elif keywords.keys() & COUNTS.keys():
        keywords = combined(keywords, {"uniqueItems": True})  # else repeated items would count
    if tag == "set":
        keywords = combined(keywords, collected.keywords.get("", {}))
    if not keywords:
        return form
    value = with_keywords(form["properties"]["value"], {})
    return {**form, "properties": {**form["properties"], "value": combined(value, keywords)}}


def _parts(keywords: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the keywords that constrain on their own, one after the other."""
    yield from keywords.get("allOf", ())
    others = {k: v for k, v in keywords.items() if k != "allOf"}
    yield from (each.keywords for each in split_schema(others))


def _text_problem(read: Callable[[str], Any], tests: list[ValueTest]) -> ValueTest:
    """Return the check of a text: its value must pass all tests."""

    def find_problem(text: Any) -> Problem | None:
        try:
            value = read(text)
        except Exception:
            return None
        return first_problem(tests, value)

    return find_problem
