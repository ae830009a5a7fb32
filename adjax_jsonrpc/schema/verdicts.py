"""Whether a schema that refers to itself accepts a value, asked for many parts of one value.

jsonschema-rs validates a part with everything inside it. Asked again for each level of a nested
value, it would take a time proportional to the depth times the size.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from .._types import Json, JsonSchema
from .subschemas import ref_name, ref_names
from .validator import validator

Memo: TypeAlias = dict[tuple[int, int], bool]
"""The verdicts so far, by the ``id()`` of a prepared schema and of a value."""

_NOT_FOLLOWED = frozenset(
    [
        *("patternProperties", "unevaluatedProperties", "unevaluatedItems", "oneOf", "not", "if"),
        *("contains", "dependentSchemas"),
    ]
)
"""A recursive schema with such a keyword is validated as a whole."""


class PreparedSchema:
    """A schema, and which recursive schemas are inside.

    ``accepts`` validates all of a value. ``accepts_rest`` leaves out the recursive schemas; it is
    ``None`` if nothing else is left. The recursive ones are in ``any_of``, ``all_of`` (with that of
    ``$ref``), ``members`` by name and ``items`` by index. ``other_members`` and ``other_items`` are
    for all others, ``None`` if not recursive.
    """

    __slots__ = (
        *("accepts", "accepts_rest", "all_of", "any_of"),
        *("items", "members", "other_items", "other_members"),
    )

    def __init__(self, accepts: Callable[[Any], bool]) -> None:
        self.accepts = accepts
        self.accepts_rest: Callable[[Any], bool] | None = accepts
        self.any_of: list[PreparedSchema] = []
        self.all_of: list[PreparedSchema] = []
        self.members: Mapping[Any, PreparedSchema | None] = {}
        self.items: Mapping[Any, PreparedSchema | None] = {}
        self.other_members: PreparedSchema | None = None
        self.other_items: PreparedSchema | None = None


class Verdicts:
    """Validates the parts of values against schemas with these ``$defs``, each part once."""

    def __init__(self, defs: Mapping[str, JsonSchema]) -> None:
        self._defs = defs
        self._prepared: dict[str, PreparedSchema] = {}
        self._refs: dict[str, list[str]] = {}
        self._cyclic: dict[str, bool] = {}

    def is_recursive(self, schema: JsonSchema) -> bool:
        """Return whether a schema leads to a definition that refers to itself."""
        return any(self._leads_to_itself(name) for name in self._reached(ref_names(schema)))

    def prepare_recursive(self, schemas: Iterable[JsonSchema]) -> list[PreparedSchema]:
        """Return the definitions that refer to themselves, of all that the schemas lead to."""
        reached = self._reached(name for schema in schemas for name in ref_names(schema))
        return [self.prepare(self._defs[n]) for n in reached if self._leads_to_itself(n)]

    def _leads_to_itself(self, name: str) -> bool:
        if name not in self._cyclic:
            self._cyclic[name] = name in self._reached(self._refs_of(name))
        return self._cyclic[name]

    def _reached(self, names: Iterable[str]) -> list[str]:
        reached = list(dict.fromkeys(names))
        seen = set(reached)
        for name in reached:
            new = [each for each in self._refs_of(name) if each not in seen]
            seen.update(new)
            reached.extend(new)
        return reached

    def _refs_of(self, name: str) -> list[str]:
        if name not in self._refs:
            self._refs[name] = list(dict.fromkeys(ref_names(self._defs[name])))
        return self._refs[name]

    def prepare(self, schema: JsonSchema) -> PreparedSchema:
        """Return a schema as ``accepts`` takes it; that of a definition for a ``$ref`` alone."""
        while isinstance(schema, dict) and len(schema) == 1 and "$ref" in schema:
            schema = self._defs[str(ref_name(schema))]
        text = json.dumps(schema, sort_keys=True)  # equal schemas share their verdicts
        if text not in self._prepared:
            prepared = self._prepared[text] = PreparedSchema(self._validator(schema))
            if isinstance(schema, dict) and _NOT_FOLLOWED.isdisjoint(schema):
                self._follow(prepared, schema)
        return self._prepared[text]

    def _follow(self, prepared: PreparedSchema, schema: dict[str, Any]) -> None:
        """Prepare the recursive schemas inside a schema."""
        rest = dict(schema)
        for keyword, found in (("anyOf", prepared.any_of), ("allOf", prepared.all_of)):
            if any(map(self.is_recursive, schema.get(keyword, ()))):
                found.extend(map(self.prepare, rest.pop(keyword)))
        if "$ref" in schema and self.is_recursive({"$ref": schema["$ref"]}):
            prepared.all_of.append(self.prepare({"$ref": rest.pop("$ref")}))
        named, prefix = schema.get("properties", {}), schema.get("prefixItems", [])
        if named:
            rest["properties"] = {n: self._without_recursion(each) for n, each in named.items()}
        if prefix:
            rest["prefixItems"] = [self._without_recursion(each) for each in prefix]
        for keyword in ("additionalProperties", "items"):
            if keyword in rest:
                rest[keyword] = self._without_recursion(rest[keyword])
        prepared.accepts_rest = self._validator(rest) if rest else None
        prepared.members, prepared.other_members = self._inside(
            named, schema.get("additionalProperties", True)
        )
        prepared.items, prepared.other_items = self._inside(
            dict(enumerate(prefix)), schema.get("items", True)
        )

    def _without_recursion(self, schema: JsonSchema) -> JsonSchema:
        return True if self.is_recursive(schema) else schema

    def _inside(
        self, named: Mapping[Any, JsonSchema], others: JsonSchema
    ) -> tuple[Mapping[Any, PreparedSchema | None], PreparedSchema | None]:
        prepared = {n: self.prepare(s) if self.is_recursive(s) else None for n, s in named.items()}
        if self.is_recursive(others):
            return prepared, self.prepare(others)
        return {name: each for name, each in prepared.items() if each is not None}, None

    def _validator(self, schema: JsonSchema) -> Callable[[Any], bool]:
        if not isinstance(schema, dict):
            return lambda value: bool(schema)
        return validator({**schema, "$defs": dict(self._defs)})


def verdicts(definitions: list[PreparedSchema], value: Json) -> Memo:
    """Return the memo for the parts of a value.

    ``definitions`` are those of ``Verdicts.prepare_recursive``. Inner parts come first, so that no
    verdict needs more of the stack than one level.
    """
    parts: list[Any] = [value]
    for part in parts:
        inside = part.values() if type(part) is dict else part
        parts.extend([each for each in inside if type(each) is dict or type(each) is list])
    memo: Memo = {}
    for part in reversed(parts):
        for definition in definitions:
            accepts(definition, part, memo)
    return memo


def accepts(schema: PreparedSchema, value: Any, memo: Memo) -> bool:
    """Return whether ``schema`` accepts ``value``, a part of the value of the memo."""
    cls = type(value)
    if cls is not dict and cls is not list:
        return schema.accepts(value)
    key = id(schema), id(value)
    verdict = memo.get(key)
    if verdict is None:
        verdict = memo[key] = _validate(schema, value, memo)
    return verdict


def _validate(schema: PreparedSchema, value: Any, memo: Memo) -> bool:
    if schema.accepts_rest is not None and not schema.accepts_rest(value):
        return False
    for each in schema.all_of:
        if not accepts(each, value, memo):
            return False
    if schema.any_of and not any(accepts(each, value, memo) for each in schema.any_of):
        return False
    inside: Any = value if type(value) is dict else range(len(value))
    if inside is value:
        named, others = schema.members, schema.other_members
    else:
        named, others = schema.items, schema.other_items
    if others is None:
        for step, part in named.items():
            if step in inside and part is not None and not accepts(part, value[step], memo):
                return False
        return True
    for step in inside:
        part = named.get(step, others)
        if part is not None and not accepts(part, value[step], memo):
            return False
    return True
