"""Constraints: JSON Schema keywords that ``Annotated`` adds to a type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._types import JsonSchema
from ..errors import RegistrationError
from ..schema.subschemas import ANNOTATION_KEYWORDS, tag_of

_ANNOTATIONS = ANNOTATION_KEYWORDS | {"$comment"}
_GENERAL = frozenset(
    ["enum", "const", "not", "allOf", "anyOf", "oneOf", "if", "then", "else", "format"]
)
_BY_TYPE = {
    "number": frozenset(
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
    ),
    "string": frozenset(
        ["minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType"]
    ),
    "array": frozenset(
        ["minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains"]
    ),
    "object": frozenset(["minProperties", "maxProperties", "propertyNames"]),
}
_SUPPORTED = _ANNOTATIONS.union(_GENERAL, *_BY_TYPE.values())
_LENGTHS = {
    (length, json_type): keyword
    for length, keywords in {
        "min_length": {"string": "minLength", "array": "minItems", "object": "minProperties"},
        "max_length": {"string": "maxLength", "array": "maxItems", "object": "maxProperties"},
    }.items()
    for json_type, keyword in keywords.items()
}
"""annotated-types has one name for the length of all types; JSON Schema has one for each type."""
_APPLIES_TO: dict[str, tuple[str, ...]] = {
    keyword: (json_type,) for json_type, keywords in _BY_TYPE.items() for keyword in keywords
} | dict.fromkeys(("min_length", "max_length"), ("string", "array", "object"))
"""The JSON types that a keyword constrains."""
_TAGGED_ARRAYS = ("set", "map", "object")
"""The tags whose ``value`` is an array."""
_ARRAY_KEYWORDS = {
    "min_length": "minItems",
    "max_length": "maxItems",
    "minProperties": "minItems",
    "maxProperties": "maxItems",
}
"""The keyword for the array in a tagged object: a ``map`` has an item for each property."""
_ANNOTATED_TYPES = {
    "Gt": {"gt": "exclusiveMinimum"},
    "Ge": {"ge": "minimum"},
    "Lt": {"lt": "exclusiveMaximum"},
    "Le": {"le": "maximum"},
    "Interval": {
        "gt": "exclusiveMinimum",
        "ge": "minimum",
        "lt": "exclusiveMaximum",
        "le": "maximum",
    },
    "MultipleOf": {"multiple_of": "multipleOf"},
    "MinLen": {"min_length": "min_length"},
    "MaxLen": {"max_length": "max_length"},
    "Len": {"min_length": "min_length", "max_length": "max_length"},
}
"""Classes of annotated-types: attribute → keyword."""


class Schema:
    """Adds JSON Schema keywords to a type: ``Annotated[int, Schema(minimum=1)]``.

    The names are those of JSON Schema 2020-12. Keywords are exported and enforced. Names that
    start with ``x-`` are allowed, too. Raises ``RegistrationError`` for any other name, and at
    start-up for a keyword that can't apply to the type.
    """

    def __init__(self, **keywords: Any) -> None:
        unknown = [k for k in keywords if k not in _SUPPORTED and not k.startswith("x-")]
        if unknown:
            raise RegistrationError(
                f"Schema doesn't support {', '.join(unknown)}: use keywords of JSON Schema 2020-12 "
                "that constrain or describe one value, or names that start with x-"
            )
        self.keywords = keywords

    def __repr__(self) -> str:
        return f"Schema({', '.join(f'{k}={v!r}' for k, v in self.keywords.items())})"


def keywords_of(metadata: Iterable[Any]) -> dict[str, Any]:
    """Return the keywords in the metadata of ``Annotated``.

    They are those of ``Schema`` and of the package annotated-types. Other metadata is ignored.
    """
    keywords: dict[str, Any] = {}
    for each in metadata:
        if isinstance(each, Schema):
            keywords.update(each.keywords)
        elif type(each).__module__.partition(".")[0] == "annotated_types":
            bounds = _ANNOTATED_TYPES.get(type(each).__name__)
            if bounds is None:
                raise RegistrationError(f"{each!r} has no equivalent keyword in JSON Schema")
            for attribute, keyword in bounds.items():
                value = getattr(each, attribute)
                if value is not None and (attribute, value) != ("min_length", 0):
                    keywords[keyword] = value
    return keywords


def constrained(
    schema: JsonSchema, keywords: Mapping[str, Any], name: str, *, for_results: bool
) -> JsonSchema:
    """Return the schema of a type with further keywords; ``name`` is the type's name in errors.

    Keywords constrain plain forms, and the array in the tags ``set``, ``map`` and ``object``. Other
    tagged forms are removed from params: by them, a caller could bypass the keywords. They stay in
    results, where the server chooses the form. Raises ``RegistrationError`` for a keyword that
    applies to none of the type's forms.
    """
    types = set(_plain_types(schema))
    for keyword in keywords:
        _check_applicable(keyword, types, name)
    enforced = {k: v for k, v in keywords.items() if k not in _ANNOTATIONS and k not in _GENERAL}
    others = {k: v for k, v in keywords.items() if k not in enforced}
    if enforced:
        constrained_forms = _constrain(schema, enforced, for_results)
        schema = False if constrained_forms is None else constrained_forms
    return _add(schema, others) if others else schema


def _branches(schema: JsonSchema) -> list[Any] | None:
    return schema.get("anyOf") if isinstance(schema, dict) else None


def _plain_types(schema: JsonSchema) -> Iterator[str | None]:
    """Yield the JSON types of all plain forms and tagged arrays, ``None`` if any is allowed."""
    branches = _branches(schema)
    if branches is not None:
        for branch in branches:
            yield from _plain_types(branch)
    elif not isinstance(schema, dict) or ("type" not in schema and "$ref" not in schema):
        yield None
    elif tag_of(schema) in _TAGGED_ARRAYS:
        yield "array" if tag_of(schema) == "set" else "object"
    elif tag_of(schema) is None:
        json_type = schema.get("type", "object")
        yield "number" if json_type == "integer" else json_type


def _check_applicable(keyword: str, types: set[str | None], name: str) -> None:
    if None in types or types & set(_APPLIES_TO.get(keyword, types)):
        return
    raise RegistrationError(f"{keyword} can't be enforced on {name}")


def _constrain(
    schema: JsonSchema, keywords: Mapping[str, Any], for_results: bool
) -> JsonSchema | None:
    """Return the schema with the keywords in each form, ``None`` if no form is left."""
    branches = _branches(schema)
    if branches is not None:
        forms = [_constrain(branch, keywords, for_results) for branch in branches]
        kept = [form for form in forms if form is not None]
        return kept[0] if len(kept) == 1 else {"anyOf": kept}
    tag = tag_of(schema)
    if tag is None:
        return _add(schema, _applicable(schema, keywords))
    if tag in _TAGGED_ARRAYS and isinstance(schema, dict) and "properties" in schema:
        value = schema["properties"]["value"]
        on_array = {_ARRAY_KEYWORDS.get(name, name): each for name, each in keywords.items()}
        if all("array" in _APPLIES_TO.get(name, ()) for name in on_array):
            if tag == "set":
                on_array["uniqueItems"] = True  # else repeated items would count
            value = {**value, **on_array}
            return {**schema, "properties": {**schema["properties"], "value": value}}
    return schema if for_results else None


def _applicable(schema: JsonSchema, keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords that apply to the JSON type of a plain form."""
    json_type = next(iter(_plain_types(schema)))
    by_name = {_LENGTHS.get((k, json_type or ""), k): value for k, value in keywords.items()}
    if json_type is None:
        return by_name
    return {k: v for k, v in by_name.items() if json_type in _APPLIES_TO.get(k, (json_type,))}


def _add(schema: JsonSchema, keywords: Mapping[str, Any]) -> JsonSchema:
    if not isinstance(schema, dict):
        return dict(keywords) if schema else schema
    if schema.keys() & keywords.keys():
        return {"allOf": [schema], **keywords}
    return {**schema, **keywords}
