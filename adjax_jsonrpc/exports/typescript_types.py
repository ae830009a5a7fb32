"""JSON Schema → the TypeScript type of the values that the client accepts or returns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .._types import JsonSchema
from ..protocol.tags import MAX_SAFE_INTEGER, TAG
from ..schema.subschemas import ref_name, tag_of
from ..types.markers import BIG_INTEGER

_TYPE_OF_TAG = {"datetime": 'Tagged<"datetime", Date>', "bigint": "bigint", "float": "number"}
_STRING_TAGS = frozenset(["date", "time", "duration", "decimal", "uuid"])
_IDENTIFIER = re.compile(r"[^\W\d][\w$]*")
_SIMPLE = re.compile(r"[\w$]+|\"[^\"]*\"")
_NO_MEMBERS = "{ [name: string]: never }"


class TypeWriter:
    """Converts schemas to TypeScript types.

    - ``refer`` returns the type for a name in ``$defs``.
    - ``built_in`` are the tags that the client decodes without registration.
    - With ``accepts`` the types are those that the client accepts, otherwise those it returns.
    - With ``big_integers`` every integer may be a ``bigint``, otherwise only those of ``BigInt``.
    """

    def __init__(
        self,
        refer: Callable[[str], str],
        built_in: frozenset[str],
        *,
        accepts: bool,
        big_integers: bool,
    ) -> None:
        self._refer = refer
        self._built_in = built_in
        self._accepts = accepts
        self._big_integers = big_integers

    def type(self, schema: JsonSchema) -> str:
        """Return the type for any schema."""
        return _union(self._alternatives(schema))

    def array(self, schema: dict[str, Any], names: Sequence[str] = ()) -> str:
        """Return the type for a schema of an array. ``names`` are the labels of its first items."""
        items = schema.get("items", True)
        first = schema.get("prefixItems", [])
        if not first:
            return "[]" if schema.get("maxItems") == 0 else self._list(self.type(items))
        required = schema.get("minItems", 0)
        parts = []
        for index, item in enumerate(first):
            mark = "" if index < required else "?"
            written = self.type(item)
            if names:
                parts.append(f"{names[index]}{mark}: {written}")
            else:
                parts.append(f"({written})?" if mark else written)
        if items is not False and schema.get("maxItems") != len(first):
            parts.append(f"...{'rest: ' if names else ''}{_array_of(self.type(items))}")
        return f"[{', '.join(parts)}]"

    def members(self, schema: dict[str, Any]) -> list[str]:
        """Return the declaration of each member of an object."""
        properties = {n: p for n, p in schema.get("properties", {}).items() if n != TAG}
        required = schema.get("required", ())
        written = {name: self.type(part) for name, part in properties.items()}
        lines = [
            f"{member_name(name)}{'' if name in required else '?'}: {text}"
            for name, text in written.items()
        ]
        # Types in TypeScript allow further members anyway. An index signature would hide typos.
        others = schema.get("additionalProperties", not properties)
        if others is not False:
            optional = ["undefined"] if written.keys() - set(required) else []
            every = _union([self.type(others), *written.values(), *optional])
            lines.append(f"[name: string]: {every}")
        return lines

    def _alternatives(self, schema: JsonSchema, is_big: bool = False) -> list[str]:
        if not isinstance(schema, dict):
            return ["unknown" if schema else "never"]
        is_big = is_big or self._big_integers or schema.get("$comment") == BIG_INTEGER
        tag = tag_of(schema)
        if tag is not None and (tag in self._built_in or "$ref" not in schema):
            return self._tag(tag, schema)
        name = ref_name(schema)
        if name is not None:
            return [self._refer(name)]
        if "const" in schema:
            return [literal(schema["const"])]
        if "enum" in schema:
            return [literal(value) for value in schema["enum"]]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                branches = self._integers(schema[keyword], is_big)
                return [part for each in branches for part in self._alternatives(each, is_big)]
        if "allOf" in schema:
            parts = [*schema["allOf"], {k: v for k, v in schema.items() if k != "allOf"}]
            return [_intersection(_union(self._alternatives(part, is_big)) for part in parts)]
        if schema.get("not") in ({}, True):
            return ["never"]
        types = schema.get("type", _implied_types(schema))
        return [self._typed(t, schema) for t in ([types] if isinstance(types, str) else types)]

    def _typed(self, json_type: str, schema: dict[str, Any]) -> str:
        if json_type == "array":
            written = self.array(schema)
            return f"readonly {written}" if self._accepts and written[0] == "[" else written
        if json_type == "object":
            return self._object(schema)
        return "number" if json_type == "integer" else json_type

    def _object(self, schema: dict[str, Any]) -> str:
        if schema.get("maxProperties") == 0:
            return _NO_MEMBERS
        if TAG in schema.get("required", ()):  # any tag: the value of any class
            return "unknown"
        names = schema.get("propertyNames")
        if names is not None and not set(schema.get("properties", {})) - {TAG}:
            names_type = self.type(names)
            if names_type not in ("string", "unknown"):
                item = self.type(schema.get("additionalProperties", True))
                return f"{{ [Name in {names_type}]?: {item} }}"
        members = self.members(schema)
        return f"{{ {'; '.join(members)} }}" if members else _NO_MEMBERS

    def _integers(self, branches: list[JsonSchema], is_big: bool) -> list[JsonSchema]:
        """Return the branches, without the ``bigint`` of integers that are only numbers."""
        integers = [b for b in branches if isinstance(b, dict) and b.get("type") == "integer"]
        is_small = not self._accepts and all(_is_safe(each) for each in integers)
        if not integers or (is_big and not is_small):
            return branches
        return [each for each in branches if tag_of(each) != "bigint"]

    def _tag(self, tag: str, schema: dict[str, Any]) -> list[str]:
        value = schema.get("properties", {}).get("value", True)
        if tag not in self._built_in:
            return [f"Tagged<{literal(tag)}>"]
        if tag in _STRING_TAGS:
            return [f"Tagged<{literal(tag)}, {'never' if self._accepts else 'string'}>"]
        if tag == "bytes":
            return ["Uint8Array", "ArrayBuffer"] if self._accepts else ["Uint8Array"]
        if tag == "set":
            item = self.type(value.get("items", True) if isinstance(value, dict) else True)
            return [f"ReadonlySet<{item}>" if self._accepts else f"Set<{item}>"]
        if tag in ("map", "object"):
            return [self._pairs(tag, value)]
        return [_TYPE_OF_TAG[tag]]

    def _pairs(self, tag: str, value: JsonSchema) -> str:
        pair = value.get("items") if isinstance(value, dict) else None
        first, second = pair.get("prefixItems", [True, True]) if pair else (True, True)
        name, item = self.type(first), self.type(second)
        if tag == "object":
            return f"{{ [name: string]: {item} }}"
        return f"{'ReadonlyMap' if self._accepts else 'Map'}<{name}, {item}>"

    def _list(self, item: str) -> str:
        if self._accepts:
            return f"readonly {item}[]" if _SIMPLE.fullmatch(item) else f"ReadonlyArray<{item}>"
        return _array_of(item)


def literal(value: Any) -> str:
    """Return the literal type of a JSON value."""
    if type(value) is int and abs(value) > MAX_SAFE_INTEGER:
        return f"{value}n"
    if isinstance(value, (dict, list)):
        return "unknown"
    return json.dumps(value, ensure_ascii=False)


def member_name(name: str) -> str:
    """Return a name as the name of a member, quoted if necessary."""
    return name if _IDENTIFIER.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _union(types: Iterable[str]) -> str:
    parts = list(dict.fromkeys(types))
    if "unknown" in parts:
        return "unknown"
    return " | ".join(part for part in parts if part != "never") or "never"


def _intersection(types: Iterable[str]) -> str:
    parts = [each for each in dict.fromkeys(types) if each != "unknown"]
    return " & ".join(f"({p})" if " | " in p else p for p in parts) or "unknown"


def _array_of(item: str) -> str:
    return f"{item}[]" if _SIMPLE.fullmatch(item) else f"Array<{item}>"


def _implied_types(schema: dict[str, Any]) -> list[str]:
    if schema.keys() & {"properties", "additionalProperties", "required"}:
        return ["object"]
    return ["array"] if schema.keys() & {"items", "prefixItems"} else ["unknown"]


def _is_safe(integer: dict[str, Any]) -> bool:
    low = integer.get("minimum", integer.get("exclusiveMinimum"))
    high = integer.get("maximum", integer.get("exclusiveMaximum"))
    if low is None or high is None:
        return False
    return bool(low >= -MAX_SAFE_INTEGER and high <= MAX_SAFE_INTEGER)
