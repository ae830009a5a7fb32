"""Constraints: JSON Schema keywords that ``Annotated`` adds to a type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._types import JsonSchema
from ..errors import RegistrationError

_ANNOTATIONS = frozenset(
    [
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "$comment",
    ]
)
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
_KNOWN = _ANNOTATIONS.union(_GENERAL, *_BY_TYPE.values())
_LENGTHS = {
    (length, kind): keyword
    for length, keywords in {
        "min": {"string": "minLength", "array": "minItems", "object": "minProperties"},
        "max": {"string": "maxLength", "array": "maxItems", "object": "maxProperties"},
    }.items()
    for kind, keyword in keywords.items()
}
"""annotated-types has one word for the lengths of all types."""
_APPLIES_TO: dict[str, tuple[str, ...]] = {
    keyword: (kind,) for kind, keywords in _BY_TYPE.items() for keyword in keywords
} | dict.fromkeys(("min", "max"), ("string", "array", "object"))
_TAGGED_ARRAYS = ("set", "map", "object")
_AS_ITEMS = {
    "min": "minItems",
    "max": "maxItems",
    "minProperties": "minItems",
    "maxProperties": "maxItems",
}
_BOUNDS = {
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
    "MinLen": {"min_length": "min"},
    "MaxLen": {"max_length": "max"},
    "Len": {"min_length": "min", "max_length": "max"},
}


class Schema:
    """Adds JSON Schema keywords to a type: ``Annotated[int, Schema(minimum=1)]``.

    Keywords are spelled as in JSON Schema 2020-12 and are enforced; one that it doesn't know,
    or that can't apply to the type, is refused at start-up (names with ``x-`` pass).
    """

    def __init__(self, **keywords: Any) -> None:
        unknown = [k for k in keywords if k not in _KNOWN and not k.startswith("x-")]
        if unknown:
            raise RegistrationError(f"Schema: {', '.join(unknown)} is no JSON Schema keyword here")
        self.keywords = keywords

    def __repr__(self) -> str:
        return f"Schema({', '.join(f'{k}={v!r}' for k, v in self.keywords.items())})"


def keywords_of(metadata: Iterable[Any]) -> dict[str, Any]:
    """Collect the keywords of ``Annotated``'s metadata: ours, and the annotated-types package's.

    Anything else in it is for somebody else and is left alone.
    """
    keywords: dict[str, Any] = {}
    for each in metadata:
        if isinstance(each, Schema):
            keywords.update(each.keywords)
        elif type(each).__module__.partition(".")[0] == "annotated_types":
            bounds = _BOUNDS.get(type(each).__name__)
            if bounds is None:
                raise RegistrationError(f"{each!r} can't be put as a JSON Schema keyword")
            for attribute, keyword in bounds.items():
                value = getattr(each, attribute)
                if value is not None and (attribute, value) != ("min_length", 0):
                    keywords[keyword] = value
    return keywords


def constrained(
    schema: JsonSchema, keywords: Mapping[str, Any], name: str, *, for_results: bool
) -> JsonSchema:
    """Add keywords to the schema of the type ``name``.

    Keywords speak of plain forms. A tagged array (``set``, ``map``) can be held to them as well;
    any other tagged form is left out of params, where a caller could go round them by it, and
    stays in results, where the gateway chooses the form.
    """
    types = set(_types(schema))
    for keyword in keywords:
        _check_applies(keyword, types, name)
    enforced = {k: v for k, v in keywords.items() if k not in _ANNOTATIONS and k not in _GENERAL}
    others = {k: v for k, v in keywords.items() if k not in enforced}
    if enforced:
        held = _hold(schema, enforced, for_results)
        schema = False if held is None else held
    return _with(schema, others) if others else schema


def _branches(schema: JsonSchema) -> list[Any] | None:
    return schema.get("anyOf") if isinstance(schema, dict) else None


def _tag_of(schema: JsonSchema) -> str | None:
    if not isinstance(schema, dict):
        return None
    reference = str(schema.get("$ref", ""))
    if reference.startswith("#/$defs/tag."):
        return reference.removeprefix("#/$defs/tag.")
    tag = schema.get("properties", {}).get("__type__")
    return tag["const"] if isinstance(tag, dict) else None


def _types(schema: JsonSchema) -> Iterator[str | None]:
    """Give the JSON types of all plain forms; ``None`` where any is allowed."""
    branches = _branches(schema)
    if branches is not None:
        for branch in branches:
            yield from _types(branch)
    elif not isinstance(schema, dict) or ("type" not in schema and "$ref" not in schema):
        yield None
    elif _tag_of(schema) in _TAGGED_ARRAYS:
        yield "array" if _tag_of(schema) == "set" else "object"
    elif _tag_of(schema) is None:
        yield {"integer": "number"}.get(schema.get("type", "object"), schema.get("type", "object"))


def _check_applies(keyword: str, types: set[str | None], name: str) -> None:
    if None in types or types & set(_APPLIES_TO.get(keyword, types)):
        return
    raise RegistrationError(f"{keyword} can't be enforced on {name}")


def _hold(schema: JsonSchema, rules: Mapping[str, Any], for_results: bool) -> JsonSchema | None:
    branches = _branches(schema)
    if branches is not None:
        held = [_hold(branch, rules, for_results) for branch in branches]
        kept = [branch for branch in held if branch is not None]
        return kept[0] if len(kept) == 1 else {"anyOf": kept}
    tag = _tag_of(schema)
    if tag is None:
        plain = next(iter(_types(schema)))
        applying = {
            rule: value
            for keyword, value in rules.items()
            for rule in [_LENGTHS.get((keyword, plain or ""), keyword)]
            if plain is None or plain in _APPLIES_TO.get(rule, (plain,))
        }
        return _with(schema, applying)
    if tag in _TAGGED_ARRAYS and isinstance(schema, dict) and "properties" in schema:
        value = schema["properties"]["value"]
        items = {_AS_ITEMS.get(keyword, keyword): rule for keyword, rule in rules.items()}
        if all("array" in _APPLIES_TO.get(keyword, ()) for keyword in items):
            if tag == "set":
                items["uniqueItems"] = True  # else repeated items would count
            return {**schema, "properties": {**schema["properties"], "value": {**value, **items}}}
    return schema if for_results else None


def _with(schema: JsonSchema, rules: Mapping[str, Any]) -> JsonSchema:
    if not isinstance(schema, dict):
        return dict(rules) if schema else schema
    if schema.keys() & rules.keys():
        return {"allOf": [schema], **rules}
    return {**schema, **rules}
