"""JSON Schema 2020-12 → draft-07, which OpenRPC documents hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._types import JsonSchema
from ..schema.subschemas import UniqueNames, closure, map_subschemas, ref_name

_WITHOUT_EQUIVALENT = (
    "minContains",
    "maxContains",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
)


def draft07(schema: JsonSchema, refer: Callable[[str], str]) -> JsonSchema:
    """Convert a schema; ``refer`` gives the reference for a name in ``$defs``.

    What draft-07 can't say is left out, so the converted schema accepts at least what the
    original accepts.
    """
    if not isinstance(schema, dict):
        return schema
    converted = map_subschemas(
        {k: v for k, v in schema.items() if k != "$defs"}, lambda each: draft07(each, refer)
    )
    if converted.get("minContains") == 0:
        converted.pop("contains", None)
    dependencies = {**schema.get("dependentRequired", {}), **converted.get("dependentSchemas", {})}
    for keyword in _WITHOUT_EQUIVALENT:
        converted.pop(keyword, None)
    if dependencies:
        converted["dependencies"] = dependencies
    if "prefixItems" in converted:
        if "items" in converted:
            converted["additionalItems"] = converted.pop("items")
        converted["items"] = converted.pop("prefixItems")
    name = ref_name(schema)
    if name is not None:
        converted["$ref"] = refer(name)
    return beside_reference(converted)


def beside_reference(schema: dict[str, Any]) -> dict[str, Any]:
    """Make room for keywords beside a ``$ref``, where draft-07 ignores them."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    others = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
    reference: dict[str, Any] = {"$ref": schema["$ref"]}
    return {**others, "allOf": [reference, *others.get("allOf", [])]}


class Components:
    """Collects the ``$defs`` of many schemas as ``components.schemas`` of one document."""

    def __init__(self) -> None:
        self.schemas: dict[str, JsonSchema] = {}
        self._names = UniqueNames()

    def convert(
        self, schema: JsonSchema, defs: Mapping[str, JsonSchema], app: str, role: str
    ) -> dict[str, Any]:
        """Convert a schema whose references are to ``defs``, and collect those it reaches.

        Definitions of one name that differ are told apart by ``role`` (params or result), then
        by ``app``.
        """

        def refer(name: str) -> str:
            return f"#/components/schemas/{self._collect(name, defs, app, role)}"

        converted = draft07(schema, refer)
        if isinstance(converted, dict):
            return converted
        return {} if converted else {"not": {}}

    def _collect(self, name: str, defs: Mapping[str, JsonSchema], app: str, role: str) -> str:
        identity = {each: draft07(part, str) for each, part in closure(name, defs).items()}
        candidates = [name, f"{name}.{role}", f"{app}.{name}", f"{app}.{name}.{role}"]
        component = self._names.name_for(candidates, [name, identity])
        if component not in self.schemas:
            self.schemas[component] = True  # met again inside of itself
            self.schemas[component] = self.convert(defs.get(name, True), defs, app, role)
        return component
