"""Where a JSON Schema holds further schemas: one table for all that walk through one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from .._types import JsonSchema
from ..protocol.tags import TAG

_ITEMS = frozenset(["items", "contains", "unevaluatedItems"])
_MEMBERS = frozenset(["additionalProperties", "propertyNames", "unevaluatedProperties"])
_ONE = _ITEMS | _MEMBERS | {"not", "if", "then", "else", "contentSchema"}
_LIST = frozenset(["allOf", "anyOf", "oneOf", "prefixItems"])
_BY_NAME = frozenset(["properties", "patternProperties", "dependentSchemas", "$defs"])
_DEFS = "#/$defs/"
_TAG_DEFINITION = "tag."


def map_subschemas(
    schema: dict[str, Any], change: Callable[[JsonSchema], JsonSchema]
) -> dict[str, Any]:
    """Give a copy of a schema in which every schema directly inside is changed.

    Values of ``const``, ``enum``, ``default`` and ``examples`` are data, and stay.
    """
    changed = dict(schema)
    for keyword, value in schema.items():
        if keyword in _ONE and not isinstance(value, list):
            changed[keyword] = change(value)
        elif keyword in _LIST:
            changed[keyword] = [change(each) for each in value]
        elif keyword in _BY_NAME:
            changed[keyword] = {name: change(each) for name, each in value.items()}
    return changed


def definition_of(schema: JsonSchema) -> str | None:
    """Give the name in ``$defs`` that a schema refers to, if it does."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(reference, str) and reference.startswith(_DEFS):
        return reference[len(_DEFS) :].replace("~1", "/").replace("~0", "~")
    return None


def tag_of(schema: JsonSchema) -> str | None:
    """Give the tag of a schema that stands for one tagged type, written out or referred to."""
    name = definition_of(schema)
    if name is not None:
        return name[len(_TAG_DEFINITION) :] if name.startswith(_TAG_DEFINITION) else None
    tag = schema.get("properties", {}).get(TAG) if isinstance(schema, dict) else None
    return tag["const"] if isinstance(tag, dict) and "const" in tag else None


def references(schema: JsonSchema) -> Iterator[str]:
    """Give the names in ``$defs`` that a schema refers to, ``$defs`` themselves left out."""
    found: list[str] = []

    def note(part: JsonSchema) -> JsonSchema:
        if isinstance(part, dict):
            name = definition_of(part)
            if name is not None:
                found.append(name)
            map_subschemas({k: v for k, v in part.items() if k != "$defs"}, note)
        return part

    note(schema)
    return iter(found)


def closure(name: str, defs: Mapping[str, JsonSchema]) -> dict[str, JsonSchema]:
    """Give a definition with all that it refers to, directly or not; itself comes first."""
    reached: dict[str, JsonSchema] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in reached and each in defs:
            reached[each] = defs[each]
            waiting.extend(references(defs[each]))
    return reached


class Names:
    """Gives the definitions of many schemas names in one document.

    Definitions that are the same share one name; others of the same name get the next free
    candidate.
    """

    def __init__(self, reserved: frozenset[str] = frozenset()) -> None:
        self._reserved = reserved
        self._keys: dict[str, str] = {}

    def take(self, candidates: list[str], identity: Any) -> str:
        """Give the name of what ``identity`` (JSON) tells apart from all else."""
        key = json.dumps(identity, sort_keys=True)
        numbered = (f"{candidates[-1]}_{number}" for number in count(2))
        free = (name for name in chain(candidates, numbered) if name not in self._reserved)
        return next(name for name in free if self._keys.setdefault(name, key) == key)
