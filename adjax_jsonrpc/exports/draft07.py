"""JSON Schema 2020-12 → draft-07, the version that OpenRPC uses."""

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
    """Return a schema in draft-07. ``refer`` returns the ``$ref`` for a name in ``$defs``.

    Keywords without an equivalent are left out. So the converted schema accepts at least what the
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
    return wrap_ref(converted)


def wrap_ref(schema: dict[str, Any]) -> dict[str, Any]:
    """Move a ``$ref`` into ``allOf`` if it has other keywords beside it: draft-07 ignores those."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    others = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
    reference: dict[str, Any] = {"$ref": schema["$ref"]}
    return {**others, "allOf": [reference, *others.get("allOf", [])]}


class Components:
    """Collects the ``$defs`` of many schemas into ``components.schemas`` of one document."""

    def __init__(self) -> None:
        self.schemas: dict[str, JsonSchema] = {}
        self._names = UniqueNames()

    def convert(
        self, schema: JsonSchema, defs: Mapping[str, JsonSchema], app: str, role: str
    ) -> dict[str, Any]:
        """Return a schema in draft-07, and collect the definitions that it refers to.

        ``defs`` are the schema's ``$defs``. Different definitions with the same name get different
        names: by ``role`` (params or result), then by ``app``.
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
            self.schemas[component] = True  # for a definition that refers to itself
            self.schemas[component] = self.convert(defs.get(name, True), defs, app, role)
        return component
