"""The schemas inside a JSON Schema: one table of keywords for all functions that need them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from .._types import JsonSchema
from ..protocol.tags import TAG

# Keywords whose value is one schema, a list of schemas, or schemas by name.
_ITEMS = frozenset(["items", "contains", "unevaluatedItems"])
_MEMBERS = frozenset(["additionalProperties", "propertyNames", "unevaluatedProperties"])
_WITH_SCHEMA = _ITEMS | _MEMBERS | {"not", "if", "then", "else", "contentSchema"}
_WITH_SCHEMAS = frozenset(["allOf", "anyOf", "oneOf", "prefixItems"])
_WITH_NAMED_SCHEMAS = frozenset(["properties", "patternProperties", "dependentSchemas", "$defs"])
_DEFS = "#/$defs/"
_TAG_DEFINITION = "tag."

ANNOTATION_KEYWORDS = frozenset(
    ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly")
)
"""Keywords that describe a value and do not constrain it."""


def map_subschemas(
    schema: dict[str, Any], change: Callable[[JsonSchema], JsonSchema]
) -> dict[str, Any]:
    """Return a copy of a schema in which ``change`` is applied to each schema directly inside.

    Values of ``const``, ``enum``, ``default`` and ``examples`` are data and are not changed.
    """
    changed = dict(schema)
    for keyword, value in schema.items():
        if keyword in _WITH_SCHEMA and not isinstance(value, list):
            changed[keyword] = change(value)
        elif keyword in _WITH_SCHEMAS:
            changed[keyword] = [change(each) for each in value]
        elif keyword in _WITH_NAMED_SCHEMAS:
            changed[keyword] = {name: change(each) for name, each in value.items()}
    return changed


NO_FINAL_LINE_FEED = {"pattern": "\\n$"}
"""What is excluded beside a pattern that ends with ``$``, for validators that use Python's re."""
TOGETHER = (
    ("if", "then", "else"),
    ("contains", "minContains", "maxContains"),
)
"""Keywords that have no meaning of their own without the others."""


def with_keywords(schema: dict[str, Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with further keywords. What it says already holds, too.

    A keyword that the schema has with another value is added by ``allOf``.
    """
    added = {k: v for k, v in keywords.items() if k != "allOf"}
    parts = list(keywords.get("allOf", ()))
    for group in (*TOGETHER, *((name,) for name in keywords)):
        own = {k: v for k, v in added.items() if k in group}
        if any(k in schema and schema[k] != v for k, v in own.items()):
            parts.append(own)
            added = {k: v for k, v in added.items() if k not in group}
    new = [part for part in parts if part not in schema.get("allOf", ())]
    joined = {**schema, **added}
    return {**joined, "allOf": [*schema.get("allOf", ()), *new]} if new else joined


def ref_name(schema: JsonSchema) -> str | None:
    """Return the name in ``$defs`` that a schema's ``$ref`` refers to, ``None`` without one."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(reference, str) and reference.startswith(_DEFS):
        return reference[len(_DEFS) :].replace("~1", "/").replace("~0", "~")
    return None


def tag_of(schema: JsonSchema) -> str | None:
    """Return the tag if a schema describes one tagged type or refers to one, else ``None``."""
    name = ref_name(schema)
    if name is not None:
        return name[len(_TAG_DEFINITION) :] if name.startswith(_TAG_DEFINITION) else None
    tag = schema.get("properties", {}).get(TAG) if isinstance(schema, dict) else None
    return tag["const"] if isinstance(tag, dict) and "const" in tag else None


def ref_names(schema: JsonSchema) -> Iterator[str]:
    """Return the names of all ``$ref`` inside a schema, except in its ``$defs``."""
    names: list[str] = []

    def visit(part: JsonSchema) -> JsonSchema:
        if isinstance(part, dict):
            name = ref_name(part)
            if name is not None:
                names.append(name)
            map_subschemas({k: v for k, v in part.items() if k != "$defs"}, visit)
        return part

    visit(schema)
    return iter(names)


def closure(name: str, defs: Mapping[str, JsonSchema]) -> dict[str, JsonSchema]:
    """Return a definition and all definitions that it refers to, directly or indirectly.

    The definition ``name`` is the first one.
    """
    reached: dict[str, JsonSchema] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in reached and each in defs:
            reached[each] = defs[each]
            waiting.extend(ref_names(defs[each]))
    return reached


class UniqueNames:
    """Names for the definitions of many schemas in one document.

    Equal definitions share one name. Different definitions with the same name get different
    names: the first candidate that is free, else the last candidate with a number.
    """

    def __init__(self, reserved: frozenset[str] = frozenset()) -> None:
        self._reserved = reserved
        self._keys: dict[str, str] = {}

    def name_for(self, candidates: list[str], identity: Any) -> str:
        """Return the name of a definition. Equal definitions have an equal ``identity`` (JSON)."""
        key = json.dumps(identity, sort_keys=True)
        numbered = (f"{candidates[-1]}_{number}" for number in count(2))
        free = (name for name in chain(candidates, numbered) if name not in self._reserved)
        return next(name for name in free if self._keys.setdefault(name, key) == key)
