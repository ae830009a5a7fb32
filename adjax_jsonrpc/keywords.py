"""Constraints: JSON Schema keywords that ``Annotated`` adds to a type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .errors import RegistrationError
from .typing import JsonSchema

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
_LENGTHS = {"string": "Length", "array": "Items", "object": "Properties"}
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
    schema: JsonSchema, keywords: Mapping[str, Any], name: str, for_results: bool
) -> JsonSchema:
    """Add keywords to a type's schema.

    A type with a plain and a tagged form keeps the plain one only, since keywords speak of it;
    a set has both constrained. Results keep the tagged form, which the gateway chooses.
    """
    types = {_plain_type(branch) for branch in _branches(schema)}
    rules: dict[str, Any] = {}
    for keyword, value in keywords.items():
        if keyword in ("min", "max"):
            if types - _LENGTHS.keys():
                raise RegistrationError(f"{name} has no length that JSON Schema can bound")
            rules.update({keyword + _LENGTHS[each]: value for each in types if each})
        else:
            rules[keyword] = value
    for keyword in rules:
        _check_applies(keyword, types, name)
    enforced = {k: v for k, v in rules.items() if k not in _ANNOTATIONS and k not in _GENERAL}
    if not enforced:
        return _with(schema, rules)
    if not isinstance(schema, dict) or "anyOf" not in schema:
        return _with(schema, rules)
    branches = [_constrain_branch(branch, rules, for_results) for branch in _branches(schema)]
    kept = [branch for branch in branches if branch is not None]
    return kept[0] if len(kept) == 1 else {"anyOf": kept}


def _branches(schema: JsonSchema) -> list[Any]:
    return schema["anyOf"] if isinstance(schema, dict) and "anyOf" in schema else [schema]


def _plain_type(branch: JsonSchema) -> str | None:
    if not isinstance(branch, dict):
        return None
    name = branch.get("type")
    if _is_tag(branch):
        value = branch.get("properties", {}).get("value", {})
        return "array" if value.get("type") == "array" and "items" not in value else "tag"
    return "number" if name == "integer" else name


def _is_tag(branch: Any) -> bool:
    return isinstance(branch, dict) and (
        branch.get("$ref", "").startswith("#/$defs/tag.")
        or isinstance(branch.get("properties", {}).get("__type__"), dict)
    )


def _check_applies(keyword: str, types: set[str | None], name: str) -> None:
    for applies_to, keywords in _BY_TYPE.items():
        if keyword in keywords and applies_to not in types and None not in types:
            raise RegistrationError(f"{keyword} can't be enforced on {name}")


def _constrain_branch(branch: Any, rules: dict[str, Any], for_results: bool) -> Any:
    if not _is_tag(branch):
        return _with(branch, rules)
    return branch if for_results else None


def _with(schema: JsonSchema, rules: Mapping[str, Any]) -> JsonSchema:
    if not isinstance(schema, dict):
        return dict(rules) if schema else schema
    if schema.keys() & rules.keys():
        return {"allOf": [schema], **rules}
    return {**schema, **rules}
