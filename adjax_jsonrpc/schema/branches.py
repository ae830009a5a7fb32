"""Which branch of a union a caller meant: by its tag, JSON type, constants or member names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .._messages import shown
from .._types import JsonSchema
from ..protocol.tags import TAG
from .json_types import JSON_TYPES
from .keyword_messages import NO_TAG, WRONG_TAG, Message, as_list, listed, message_of
from .subschemas import ANNOTATION_KEYWORDS
from .text_forms import text_form

_ALONE = ANNOTATION_KEYWORDS | {"anyOf"}


class Unions:
    """Explains values that no branch of a union accepts. ``defs`` are those of the document."""

    def __init__(self, defs: dict[str, JsonSchema]) -> None:
        self._defs = defs
        self._branches: dict[int, list[JsonSchema]] = {}
        self._by_type: dict[tuple[int, type], JsonSchema | None] = {}
        self._made: dict[str, dict[str, Any]] = {}

    def resolve(self, schema: Any) -> Any:
        """Return the schema that a ``$ref`` refers to, any other schema as it is."""
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self._defs[schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def intended_branch(self, union: list[JsonSchema], value: Any) -> JsonSchema | None:
        """Return the branch that the caller meant, ``None`` if more than one is possible.

        If no branch is for values such as this one, returns a schema that says what is possible.
        """
        if isinstance(value, (dict, list)):
            return self._find(union, value)
        key = (id(union), type(value))
        if key not in self._by_type:
            self._by_type[key] = self._find(union, value)
        return self._by_type[key]

    def candidates(self, union: list[JsonSchema], value: Any) -> list[JsonSchema]:
        """Return the branches for values with the JSON type of ``value``."""
        return [branch for branch in self._flat(union) if self._has_type_of(branch, value)]

    def message(self, union: list[JsonSchema], value: Any) -> Message:
        """Return the message for a value that has no intended branch."""
        branches = self._flat(union)
        if isinstance(value, dict) and TAG in value:
            tags = [tag for each in branches if (tag := self._tag_of(each)) is not None]
            if value[TAG] not in tags:
                shown_tag = {"value": shown(value[TAG], 60)}
                return (
                    (WRONG_TAG, {**shown_tag, "limit": listed(tags)})
                    if tags
                    else (NO_TAG, shown_tag)
                )
        names = [name for each in union for name in self._names(each)]
        template, values = message_of("anyOf", [], value)
        return template, {**values, "limit": ", ".join(dict.fromkeys(names))}

    def _names(self, branch: JsonSchema) -> Iterator[str]:
        """Yield what a branch accepts, in a word for each: a class, a value, or a JSON type."""
        schema = self.resolve(branch)
        if not isinstance(schema, dict):
            yield "any" if schema else "none"
        elif self._tag_of(schema) is not None:
            yield str(self._tag_of(schema))
        elif branch is not schema:
            yield str(branch["$ref"]).rpartition("/")[2]  # type: ignore[index]
        elif "anyOf" in schema:
            for each in schema["anyOf"]:
                yield from self._names(each)
        elif "const" in schema or "enum" in schema:
            yield listed(schema.get("enum", [schema.get("const")]))
        elif "type" not in schema and "required" in schema:
            yield listed(schema["required"])
        else:
            yield from as_list(schema.get("type", "any"))

    def _flat(self, union: list[JsonSchema]) -> list[JsonSchema]:
        """Return the branches of a union and of the unions that are its branches."""
        if id(union) not in self._branches:
            found: list[JsonSchema] = []
            waiting, seen = list(union), set()
            while waiting:
                branch = self.resolve(waiting.pop(0))
                if id(branch) in seen and isinstance(branch, dict):
                    continue
                seen.add(id(branch))
                if isinstance(branch, dict) and "anyOf" in branch and branch.keys() <= _ALONE:
                    waiting = [*branch["anyOf"], *waiting]
                else:
                    found.append(branch)
            self._branches[id(union)] = found
        return self._branches[id(union)]

    def _find(self, union: list[JsonSchema], value: Any) -> JsonSchema | None:
        branches = self._flat(union)
        candidates = [branch for branch in branches if self._has_type_of(branch, value)]
        if isinstance(value, dict) and TAG in value:
            tagged = [branch for branch in candidates if self._tag_of(branch) is not None]
            candidates = tagged or candidates
            if not candidates:
                return None
        if len(candidates) > 1:
            return self._by_content(candidates, value)
        return candidates[0] if candidates else self._of_other_types(branches)

    def _of_other_types(self, branches: list[JsonSchema]) -> JsonSchema | None:
        """Return a schema of the JSON types of all branches without a tag."""
        untagged = [branch for branch in branches if self._tag_of(branch) is None]
        if len(untagged) == 1 and isinstance(untagged[0], dict) and text_form(untagged[0]):
            return untagged[0]
        types = [name for each in untagged for name in _types_of(each)]
        return self._make({"type": list(dict.fromkeys(types))}) if types else None

    def _by_content(self, candidates: list[JsonSchema], value: Any) -> JsonSchema | None:
        """Return the branch of those with the type of ``value`` that its content decides for."""
        schemas = [each for each in candidates if isinstance(each, dict)]
        if len(schemas) < len(candidates):
            return None
        if all("const" in each or "enum" in each for each in schemas):
            return self._make({"enum": [v for each in schemas for v in _constants_of(each)]})
        if not isinstance(value, (dict, list)):
            return None
        constants = [self._constant_parts(each, value) for each in schemas]
        fitting = [
            each
            for each, parts in zip(schemas, constants, strict=True)
            if all(not _has(value, step) or _is_in(value[step], v) for step, v in parts.items())
        ]
        shared = [step for step in constants[0] if all(step in parts for parts in constants)]
        decided = [step for step in shared if _has(value, step)]
        if not fitting and shared:
            return self._wrong_constant(shared[0], constants)
        if len(fitting) > 1 and shared and not decided and isinstance(value, dict):
            return self._make({"required": [shared[0]]})
        if len(fitting) > 1 and isinstance(value, dict):
            fitting = _with_these_members(fitting, value)
        return fitting[0] if len(fitting) == 1 else None

    def _constant_parts(self, schema: dict[str, Any], value: Any) -> dict[Any, list[Any]]:
        """Return the members, or items, of a schema for which it lists the possible values."""
        is_object = isinstance(value, dict)
        parts: Any = schema.get("properties", {}) if is_object else schema.get("prefixItems", ())
        resolved = (
            (step, self.resolve(part))
            for step, part in (parts.items() if is_object else enumerate(parts))
        )
        return {
            step: _constants_of(part)
            for step, part in resolved
            if isinstance(part, dict) and ("const" in part or "enum" in part)
        }

    def _wrong_constant(self, step: str | int, constants: list[dict[Any, list[Any]]]) -> JsonSchema:
        allowed = {"enum": [value for parts in constants for value in parts[step]]}
        if isinstance(step, str):
            return self._make({"properties": {step: allowed}})
        return self._make({"prefixItems": [*([True] * step), allowed]})

    def _make(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the one schema that equals this one: an explainer keeps what it has compiled."""
        return self._made.setdefault(json.dumps(schema), schema)

    def _tag_of(self, branch: Any) -> Any:
        """Return the tag that a branch requires, ``None`` for a branch without a tag."""
        branch = self.resolve(branch)
        tag = branch.get("properties", {}).get(TAG) if isinstance(branch, dict) else None
        return tag.get("const") if isinstance(tag, dict) else None

    def _has_type_of(self, branch: Any, value: Any) -> bool:
        """Return whether a branch accepts values with the tag or JSON type of ``value``."""
        if not isinstance(branch, dict):
            return bool(branch)
        tag = self._tag_of(branch)
        if tag is not None:
            return isinstance(value, dict) and bool(value.get(TAG) == tag)
        if isinstance(value, dict) and TAG in value and TAG in branch.get("properties", {}):
            return False
        types = _types_of(branch)
        return not types or not set(types).isdisjoint(_types_of_value(value))


def _types_of_value(value: Any) -> tuple[str, ...]:
    json_type = JSON_TYPES.get(type(value), "object")
    return ("number", "integer") if json_type == "number" else (json_type,)


def _types_of(branch: JsonSchema) -> list[str]:
    """Return the JSON types that a branch accepts, as in the keyword ``type``; [] for all."""
    if not isinstance(branch, dict):
        return []
    if "const" in branch or "enum" in branch:
        return list(dict.fromkeys(JSON_TYPES.get(type(v), "object") for v in _constants_of(branch)))
    return as_list(branch.get("type", []))


def _constants_of(schema: dict[str, Any]) -> list[Any]:
    return schema["enum"] if "enum" in schema else [schema["const"]]


def _has(value: dict[str, Any] | list[Any], step: Any) -> bool:
    return step in value if isinstance(value, dict) else step < len(value)


def _is_in(value: Any, constants: list[Any]) -> bool:
    is_bool = type(value) is bool
    return any(value == each and is_bool == (type(each) is bool) for each in constants)


def _with_these_members(schemas: list[dict[str, Any]], value: dict[str, Any]) -> list[Any]:
    """Return the schemas that know all members of a value, best those that miss no member."""
    known = [
        each
        for each in schemas
        if each.get("additionalProperties") is not False
        or value.keys() <= each.get("properties", {}).keys()
    ]
    complete = [each for each in known if set(each.get("required", ())) <= value.keys()]
    return complete or known
