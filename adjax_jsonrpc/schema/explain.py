"""Explain why a schema rejects a value, in bounded time and space.

Only those parts of the value are examined that are not valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from .._types import JsonSchema
from ..errors import MAX_ERRORS
from ..protocol.tags import TAG
from .json_types import JSON_TYPES
from .keyword_messages import (
    CHECKED_KEYWORDS,
    KeywordCheck,
    Path,
    as_list,
    error_entry,
    keyword_checks,
    type_predicate,
)
from .linear_jsonschema import LinearValidator
from .validator import validator

# Explained in this module. jsonschema explains all other keywords.
_EXPLAINED_HERE = frozenset(
    {*CHECKED_KEYWORDS, "$ref", "$defs", "properties", "prefixItems", "items", "allOf", "anyOf"}
)

# On each level of nesting the rest of the value is validated once more.
_MAX_DEPTH = 16


class _Subschema:
    """A schema inside the document. Its validator and its keywords are prepared on first use."""

    __slots__ = ("_defs", "accepts", "keywords", "schema")

    def __init__(self, schema: JsonSchema, defs: dict[str, JsonSchema]) -> None:
        self.schema = schema
        self.keywords: _Keywords | None = None
        self._defs = defs
        self.accepts: Callable[[Any], bool] = self._compile_and_accept

    def _compile_and_accept(self, value: Any) -> bool:
        schema = self.schema
        if isinstance(schema, bool):
            self.accepts = lambda value: schema
        elif len(schema) == 1 and "type" in schema:
            self.accepts = type_predicate(schema["type"])
        else:
            self.accepts = validator({**schema, "$defs": self._defs} if self._defs else schema)
        return self.accepts(value)


class _Keywords:
    """The keywords of one schema, grouped by how each is explained."""

    __slots__ = (
        "additional",
        "all_of",
        "any_of",
        "branches",
        "checks",
        "items",
        "others",
        "prefix_items",
        "properties",
    )

    def __init__(
        self, schema: dict[str, Any], subschema: Callable[[JsonSchema], _Subschema]
    ) -> None:
        self.branches: list[JsonSchema] | None = schema.get("anyOf")
        # If anyOf is the only keyword, a rejected value is known to break it.
        is_certain = self.branches is None or len(schema) == 1
        self.any_of = None if is_certain else subschema({"anyOf": self.branches})
        self.all_of = [subschema(each) for each in schema.get("allOf", ())]
        self.checks: list[tuple[str, KeywordCheck]] = keyword_checks(schema)
        others = {k: v for k, v in schema.items() if k not in _EXPLAINED_HERE}
        prefix_items, items = schema.get("prefixItems", ()), schema.get("items", True)
        if items is False:
            others.update(prefixItems=[True] * len(prefix_items), items=False)
        self.others = subschema(others) if others else None
        self.properties = {k: subschema(v) for k, v in schema.get("properties", {}).items()}
        additional = schema.get("additionalProperties", True)
        self.additional = None if isinstance(additional, bool) else subschema(additional)
        self.prefix_items = [subschema(each) for each in prefix_items]
        self.items = None if isinstance(items, bool) else subschema(items)

    def invalid_parts(self, value: Any) -> Iterator[tuple[str | int, _Subschema, Any]]:
        """Yield each member or item that its own schema rejects: name or index, schema, part."""
        if type(value) is dict:
            schema_of, additional = self.properties.get, self.additional
            for name, item in value.items():
                schema = schema_of(name, additional)
                if schema is not None and not schema.accepts(item):
                    yield name, schema, item
        elif type(value) is list:
            for index, (schema, item) in enumerate(zip(self.prefix_items, value, strict=False)):
                if not schema.accepts(item):
                    yield index, schema, item
            if self.items is not None:
                for index in range(len(self.prefix_items), len(value)):
                    if not self.items.accepts(value[index]):
                        yield index, self.items, value[index]


class Explainer:
    """Explains why one document, a schema with its ``$defs``, rejects values."""

    def __init__(self, document: JsonSchema) -> None:
        self._document = document
        self._defs = document.get("$defs", {}) if isinstance(document, dict) else {}
        # By the id() of the schema, which stays valid: the subschema holds a reference to it.
        self._subschemas: dict[int, _Subschema] = {}
        self._type_schemas: dict[tuple[str, ...], JsonSchema] = {}
        self._branches_by_type: dict[tuple[int, type], JsonSchema | None] = {}

    def errors(self, value: Any, schema: JsonSchema | None = None) -> list[dict[str, Any]]:
        """Return at most ``MAX_ERRORS`` errors as ``{"path", "message", "keyword"}``.

        ``schema`` is a part of the document, by default the whole document. ``value`` must be one
        that ``schema`` rejects.
        """
        errors: list[dict[str, Any]] = []
        subschema = self._subschema(self._document if schema is None else schema)
        self._explain(subschema, value, (), errors)
        return errors[:MAX_ERRORS]

    def _subschema(self, schema: JsonSchema) -> _Subschema:
        subschema = self._subschemas.get(id(schema))
        if subschema is None:
            subschema = self._subschemas[id(schema)] = _Subschema(schema, self._defs)
        return subschema

    def _explain(
        self, subschema: _Subschema, value: Any, path: Path, errors: list[dict[str, Any]]
    ) -> None:
        """Add the errors of a value that a subschema rejects."""
        keywords = subschema.keywords
        if keywords is None:
            schema = self._resolve(subschema.schema)
            if not isinstance(schema, dict):
                errors.append(error_entry(path, "no value is allowed here", "false"))
                return
            keywords = subschema.keywords = _Keywords(schema, self._subschema)
        if len(path) >= _MAX_DEPTH:
            message = "a value nested inside this one is not accepted"
            errors.append(error_entry(path, message, "depth"))
            return
        if keywords.branches is not None and (
            keywords.any_of is None or not keywords.any_of.accepts(value)
        ):
            self._explain_union(keywords.branches, value, path, errors)
        for each in keywords.all_of:
            if not each.accepts(value):
                self._explain(each, value, path, errors)
        for keyword, check in keywords.checks:
            for message in check(value):
                errors.append(error_entry(path, message, keyword))
        if keywords.others is not None and not keywords.others.accepts(value):
            errors.extend(self._jsonschema_errors(keywords.others.schema, value, path))
        for step, schema_of_part, part in keywords.invalid_parts(value):
            if len(errors) >= MAX_ERRORS:
                return
            self._explain(schema_of_part, part, (*path, step), errors)

    def _explain_union(
        self, branches: list[JsonSchema], value: Any, path: Path, errors: list[dict[str, Any]]
    ) -> None:
        branch = self._intended_branch(branches, value)
        if branch is None:
            message = f"{value!r} is not valid under any of the given schemas"
            errors.append(error_entry(path, message, "anyOf"))
        else:
            self._explain(self._subschema(branch), value, path, errors)

    def _intended_branch(self, branches: list[JsonSchema], value: Any) -> JsonSchema | None:
        """Return the branch of a union that the caller meant, judging by the tag or JSON type.

        ``None`` if more than one branch is possible. A value whose type is in no branch gets a
        schema of all their types.
        """
        if isinstance(value, dict):
            return self._find_branch(branches, value)
        key = (id(branches), type(value))
        if key not in self._branches_by_type:
            self._branches_by_type[key] = self._find_branch(branches, value)
        return self._branches_by_type[key]

    def _find_branch(self, branches: list[JsonSchema], value: Any) -> JsonSchema | None:
        candidates = [branch for branch in branches if self._has_type_of(branch, value)]
        is_tagged = isinstance(value, dict) and TAG in value
        if is_tagged:
            tagged = [branch for branch in candidates if self._tag_of(branch) is not None]
            candidates = tagged or candidates
        if len(candidates) == 1:
            return candidates[0]
        types = self._untagged_types(branches)
        if candidates or None in types or is_tagged:
            return None
        return self._type_schemas.setdefault(tuple(types), {"type": types})

    def _untagged_types(self, branches: list[JsonSchema]) -> list[Any]:
        """Return the types of the branches without a tag, ``None`` for a branch without a type."""
        types: list[Any] = []
        for branch in map(self._resolve, branches):
            if not isinstance(branch, dict):
                types.append(None)
            elif "anyOf" in branch:
                types.extend(self._untagged_types(branch["anyOf"]))
            elif self._tag_of(branch) is None:
                named = branch.get("type")
                types.extend(named if isinstance(named, list) else [named])
        return list(dict.fromkeys(types))

    def _resolve(self, schema: Any) -> Any:
        """Return the schema that a ``$ref`` refers to, any other schema as it is."""
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self._defs[schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def _tag_of(self, branch: Any) -> Any:
        """Return the tag that a branch requires, ``None`` for a branch without a tag."""
        branch = self._resolve(branch)
        tag = branch.get("properties", {}).get(TAG) if isinstance(branch, dict) else None
        return tag.get("const") if isinstance(tag, dict) else None

    def _has_type_of(self, branch: Any, value: Any) -> bool:
        """Return whether a branch accepts values with the tag or JSON type of ``value``."""
        branch = self._resolve(branch)
        if not isinstance(branch, dict):
            return bool(branch)
        if "anyOf" in branch:
            return any(self._has_type_of(each, value) for each in branch["anyOf"])
        tag = self._tag_of(branch)
        if tag is not None:
            return isinstance(value, dict) and bool(value.get(TAG) == tag)
        if isinstance(value, dict) and TAG in value and TAG in branch.get("properties", {}):
            return False
        named = branch.get("type")
        if named is None:
            return True
        json_type = JSON_TYPES.get(type(value), "object")
        equivalent = "integer" if json_type == "number" else json_type
        return not {json_type, equivalent}.isdisjoint(as_list(named))

    def _jsonschema_errors(self, schema: Any, value: Any, path: Path) -> list[dict[str, Any]]:
        """Return the errors that jsonschema finds."""
        reference = LinearValidator({**schema, "$defs": self._defs})
        try:
            found = list(islice(reference.iter_errors(value), MAX_ERRORS))
        except RecursionError:
            found = []
        if not found:  # too deep for jsonschema, or a keyword that is not checked there
            return [error_entry(path, f"{value!r} is not accepted", next(iter(schema)))]
        return [error_entry(path, each.message, str(each.validator)) for each in found]
