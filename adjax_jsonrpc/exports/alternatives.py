"""A schema as the list of what it allows, one entry a type, value or tag."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._types import Json, JsonSchema
from ..schema.subschemas import ref_name, tag_of

ANNOTATIONS = frozenset(
    ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly")
)
_OUTSIDE = ANNOTATIONS | {"$schema", "$id", "$defs", "$comment"}
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_ANYTHING = ("anything", "")


@dataclass(frozen=True)
class Alternative:
    """One of the things that a schema allows.

    ``kind`` and ``what`` tell what it is: a ``value``, a ``tag``, a ``type`` or ``anything``.
    ``label`` is the name in ``$defs`` that it had.
    """

    kind: str
    what: str
    schema: dict[str, Any]
    label: str | None = None

    @property
    def noun(self) -> str:
        """How a rule calls it."""
        return "value" if self.kind == "value" else "alternative"

    @property
    def name(self) -> str:
        """How a reader calls it."""
        named = f" ({self.label})" if self.label and self.kind == "type" else ""
        return f"{self.kind} {self.what}".strip() + named

    def covers(self, other: Alternative) -> bool:
        """Whether whatever ``other`` allows is surely allowed by this."""
        if self.schema.keys() - _OUTSIDE - {"type"}:
            return self == other
        if self.kind == "anything" or (self.kind, self.what) == (other.kind, other.what):
            return True
        if self.kind != "type":
            return False
        whole = ("integer", "number") if self.what == "number" else (self.what,)
        value = _TYPES.get(type(other.schema.get("const"))) if other.kind == "value" else other.what
        return other.kind in ("value", "type") and value in whole


def resolved(schema: JsonSchema, defs: Mapping[str, JsonSchema]) -> JsonSchema:
    """Put what a reference refers to in its place, with the keywords beside it."""
    seen: set[str] = set()
    name = ref_name(schema)
    while name is not None and name not in seen:
        seen.add(name)
        target = defs.get(name, True)
        own = schema if isinstance(schema, dict) else {}
        beside = {keyword: value for keyword, value in own.items() if keyword != "$ref"}
        schema = {**target, **beside} if isinstance(target, dict) else target
        name = ref_name(schema)
    return schema


def alternatives(schema: JsonSchema, defs: Mapping[str, JsonSchema]) -> Iterator[Alternative]:
    """Give what a schema allows; nothing for one that allows nothing."""
    label = ref_name(schema)
    tag = tag_of(schema)
    schema = resolved(schema, defs)
    if not isinstance(schema, dict):
        if schema:
            yield Alternative(*_ANYTHING, {})
        return
    if schema.get("not") in ({}, True):
        return
    if tag is not None:
        yield Alternative("tag", tag, schema)
        return
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            beside = {k: v for k, v in schema.items() if k not in _OUTSIDE | {keyword}}
            for branch in schema[keyword]:
                whole = resolved(branch, defs) if beside else branch
                yield from alternatives(
                    {**whole, **beside} if isinstance(whole, dict) else whole, defs
                )
            return
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if values is not None:
        for value in values:
            yield Alternative("value", _text(value), {"const": value})
        return
    types = schema.get("type")
    if types is None:
        yield Alternative(*_of_no_type(schema), schema, label)
        return
    for each in [types] if isinstance(types, str) else types:
        yield Alternative("type", each, {**schema, "type": each}, label)


def paired(
    old: list[Alternative], new: list[Alternative]
) -> tuple[list[Alternative], list[Alternative], list[tuple[Alternative, Alternative]]]:
    """Find which alternative became which; give those removed, those added, and the pairs."""
    removed, added = list(old), list(new)
    pairs: list[tuple[Alternative, Alternative]] = []
    identities: list[Callable[[Alternative], Hashable]] = [
        lambda each: (each.kind, each.what, each.label, _text(each.schema)),
        lambda each: (each.kind, each.what, _text(each.schema)),
        lambda each: (each.kind, each.what, each.label),
        lambda each: (each.kind, each.what),
    ]
    for identity in identities:
        for before in list(removed):
            match = next((after for after in added if identity(after) == identity(before)), None)
            if match is not None:
                removed.remove(before)
                added.remove(match)
                pairs.append((before, match))
    return removed, added, pairs


def _of_no_type(schema: dict[str, Any]) -> tuple[str, str]:
    if schema.keys() & {"properties", "required", "additionalProperties"}:
        return "type", "object"
    if schema.keys() & {"prefixItems", "items"}:
        return "type", "array"
    return _ANYTHING


def _text(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
