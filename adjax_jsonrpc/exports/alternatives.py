"""A schema as a list of alternatives: one for each type, value or tag that the schema allows."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._types import Json, JsonSchema
from ..schema.subschemas import ANNOTATION_KEYWORDS, ref_name, tag_of

_NOT_CONSTRAINING = ANNOTATION_KEYWORDS | {"$schema", "$id", "$defs", "$comment"}
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_ANYTHING = ("anything", "")


@dataclass(frozen=True)
class Alternative:
    """One type, value or tag that a schema allows.

    - ``kind``: ``"value"``, ``"tag"``, ``"type"`` or ``"anything"``.
    - ``what``: the value as JSON, the tag, or the name of the JSON type.
    - ``label``: the name in ``$defs`` if the schema is a ``$ref``.
    """

    kind: str
    what: str
    schema: dict[str, Any]
    label: str | None = None

    @property
    def noun(self) -> str:
        """The first word of a rule: ``value`` in ``value-removed``."""
        return "value" if self.kind == "value" else "alternative"

    @property
    def name(self) -> str:
        """The name in messages."""
        named = f" ({self.label})" if self.label and self.kind == "type" else ""
        return f"{self.kind} {self.what}".strip() + named

    def covers(self, other: Alternative) -> bool:
        """Return ``True`` only if this certainly allows everything that ``other`` allows."""
        if self.schema.keys() - _NOT_CONSTRAINING - {"type"}:
            return self == other
        if self.kind == "anything" or (self.kind, self.what) == (other.kind, other.what):
            return True
        if self.kind != "type":
            return False
        whole = ("integer", "number") if self.what == "number" else (self.what,)
        value = _TYPES.get(type(other.schema.get("const"))) if other.kind == "value" else other.what
        return other.kind in ("value", "type") and value in whole


def resolved(schema: JsonSchema, defs: Mapping[str, JsonSchema]) -> JsonSchema:
    """Return a schema with its ``$ref`` replaced by the definition and the keywords beside it."""
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
    """Yield the alternatives of a schema; none for a schema that allows nothing."""
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
            beside = {k: v for k, v in schema.items() if k not in _NOT_CONSTRAINING | {keyword}}
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
        yield Alternative(*_implied_type(schema), schema, label)
        return
    for each in [types] if isinstance(types, str) else types:
        yield Alternative("type", each, {**schema, "type": each}, label)


def match_alternatives(
    old: list[Alternative], new: list[Alternative]
) -> tuple[list[Alternative], list[Alternative], list[tuple[Alternative, Alternative]]]:
    """Match old alternatives with new ones. Return those removed, those added, and the pairs.

    Equal alternatives are matched first, then those that are more and more different.
    """
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


def _implied_type(schema: dict[str, Any]) -> tuple[str, str]:
    if schema.keys() & {"properties", "required", "additionalProperties"}:
        return "type", "object"
    if schema.keys() & {"prefixItems", "items"}:
        return "type", "array"
    return _ANYTHING


def _text(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
