"""Changes between two exports of methods, and whether they break callers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from .._types import Json, JsonSchema
from ..errors import excerpt, pointer
from ..schema.subschemas import ANNOTATION_KEYWORDS, ref_name
from .alternatives import alternatives, match_alternatives, resolved

PARAMS, RESULT = "params", "result"

RULES: dict[str, tuple[bool, bool]] = {
    "method-removed": (True, True),
    "method-added": (False, False),
    "alternative-removed": (True, False),
    "alternative-added": (False, True),
    "value-removed": (True, False),
    "value-added": (False, True),
    "member-removed": (True, True),
    "member-added": (False, False),
    "required-member-added": (True, False),
    "member-became-required": (True, False),
    "member-became-optional": (False, True),
    "others-refused": (True, False),
    "others-allowed": (False, False),
    "position-changed": (True, True),
    "item-removed": (True, True),
    "item-added": (False, True),
    "bound-tightened": (True, False),
    "bound-loosened": (False, True),
    "constraint-added": (True, False),
    "constraint-removed": (False, True),
    "constraint-changed": (True, True),
    "description-changed": (False, False),
}
"""Rule → whether the change breaks callers in params, and whether in a result."""


@dataclass(frozen=True)
class Change:
    """One change of a method.

    ``part`` is ``"params"`` or ``"result"``. ``path`` is a JSON Pointer (RFC 6901) into the part,
    in which ``*`` stands for any item or member. ``rule`` is a key of ``RULES``.
    """

    method: str
    part: str
    path: str
    rule: str
    message: str

    @property
    def breaking(self) -> bool:
        """Whether a caller whose calls were correct before may fail now."""
        return RULES[self.rule][self.part == RESULT]

    def as_json(self) -> dict[str, Json]:
        """Return the change as a JSON value."""
        return {**asdict(self), "breaking": self.breaking}

    def __str__(self) -> str:
        verdict = "breaking" if self.breaking else "fine"
        return f"{verdict:8}  {self.part} {self.path}  {self.rule}: {self.message}"


Export: TypeAlias = "Mapping[str, Mapping[str, JsonSchema]]"
"""The schemas of methods by name: each has ``"params"`` and ``"result"``."""

_Path: TypeAlias = "tuple[str, ...]"
_Findings: TypeAlias = "Iterator[tuple[_Path, str, str]]"
"""Path, rule and message of each change."""
_LOWER = frozenset(
    ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
)
_UPPER = frozenset(
    ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
)
_COMPARED_ELSEWHERE = ANNOTATION_KEYWORDS | {
    *("type", "properties", "required", "additionalProperties", "prefixItems", "items"),
    *("$defs", "$schema", "$comment", "const", "enum"),
}
_RULES_OF_ADDITIONAL = {
    "members": ("others-refused", "others-allowed"),
    "items": ("item-removed", "item-added"),
}


def compare(old: Export, new: Export) -> list[Change]:
    """Return all changes between two exports, sorted by the names of the methods."""
    changes: list[Change] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            changes.append(Change(name, PARAMS, "", "method-removed", "the method was removed"))
        elif name not in old:
            changes.append(Change(name, PARAMS, "", "method-added", "the method is new"))
        else:
            for part in (PARAMS, RESULT):
                changes += compare_schemas(old[name][part], new[name][part], part, name)
    return changes


def compare_schemas(old: JsonSchema, new: JsonSchema, part: str, method: str = "") -> list[Change]:
    """Return the changes between two documents, each with its own ``$defs``."""
    found = _Comparison(old, new).schemas(old, new, ())
    changes = [Change(method, part, pointer(path), rule, text) for path, rule, text in found]
    return list(dict.fromkeys(changes))


class _Comparison:
    """Compares two documents, part by part."""

    def __init__(self, old: JsonSchema, new: JsonSchema) -> None:
        self._old_defs = old.get("$defs", {}) if isinstance(old, dict) else {}
        self._new_defs = new.get("$defs", {}) if isinstance(new, dict) else {}
        self._compared: set[tuple[str, str]] = set()

    def schemas(self, old: JsonSchema, new: JsonSchema, path: _Path) -> _Findings:
        if isinstance(old, bool) and old is new:
            return
        old_name, new_name = ref_name(old), ref_name(new)
        if old_name is not None and new_name is not None:
            if (old_name, new_name) in self._compared:
                return
            self._compared.add((old_name, new_name))
        yield from self._annotations(
            resolved(old, self._old_defs), resolved(new, self._new_defs), path
        )
        old_ones = list(alternatives(old, self._old_defs))
        new_ones = list(alternatives(new, self._new_defs))
        removed, added, pairs = match_alternatives(old_ones, new_ones)
        for each in removed:
            if not any(other.covers(each) for other in new_ones):
                yield path, f"{each.noun}-removed", f"{each.name} is no longer allowed"
        for each in added:
            if not any(other.covers(each) for other in old_ones):
                yield path, f"{each.noun}-added", f"{each.name} is allowed now"
        for before, after in pairs:
            yield from self._pair(before.schema, after.schema, path)

    def _annotations(self, old: JsonSchema, new: JsonSchema, path: _Path) -> _Findings:
        if isinstance(old, dict) and isinstance(new, dict):
            for keyword in sorted(ANNOTATION_KEYWORDS):
                if old.get(keyword) != new.get(keyword):
                    text = _change_text(keyword, old.get(keyword), new.get(keyword))
                    yield path, "description-changed", text

    def _pair(self, old: dict[str, Any], new: dict[str, Any], path: _Path) -> _Findings:
        compared = _COMPARED_ELSEWHERE
        if old.keys() & new.keys() & {"type"} and old["type"] == new["type"] == "array":
            titles = _titles(old), _titles(new)
            if titles[0] is not None and titles[1] is not None and (titles[0] or titles[1]):
                compared = _COMPARED_ELSEWHERE | {"minItems", "maxItems"}
                yield from self._positions(old, new, titles[0], titles[1], path)
            else:
                yield from self._items(old, new, path)
        else:
            yield from self._members(
                (old.get("properties", {}), old.get("required", [])),
                (new.get("properties", {}), new.get("required", [])),
                (old.get("additionalProperties", True), new.get("additionalProperties", True)),
                path,
            )
        for keyword in sorted((old.keys() | new.keys()) - compared):
            if old.get(keyword) != new.get(keyword):
                rule = _rule_of(keyword, old.get(keyword), new.get(keyword))
                yield path, rule, _change_text(keyword, old.get(keyword), new.get(keyword))

    def _members(
        self,
        old: tuple[Mapping[str, JsonSchema], list[str]],
        new: tuple[Mapping[str, JsonSchema], list[str]],
        others: tuple[JsonSchema, JsonSchema],
        path: _Path,
    ) -> _Findings:
        (old_members, old_required), (new_members, new_required) = old, new
        for name in sorted(old_members.keys() | new_members.keys()):
            place = (*path, name)
            before, after = old_members.get(name, others[0]), new_members.get(name, others[1])
            if before is not False and after is False:
                yield place, "member-removed", "member removed"
            elif before is False and after is not False:
                rule = "required-member-added" if name in new_required else "member-added"
                yield place, rule, rule.replace("-", " ")
            else:
                if (name in old_required) != (name in new_required):
                    became = "required" if name in new_required else "optional"
                    yield place, f"member-became-{became}", f"member is {became} now"
                yield from self.schemas(before, after, place)
        yield from self._additional(*others, "members", path)

    def _additional(self, old: JsonSchema, new: JsonSchema, what: str, path: _Path) -> _Findings:
        """Compare the schemas of additional members or items."""
        if old is not False and new is not False:
            yield from self.schemas(old, new, (*path, "*"))
        elif old is not new:
            refused, allowed = _RULES_OF_ADDITIONAL[what]
            rule, adverb = (refused, "no longer") if new is False else (allowed, "now")
            yield (*path, "*"), rule, f"additional {what} are {adverb} allowed"

    def _items(self, old: dict[str, Any], new: dict[str, Any], path: _Path) -> _Findings:
        old_first, new_first = old.get("prefixItems", []), new.get("prefixItems", [])
        old_rest, new_rest = _rest(old), _rest(new)
        for index in range(max(len(old_first), len(new_first))):
            place = (*path, str(index))
            before = old_first[index] if index < len(old_first) else old_rest
            after = new_first[index] if index < len(new_first) else new_rest
            if before is not False and after is False:
                yield place, "item-removed", "item removed"
            elif before is False and after is not False:
                yield place, "item-added", "item added"
            else:
                yield from self.schemas(before, after, place)
        yield from self._additional(old_rest, new_rest, "items", path)

    def _positions(
        self,
        old: dict[str, Any],
        new: dict[str, Any],
        old_names: list[str],
        new_names: list[str],
        path: _Path,
    ) -> _Findings:
        """Compare the parameters of an array by their names."""
        for index, name in enumerate(old_names):
            if name in new_names and new_names.index(name) != index:
                text = f"position: {index} → {new_names.index(name)}"
                yield (*path, name), "position-changed", text
        old_items = dict(zip(old_names, old.get("prefixItems", []), strict=True))
        new_items = dict(zip(new_names, new.get("prefixItems", []), strict=True))
        yield from self._members(
            (old_items, old_names[: old.get("minItems", 0)]),
            (new_items, new_names[: new.get("minItems", 0)]),
            (_rest(old), _rest(new)),
            path,
        )


def _titles(array: dict[str, Any]) -> list[str] | None:
    """Return the names of the parameters if an array describes params, else ``None``."""
    items = array.get("prefixItems", [])
    titles = [item.get("title") if isinstance(item, dict) else None for item in items]
    if None in titles or (not titles and _rest(array) is not False):
        return None
    return [str(title) for title in titles]


def _rest(array: dict[str, Any]) -> JsonSchema:
    if array.get("maxItems") == len(array.get("prefixItems", [])):
        return False
    rest: JsonSchema = array.get("items", True)
    return rest


def _rule_of(keyword: str, old: Json, new: Json) -> str:
    if keyword in _LOWER | _UPPER:
        if not isinstance(old, (int, float)) or not isinstance(new, (int, float)):
            return "bound-tightened" if old is None else "bound-loosened"
        return "bound-tightened" if (new > old) is (keyword in _LOWER) else "bound-loosened"
    if old in (None, False):
        return "constraint-added"
    return "constraint-removed" if new in (None, False) else "constraint-changed"


def _change_text(keyword: str, old: Json, new: Json) -> str:
    was, now = (
        "–" if v is None else excerpt(json.dumps(v, ensure_ascii=False)) for v in (old, new)
    )
    return f"{keyword}: {was} → {now}"
