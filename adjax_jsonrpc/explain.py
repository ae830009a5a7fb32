"""Why a value breaks a schema: bounded, and only for the parts that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import jsonschema

from .codec import validator
from .errors import MAX_ERRORS, excerpt, pointer
from .tags import TAG
from .typing import JsonSchema

# Keywords that lead to parts of a value; the explanation goes there by itself.
_DESCENDING = frozenset({"properties", "prefixItems", "items", "additionalProperties", "allOf"})
# Python's re and jsonschema's own check take quadratic or exponential time on these.
_UNBOUNDED: dict[str, Callable[[Any], str]] = {
    "pattern": lambda pattern: f"does not match the pattern {pattern!r}",
    "format": lambda name: f"is not a {name!r}",
    "uniqueItems": lambda _: "has non-unique items",
}
_JSON_TYPES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    type(None): "null",
    int: "number",
    float: "number",
}


class Explainer:
    """Explains refusals of one document: a schema with its ``$defs``."""

    def __init__(self, document: JsonSchema) -> None:
        self._document = document
        self._defs = document.get("$defs", {}) if isinstance(document, dict) else {}
        self._accepts: dict[int, Callable[[Any], bool]] = {}
        self._of_types: dict[tuple[str, ...], JsonSchema] = {}

    def errors(self, value: Any, schema: JsonSchema | None = None) -> list[dict[str, Any]]:
        """List at most ``MAX_ERRORS`` errors as ``{"path", "message", "keyword"}``.

        ``schema`` is a part of the document, which is the whole of it by default.
        """
        found = self._explain(self._document if schema is None else schema, value, ())
        return list(islice(found, MAX_ERRORS))

    def accepts(self, schema: JsonSchema, value: Any) -> bool:
        """Check a value against a part of the document, as fast as the whole is checked."""
        if isinstance(schema, bool):
            return schema
        check = self._accepts.get(id(schema))
        if check is None:
            part = {**schema, "$defs": self._defs} if self._defs else schema
            check = self._accepts[id(schema)] = validator(part)
        return check(value)

    def _explain(self, schema: JsonSchema, value: Any, path: Path) -> Iterator[dict[str, Any]]:
        if self.accepts(schema, value):
            return
        if not isinstance(schema, dict):
            yield _error(path, "nothing is allowed here", "false")
            return
        if "$ref" in schema:
            target = self._defs[schema["$ref"].removeprefix("#/$defs/")]
            yield from self._explain(target, value, path)
        if "anyOf" in schema:
            branch = self._meant(schema["anyOf"], value)
            if branch is not None:
                yield from self._explain(branch, value, path)
                schema = {k: v for k, v in schema.items() if k != "anyOf"}
        for part in schema.get("allOf", ()):
            yield from self._explain(part, value, path)
        yield from self._of_this_level(schema, value, path)
        for step, part, item in _parts(schema, value):
            yield from self._explain(part, item, (*path, step))

    def _meant(self, branches: list[JsonSchema], value: Any) -> JsonSchema | None:
        """Find the branch of a union that the value was meant for, by its tag or type."""
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
                types.append(branch.get("type"))
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
        kind = _JSON_TYPES.get(type(value), "object")
        named = branch.get("type")
        if named is None:
            return True
        return named == kind or (named == "integer" and kind == "number")

    def _of_this_level(
        self, schema: dict[str, Any], value: Any, path: Path
    ) -> Iterator[dict[str, Any]]:
        plain = {k: v for k, v in schema.items() if k not in _DESCENDING and k not in _UNBOUNDED}
        plain.pop("$ref", None)
        plain.pop("$defs", None)
        if schema.get("additionalProperties") is False and isinstance(value, dict):
            plain["properties"] = dict.fromkeys(schema.get("properties", ()), True)
            plain["additionalProperties"] = False
        if schema.get("items") is False and isinstance(value, list):
            plain["prefixItems"] = [True] * len(schema.get("prefixItems", ()))
            plain["items"] = False
        reference = jsonschema.Draft202012Validator({**plain, "$defs": self._defs})
        for error in islice(reference.iter_errors(value), MAX_ERRORS):
            yield _error(path, error.message, str(error.validator))
        for keyword, message in _UNBOUNDED.items():
            if keyword in schema and not validator({keyword: schema[keyword]})(value):
                yield _error(path, f"{value!r} {message(schema[keyword])}", keyword)


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
