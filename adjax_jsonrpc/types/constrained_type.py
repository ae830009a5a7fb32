"""Constraints of one type: in the schemas of its forms, or as a check of the decoded value."""

from __future__ import annotations

import typing
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .._types import Decode
from ..schema.subschemas import with_keywords
from ..schema.validator import validator
from ..schema.value_checks import Problem, ValueCheck
from .bound_patterns import bound_pattern, byte_length_keywords
from .builder import CodecBuilder
from .builtin_tags import BytesType
from .codec import Codec
from .constrained_forms import COUNTS, Collected, Forms, with_integer_check
from .constraints import Bound, Constraint, Length, Schema, Test, json_types_of
from .fastpath.checks import Check
from .fastpath.limits import limited
from .number_bounds import number_keywords, refuse_contradictions
from .object_type import TextType
from .patterns import portable
from .plain_forms import plain_form
from .value_tests import (
    ValueTest,
    bound_description,
    bound_test,
    first_problem,
    function_test,
    keyword_test,
    length_test,
)

_LENGTHS = {
    "min_length": {"string": "minLength", "array": "minItems", "object": "minProperties"},
    "max_length": {"string": "maxLength", "array": "maxItems", "object": "maxProperties"},
}
"""annotated-types has one name for the length of all types; JSON Schema has one for each type."""
_OF_PARTS = frozenset(["contains", "uniqueItems", "propertyNames"])
"""Keywords that look into an array or an object."""
_ALL_TYPES = ("null", "boolean", "number", "string", "array", "object")


class ConstrainedType:
    """A type that is no union, and its constraints. ``codec`` returns the codec with them.

    A constraint is written into the schema of each form. Where the schema of a form can't say it,
    a check of the decoded value holds it.
    """

    def __init__(self, builder: CodecBuilder, annotation: Any, codec: Codec) -> None:
        self._builder = builder
        self._codec = codec
        self._cls = typing.get_origin(annotation) or annotation
        self._is_any = codec.schema is True
        self._forms = Forms(builder.defs, self._cls, codec.schema)
        self._collected = Collected()
        self._plain_tests: list[ValueTest] = []
        self._tests: list[ValueTest] = []
        self._descriptions: list[str] = []
        self._bounds: list[Bound] = []
        self._lengths: list[Bound] = []

    def add(self, constraint: Constraint) -> bool:
        """Add a constraint. Returns whether it applies to the type."""
        if isinstance(constraint, Bound):
            return self._add_bound(constraint)
        if isinstance(constraint, Length):
            return self._add_length(constraint)
        if isinstance(constraint, Schema):
            return self._add_keywords(constraint)
        if isinstance(constraint, Test):
            return self._add_test(constraint)
        raise TypeError(constraint)

    def _add_bound(self, bound: Bound) -> bool:
        self._bounds.append(bound)
        is_number = isinstance(bound.limit, (int, float, Decimal, Fraction))
        if is_number and "number" in self._forms.types:
            is_integer = self._cls is int
            self._collected.combine("number", number_keywords(bound, integers=is_integer))
            if not is_integer:  # a large integer arrives as the nearest float
                self._tests += [bound_test(bound)] if _is_large(bound.limit) else []
        elif self._is_any:
            self._tests.append(bound_test(bound))
            self._descriptions.append(bound_description(bound))
        elif self._forms.text_type is not None:
            if not _is_limit_of(self._forms.text_type, bound.limit):
                return False
            self._add_text_bound(bound)
        elif isinstance(self._cls, type) and isinstance(bound.limit, self._cls):
            self._tests.append(bound_test(bound))
            self._descriptions.append(bound_description(bound))
        else:
            return False
        return True

    def _add_text_bound(self, bound: Bound) -> None:
        pattern = bound_pattern(bound.keyword, bound.limit)
        known = (
            {"description": bound_description(bound)} if pattern is None else {"pattern": pattern}
        )
        self._collected.add_text_test(bound_test(bound), known)

    def _add_length(self, length: Length) -> bool:
        keyword = "minimum" if length.keyword == "min_length" else "maximum"
        self._lengths.append(Bound(keyword, length.limit))
        if self._forms.text_type is BytesType:
            keyword = _LENGTHS[length.keyword]["string"]
            exported = byte_length_keywords(length.keyword, length.limit)
            self._collected.add_text_test(length_test(length, keyword), exported)
            return True
        keywords = _LENGTHS[length.keyword]
        applicable = {t: k for t, k in keywords.items() if t in self._forms.types}
        for json_type, keyword in applicable.items():
            self._collected.combine(json_type, {keyword: length.limit})
            self._count(length, keyword)
        if self._is_any:  # not of objects: they may be the tags of anything
            for json_type in ("string", "array"):
                self._collected.combine(json_type, {keywords[json_type]: length.limit})
            self._tests.append(length_test(length, length.keyword))
            return True
        if not applicable and hasattr(self._cls, "__len__") and "text" not in self._forms.types:
            self._tests.append(length_test(length, keywords["array"]))
            return True
        return bool(applicable)

    def _count(self, length: Length, keyword: str) -> None:
        """Count the members that arrive: two of a set, or two keys, may be equal in Python."""
        if self._forms.is_counted and length.keyword == "min_length" and length.limit > 1:
            self._tests.append(length_test(length, keyword))

    def _add_keywords(self, schema: Schema) -> bool:
        schema = Schema(**portable(schema.keywords))
        test = keyword_test(schema.keywords)  # also checks the values of the keywords
        name, limit = next(iter(schema.keywords.items()))
        constrained = json_types_of(name)
        if "number" in constrained and self._forms.text_type is None:
            self._bounds.append(Bound(name, limit))
        if not constrained:
            self._collected.combine("", schema.keywords)
        elif self._is_any:
            for json_type in constrained:
                self._collected.combine(json_type, schema.keywords)
        elif "number" in constrained and self._forms.text_type is not None:
            return self._add_bound(Bound(name, limit))
        elif "string" in constrained and self._forms.text_type is not None:
            self._collected.combine("string", schema.keywords)
        elif constrained & self._forms.types:
            for json_type in constrained & self._forms.types:
                self._collected.combine(json_type, schema.keywords)
            if name in COUNTS:
                self._count(Length(COUNTS[name], limit), name)
        else:
            return False
        looks_inside = not constrained or name in _OF_PARTS
        if self._is_any or (looks_inside and self._forms.types & {"array", "object"}):
            self._plain_tests.append(test)
        return True

    def _add_test(self, test: Test) -> bool:
        if not (self._is_any or test.applies_to is None or self._is_a(test.applies_to)):
            return False
        self._tests.append(function_test(test, for_results=self._builder.for_results))
        self._descriptions.append(f"{test.text[:1].upper()}{test.text[1:]}.")
        return True

    def _is_a(self, classes: tuple[type, ...]) -> bool:
        return isinstance(self._cls, type) and issubclass(self._cls, classes)

    def codec(self) -> Codec:
        """Return the codec with the constraints. Raises ``RegistrationError``."""
        refuse_contradictions(self._bounds)
        refuse_contradictions(self._lengths)
        schema = self._any_schema() if self._is_any else self._schema()
        if self._tests or self._plain_tests:
            known = {"description": " ".join(self._descriptions)} if self._descriptions else {}
            schema = with_keywords(schema, ValueCheck(self._find_problem, known).keyword)
        validator(self._builder.document(schema))
        names = self._names(self._codec.as_name) if self._codec.as_name is not None else None
        fast = self._fast_path()
        return replace(self._codec, schema=schema, fast=fast, decode_all=None, as_name=names)

    def _fast_path(self) -> Check | None:
        if self._tests or self._plain_tests or self._collected.text_tests:
            return None
        by_type = self._collected.keywords.values()
        return limited(
            self._codec.fast, {k: v for keywords in by_type for k, v in keywords.items()}
        )

    def _names(self, names: Codec) -> Codec:
        """Return the codec of names in a plain object, with the constraints."""
        schema = names.schema if isinstance(names.schema, dict) else {}
        if self._cls is int:
            schema = with_integer_check(schema, self._collected)
        elif self._forms.text_type is not None:
            schema = self._forms.text(schema, self._collected)
        if self._tests:
            check = ValueCheck(lambda name: self._tests_problem(names.decode, name))
            schema = with_keywords(schema, check.keyword)
        return replace(names, schema=schema)

    def _find_problem(self, wire: Any) -> Problem | None:
        plain = plain_form(wire) if self._plain_tests else wire
        if plain != wire:
            for test in self._plain_tests:
                problem = test(plain)
                if problem is not None:
                    return problem
        return self._tests_problem(self._codec.decode, wire) if self._tests else None

    def _tests_problem(self, decode: Decode | None, wire: Any) -> Problem | None:
        try:
            value = _decoded(decode, wire)
        except Exception:  # not a wire form: the keywords beside the check reject it
            return None
        if self._builder.for_results and self._is_sent_otherwise(value):
            return None
        return first_problem(self._tests, value)

    def _is_sent_otherwise(self, value: Any) -> bool:
        """Return whether a value is not of the annotated class: a model is sent as a dict."""
        try:
            return isinstance(self._cls, type) and not isinstance(value, self._cls)
        except TypeError:  # a TypedDict
            return False

    def _schema(self) -> dict[str, Any]:
        forms = [self._forms.constrained(form, self._collected) for form in self._forms.schemas]
        kept = [form for form in forms if form is not None]
        return kept[0] if len(kept) == 1 and isinstance(kept[0], dict) else {"anyOf": kept}

    def _any_schema(self) -> dict[str, Any]:
        general = self._collected.keywords.get("", {})
        by_type = self._collected.keywords.items()
        constrained = {t: k for t, k in by_type if t not in ("", "object") and k}
        if not constrained:
            return dict(general)
        others = [t for t in _ALL_TYPES if t not in constrained]
        forms = [{"type": t, **k} for t, k in constrained.items()]
        return {"anyOf": [*forms, {"type": others}], **general}


def _is_large(limit: Any) -> bool:
    return bool(abs(limit) >= 2**53)


def _is_limit_of(object_type: type[TextType], limit: Any) -> bool:
    if object_type.cls is Decimal:
        return isinstance(limit, (int, float, Decimal)) and not isinstance(limit, bool)
    if isinstance(limit, datetime):
        return object_type.cls is datetime
    return object_type.cls is not None and isinstance(limit, object_type.cls)


def _decoded(decode: Decode | None, wire: Any) -> Any:
    if decode is None:
        return wire
    return decode(deepcopy(wire) if type(wire) in (list, dict) else wire)
