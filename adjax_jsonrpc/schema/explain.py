"""Why a value breaks a schema: bounded, and only for the parts that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from .._types import JsonSchema
from ..errors import MAX_ERRORS
from ..protocol.tags import TAG
from .json_types import JSON_TYPES
from .keyword_messages import KNOWN, Path, Reason, error, listed, reasons, type_check
from .linear_jsonschema import Reference
from .validator import validator

# The explanation goes into the parts of a value by itself.
_LEFT_OUT = frozenset(
    {*KNOWN, "$ref", "$defs", "properties", "prefixItems", "items", "allOf", "anyOf"}
)

# Each step down checks the rest of the value anew.
_MAX_STEPS = 16


class _Part:
    """A part of a document: how it is accepted, and what its level asks, each made once."""

    __slots__ = ("_defs", "accepts", "level", "schema")

    def __init__(self, schema: JsonSchema, defs: dict[str, JsonSchema]) -> None:
        self.schema = schema
        self.level: _Level | None = None
        self._defs = defs
        self.accepts: Callable[[Any], bool] = self._compile_and_accept

    def _compile_and_accept(self, value: Any) -> bool:
        schema = self.schema
        if isinstance(schema, bool):
            self.accepts = lambda value: schema
        elif len(schema) == 1 and "type" in schema:
            self.accepts = type_check(schema["type"])
        else:
            self.accepts = validator({**schema, "$defs": self._defs} if self._defs else schema)
        return self.accepts(value)


class _Level:
    """The keywords of one schema, sorted by how each is explained."""

    __slots__ = (
        "all_of",
        "any_of",
        "branches",
        "first",
        "items",
        "others",
        "properties",
        "reasons",
        "rest",
    )

    def __init__(self, schema: dict[str, Any], part: Callable[[JsonSchema], _Part]) -> None:
        self.branches: list[JsonSchema] | None = schema.get("anyOf")
        # Alone, it is what refuses the value.
        alone = self.branches is None or len(schema) == 1
        self.any_of = None if alone else part({"anyOf": self.branches})
        self.all_of = [part(each) for each in schema.get("allOf", ())]
        self.reasons: list[tuple[str, Reason]] = reasons(schema)
        rest = {k: v for k, v in schema.items() if k not in _LEFT_OUT}
        first, items = schema.get("prefixItems", ()), schema.get("items", True)
        if items is False:
            rest.update(prefixItems=[True] * len(first), items=False)
        self.rest = part(rest) if rest else None
        self.properties = {k: part(v) for k, v in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties", True)
        self.others = None if isinstance(others, bool) else part(others)
        self.first = [part(each) for each in first]
        self.items = None if isinstance(items, bool) else part(items)

    def refused(self, value: Any) -> Iterator[tuple[str | int, _Part, Any]]:
        """Give the parts of a value that their own schema refuses."""
        if type(value) is dict:
            schema_of, others = self.properties.get, self.others
            for name, item in value.items():
                part = schema_of(name, others)
                if part is not None and not part.accepts(item):
                    yield name, part, item
        elif type(value) is list:
            for index, (part, item) in enumerate(zip(self.first, value, strict=False)):
                if not part.accepts(item):
                    yield index, part, item
            if self.items is not None:
                for index in range(len(self.first), len(value)):
                    if not self.items.accepts(value[index]):
                        yield index, self.items, value[index]


class Explainer:
    """Explains refusals of one document: a schema with its ``$defs``."""

    def __init__(self, document: JsonSchema) -> None:
        self._document = document
        self._defs = document.get("$defs", {}) if isinstance(document, dict) else {}
        # By identity: a part keeps its schema alive.
        self._parts: dict[int, _Part] = {}
        self._of_types: dict[tuple[str, ...], JsonSchema] = {}
        self._meant_for: dict[tuple[int, type], JsonSchema | None] = {}

    def errors(self, value: Any, schema: JsonSchema | None = None) -> list[dict[str, Any]]:
        """List at most ``MAX_ERRORS`` errors as ``{"path", "message", "keyword"}``.

        ``schema`` is a part of the document, which is the whole of it by default, and one that
        refuses ``value``.
        """
        found: list[dict[str, Any]] = []
        part = self._part(self._document if schema is None else schema)
        self._explain(part, value, (), found)
        return found[:MAX_ERRORS]

    def _part(self, schema: JsonSchema) -> _Part:
        part = self._parts.get(id(schema))
        if part is None:
            part = self._parts[id(schema)] = _Part(schema, self._defs)
        return part

    def _explain(self, part: _Part, value: Any, path: Path, found: list[dict[str, Any]]) -> None:
        """Add the errors of a value that a part of the document refuses."""
        level = part.level
        if level is None:
            schema = self._target(part.schema)
            if not isinstance(schema, dict):
                found.append(error(path, "nothing is allowed here", "false"))
                return
            level = part.level = _Level(schema, self._part)
        if len(path) >= _MAX_STEPS:
            found.append(error(path, "something inside is not accepted", "depth"))
            return
        if level.branches is not None and (level.any_of is None or not level.any_of.accepts(value)):
            self._explain_union(level.branches, value, path, found)
        for each in level.all_of:
            if not each.accepts(value):
                self._explain(each, value, path, found)
        for keyword, reason in level.reasons:
            for text in reason(value):
                found.append(error(path, text, keyword))
        if level.rest is not None and not level.rest.accepts(value):
            found.extend(self._by_reference(level.rest.schema, value, path))
        for step, inner, item in level.refused(value):
            if len(found) >= MAX_ERRORS:
                return
            self._explain(inner, item, (*path, step), found)

    def _explain_union(
        self, branches: list[JsonSchema], value: Any, path: Path, found: list[dict[str, Any]]
    ) -> None:
        branch = self._meant(branches, value)
        if branch is None:
            text = f"{value!r} is not valid under any of the given schemas"
            found.append(error(path, text, "anyOf"))
        else:
            self._explain(self._part(branch), value, path, found)

    def _meant(self, branches: list[JsonSchema], value: Any) -> JsonSchema | None:
        """Find the branch of a union that the value was meant for, by its tag or type."""
        if isinstance(value, dict):
            return self._meant_by(branches, value)
        key = (id(branches), type(value))
        if key not in self._meant_for:
            self._meant_for[key] = self._meant_by(branches, value)
        return self._meant_for[key]

    def _meant_by(self, branches: list[JsonSchema], value: Any) -> JsonSchema | None:
        fitting = [b for b in branches if self._fits(b, value)]
        if isinstance(value, dict) and TAG in value:
            fitting = [b for b in fitting if self._tag(b) is not None] or fitting
        if len(fitting) == 1:
            return fitting[0]
        types = self._plain_types(branches)
        if fitting or None in types or (isinstance(value, dict) and TAG in value):
            return None
        return self._of_types.setdefault(tuple(types), {"type": types})

    def _plain_types(self, branches: list[JsonSchema]) -> list[Any]:
        """List the types of the branches that are no tags, ``None`` for one without a type."""
        types: list[Any] = []
        for branch in map(self._target, branches):
            if not isinstance(branch, dict):
                types.append(None)
            elif "anyOf" in branch:
                types.extend(self._plain_types(branch["anyOf"]))
            elif self._tag(branch) is None:
                named = branch.get("type")
                types.extend(named if isinstance(named, list) else [named])
        return list(dict.fromkeys(types))

    def _target(self, schema: Any) -> Any:
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self._defs[schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def _tag(self, branch: Any) -> Any:
        """Give the name of the tag that a branch describes, ``None`` for any other branch."""
        branch = self._target(branch)
        tag = branch.get("properties", {}).get(TAG) if isinstance(branch, dict) else None
        return tag.get("const") if isinstance(tag, dict) else None

    def _fits(self, branch: Any, value: Any) -> bool:
        branch = self._target(branch)
        if not isinstance(branch, dict):
            return bool(branch)
        if "anyOf" in branch:
            return any(self._fits(each, value) for each in branch["anyOf"])
        tag = self._tag(branch)
        if tag is not None:
            return isinstance(value, dict) and bool(value.get(TAG) == tag)
        if isinstance(value, dict) and TAG in value and TAG in branch.get("properties", {}):
            return False
        named = branch.get("type")
        if named is None:
            return True
        kind = JSON_TYPES.get(type(value), "object")
        return bool({kind, "integer" if kind == "number" else kind} & {*listed(named)})

    def _by_reference(self, rest: Any, value: Any, path: Path) -> list[dict[str, Any]]:
        reference = Reference({**rest, "$defs": self._defs})
        try:
            found = list(islice(reference.iter_errors(value), MAX_ERRORS))
        except RecursionError:
            found = []
        if not found:  # what the reference has no word for
            return [error(path, f"{value!r} is not accepted", next(iter(rest)))]
        return [error(path, wrong.message, str(wrong.validator)) for wrong in found]
