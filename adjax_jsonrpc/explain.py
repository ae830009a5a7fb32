"""Why a value breaks a schema: bounded, and only for the parts that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import jsonschema

from .codec import validator
from .errors import MAX_ERRORS, excerpt, pointer
from .kinds import JSON_TYPES
from .tags import TAG
from .typing import JsonSchema

# Python's re and jsonschema's own check take quadratic or exponential time on these.
_UNBOUNDED: dict[str, Callable[[Any], str]] = {
    "pattern": lambda pattern: f"does not match the pattern {pattern!r}",
    "format": lambda name: f"is not a {name!r}",
    "uniqueItems": lambda _: "has non-unique items",
}


def _wrong_type(value: Any, wanted: Any, schema: Any) -> list[str]:
    names = _listed(wanted)
    if any(_has_type(value, name) for name in names):
        return []
    return [f"{value!r} is not of type {', '.join(map(repr, names))}"]


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _has_type(value: Any, name: str) -> bool:
    kind = JSON_TYPES.get(type(value))
    if name == "integer":
        return kind == "number" and (type(value) is int or value.is_integer())
    return kind == name


def _missing(value: Any, required: list[str], schema: Any) -> list[str]:
    if type(value) is not dict:
        return []
    return [f"{name!r} is a required property" for name in required if name not in value]


def _unexpected(value: Any, allowed: Any, schema: dict[str, Any]) -> list[str]:
    if allowed is not False or type(value) is not dict:
        return []
    known = schema.get("properties", ())
    extra = [name for name in value if name not in known]
    if not extra:
        return []
    verb = "was" if len(extra) == 1 else "were"
    names = ", ".join(map(repr, sorted(extra)[:MAX_ERRORS]))
    return [f"Additional properties are not allowed ({names} {verb} unexpected)"]


# The commonest refusals, in jsonschema's words: it would take most of a refusal's time.
_MESSAGES: dict[str, Callable[[Any, Any, dict[str, Any]], list[str]]] = {
    "type": _wrong_type,
    "required": _missing,
    "additionalProperties": _unexpected,
}
# The explanation goes into the parts of a value by itself.
_LEFT_OUT = frozenset(
    {*_MESSAGES, "$ref", "$defs", "properties", "prefixItems", "items", "allOf", "anyOf"}
)


# Each step down checks the rest of the value anew.
_MAX_STEPS = 16


class Explainer:
    """Explains refusals of one document: a schema with its ``$defs``."""

    def __init__(self, document: JsonSchema) -> None:
        self._document = document
        self._defs = document.get("$defs", {}) if isinstance(document, dict) else {}
        # By the identity of parts of the document, which live as long as it does.
        self._accepts: dict[int, Callable[[Any], bool]] = {}
        self._rests: dict[int, dict[str, Any]] = {}
        self._of_types: dict[tuple[str, ...], JsonSchema] = {}
        self._meant_for: dict[tuple[int, type], JsonSchema | None] = {}

    def errors(self, value: Any, schema: JsonSchema | None = None) -> list[dict[str, Any]]:
        """List at most ``MAX_ERRORS`` errors as ``{"path", "message", "keyword"}``.

        ``schema`` is a part of the document, which is the whole of it by default, and one that
        refuses ``value``.
        """
        found: list[dict[str, Any]] = []
        self._explain(self._document if schema is None else schema, value, (), found)
        return found[:MAX_ERRORS]

    def accepts(self, schema: JsonSchema, value: Any) -> bool:
        """Check a value against a part of the document, as fast as the whole is checked."""
        if isinstance(schema, bool):
            return schema
        if len(schema) == 1 and "type" in schema:
            return not _wrong_type(value, schema["type"], schema)
        check = self._accepts.get(id(schema))
        if check is None:
            part = {**schema, "$defs": self._defs} if self._defs else schema
            check = self._accepts[id(schema)] = validator(part)
        return check(value)

    def _explain(
        self, schema: JsonSchema, value: Any, path: Path, found: list[dict[str, Any]]
    ) -> None:
        """Add the errors of a value that ``schema`` refuses."""
        schema = self._target(schema)
        if not isinstance(schema, dict):
            found.append(_error(path, "nothing is allowed here", "false"))
            return
        if len(path) >= _MAX_STEPS:
            found.append(_error(path, "something inside is not accepted", "depth"))
            return
        branches = schema.get("anyOf")
        only = len(schema) == 1  # then it is what refuses the value
        if branches is not None and (only or not self.accepts(self._part(schema, "anyOf"), value)):
            branch = self._meant(branches, value)
            if branch is None:
                text = f"{value!r} is not valid under any of the given schemas"
                found.append(_error(path, text, "anyOf"))
            else:
                self._explain(branch, value, path, found)
        for part in schema.get("allOf", ()):
            if not self.accepts(part, value):
                self._explain(part, value, path, found)
        self._explain_level(schema, value, path, found)
        for step, part, item in _parts(schema, value):
            if len(found) >= MAX_ERRORS:
                return
            if not self.accepts(part, item):
                self._explain(part, item, (*path, step), found)

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
        return bool({kind, "integer" if kind == "number" else kind} & {*_listed(named)})

    def _explain_level(
        self, schema: dict[str, Any], value: Any, path: Path, found: list[dict[str, Any]]
    ) -> None:
        for keyword, message in _MESSAGES.items():
            if keyword in schema:
                for text in message(value, schema[keyword], schema):
                    found.append(_error(path, text, keyword))
        rest = self._rest_of(schema)
        if rest and not self.accepts(rest, value):
            found.extend(self._by_reference(rest, value, path))

    def _part(self, schema: dict[str, Any], keyword: str) -> dict[str, Any]:
        """Give one keyword of a level as a schema of its own."""
        if len(schema) == 1:
            return schema
        key = id(schema[keyword])
        return self._rests.setdefault(key, {keyword: schema[keyword]})

    def _rest_of(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Give what of a level is neither explained by itself nor about parts of the value."""
        rest = self._rests.get(id(schema))
        if rest is None:
            rest = {k: v for k, v in schema.items() if k not in _LEFT_OUT}
            if schema.get("items") is False:
                rest["prefixItems"] = [True] * len(schema.get("prefixItems", ()))
                rest["items"] = False
            self._rests[id(schema)] = rest
        return rest

    def _by_reference(
        self, rest: dict[str, Any], value: Any, path: Path
    ) -> Iterator[dict[str, Any]]:
        bounded = {k: v for k, v in rest.items() if k not in _UNBOUNDED}
        reference = jsonschema.Draft202012Validator({**bounded, "$defs": self._defs})
        for error in islice(reference.iter_errors(value), MAX_ERRORS):
            yield _error(path, error.message, str(error.validator))
        for keyword, message in _UNBOUNDED.items():
            if keyword in rest and not validator({keyword: rest[keyword]})(value):
                yield _error(path, f"{value!r} {message(rest[keyword])}", keyword)


Path = tuple[str | int, ...]


def _parts(schema: dict[str, Any], value: Any) -> Iterator[tuple[str | int, JsonSchema, Any]]:
    """Give the parts of a value with the schema of each."""
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for name, item in value.items():
            if name in properties:
                yield name, properties[name], item
            elif others is not False:
                yield name, others, item
    elif isinstance(value, list):
        first = schema.get("prefixItems", ())
        others = schema.get("items", True)
        for index, item in enumerate(value):
            if index < len(first):
                yield index, first[index], item
            elif others is not True and others is not False:
                yield index, others, item


def _error(path: Path, message: str, keyword: str) -> dict[str, Any]:
    return {"path": pointer(path), "message": excerpt(message), "keyword": keyword}
