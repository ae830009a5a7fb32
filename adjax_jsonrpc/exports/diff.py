"""What changed between two exports of methods, for those who call them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from .._types import Json, JsonSchema
from ..errors import excerpt, pointer
from ..schema.subschemas import ref_name
from .alternatives import ANNOTATIONS, alternatives, paired, resolved

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
"""Whether each kind of change breaks a caller: in params, in a result."""


@dataclass(frozen=True)
class Change:
    """One change: ``path`` is the place in the params or result, ``*`` any item or member."""

    method: str
    part: str
    path: str
    rule: str
    message: str

    @property
    def breaking(self) -> bool:
        """Whether a caller who did everything right before may fail now."""
        return RULES[self.rule][self.part == RESULT]

    def as_json(self) -> dict[str, Json]:
        """Give the change as JSON."""
        return {**asdict(self), "breaking": self.breaking}

    def __str__(self) -> str:
        verdict = "breaking" if self.breaking else "fine"
        return f"{verdict:8}  {self.part} {self.path}  {self.rule}: {self.message}"


Export: TypeAlias = "Mapping[str, Mapping[str, JsonSchema]]"
"""The schemas of methods: by name, then ``"params"`` and ``"result"``."""

_Path: TypeAlias = "tuple[str, ...]"
_Found: TypeAlias = "Iterator[tuple[_Path, str, str]]"
_LOWER = frozenset(
    ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
)
_UPPER = frozenset(
    ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
)
_COMPARED = ANNOTATIONS | {
    *("type", "properties", "required", "additionalProperties", "prefixItems", "items"),
    *("$defs", "$schema", "$comment", "const", "enum"),
}


def compare(old: Export, new: Export) -> list[Change]:
    """Give all changes between two exports, the methods in order of their names."""
    changes: list[Change] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            changes.append(Change(name, PARAMS, "", "method-removed", "the method is gone"))
        elif name not in old:
            changes.append(Change(name, PARAMS, "", "method-added", "the method is new"))
        else:
            for part in (PARAMS, RESULT):
                changes += compare_schemas(old[name][part], new[name][part], part, name)
    return changes


def compare_schemas(old: JsonSchema, new: JsonSchema, part: str, method: str = "") -> list[Change]:
    """Give the changes between two documents, each with its own ``$defs``."""
    found = _Comparison(old, new).schemas(old, new, ())
    changes = [Change(method, part, pointer(path), rule, text) for path, rule, text in found]
    return list(dict.fromkeys(changes))


class _Comparison:
    """Walks two schemas side by side; each finding is a path, a rule and a message."""

    def __init__(self, old: JsonSchema, new: JsonSchema) -> None:
        self._old_defs = old.get("$defs", {}) if isinstance(old, dict) else {}
        self._new_defs = new.get("$defs", {}) if isinstance(new, dict) else {}
        self._entered: set[tuple[str, str]] = set()

    def schemas(self, old: JsonSchema, new: JsonSchema, path: _Path) -> _Found:
        if isinstance(old, bool) and old is new:
            return
        before, after = ref_name(old), ref_name(new)
        if before is not None and after is not None:
            if (before, after) in self._entered:
                return
            self._entered.add((before, after))
        yield from self._annotations(
            resolved(old, self._old_defs), resolved(new, self._new_defs), path
        )
        old_ones = list(alternatives(old, self._old_defs))
        new_ones = list(alternatives(new, self._new_defs))
        removed, added, pairs = paired(old_ones, new_ones)
        for each in removed:
            if not any(other.covers(each) for other in new_ones):
                yield path, f"{each.noun}-removed", f"{each.name} is no longer allowed"
        for each in added:
            if not any(other.covers(each) for other in old_ones):
                yield path, f"{each.noun}-added", f"{each.name} is allowed now"
        for one, other in pairs:
            yield from self._pair(one.schema, other.schema, path)

    def _annotations(self, old: JsonSchema, new: JsonSchema, path: _Path) -> _Found:
        if isinstance(old, dict) and isinstance(new, dict):
            for keyword in sorted(ANNOTATIONS):
                if old.get(keyword) != new.get(keyword):
                    text = _arrow(keyword, old.get(keyword), new.get(keyword))
                    yield path, "description-changed", text

    def _pair(self, old: dict[str, Any], new: dict[str, Any], path: _Path) -> _Found:
        compared = _COMPARED
        if old.keys() & new.keys() & {"type"} and old["type"] == new["type"] == "array":
            titles = _titles(old), _titles(new)
            if titles[0] is not None and titles[1] is not None and (titles[0] or titles[1]):
                compared = _COMPARED | {"minItems", "maxItems"}
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
                yield path, rule, _arrow(keyword, old.get(keyword), new.get(keyword))

    def _members(
        self,
        old: tuple[Mapping[str, JsonSchema], list[str]],
        new: tuple[Mapping[str, JsonSchema], list[str]],
        others: tuple[JsonSchema, JsonSchema],
        path: _Path,
    ) -> _Found:
        (old_members, old_required), (new_members, new_required) = old, new
        for name in sorted(old_members.keys() | new_members.keys()):
            place = (*path, name)
            before, after = old_members.get(name, others[0]), new_members.get(name, others[1])
            if before is not False and after is False:
                yield place, "member-removed", "it is gone"
            elif before is False and after is not False:
                rule = "required-member-added" if name in new_required else "member-added"
                yield place, rule, rule.replace("-", " ")
            else:
                if (name in old_required) != (name in new_required):
                    became = "required" if name in new_required else "optional"
                    yield place, f"member-became-{became}", f"it is {became} now"
                yield from self.schemas(before, after, place)
        yield from self._others(*others, "others-refused", "others-allowed", path)

    def _others(
        self, old: JsonSchema, new: JsonSchema, refused: str, allowed: str, path: _Path
    ) -> _Found:
        if old is not False and new is not False:
            yield from self.schemas(old, new, (*path, "*"))
        elif old is not new:
            rule = refused if new is False else allowed
            yield (*path, "*"), rule, f"more of them are {'refused' if new is False else 'allowed'}"

    def _items(self, old: dict[str, Any], new: dict[str, Any], path: _Path) -> _Found:
        old_first, new_first = old.get("prefixItems", []), new.get("prefixItems", [])
        old_rest, new_rest = _rest(old), _rest(new)
        for index in range(max(len(old_first), len(new_first))):
            place = (*path, str(index))
            before = old_first[index] if index < len(old_first) else old_rest
            after = new_first[index] if index < len(new_first) else new_rest
            if before is not False and after is False:
                yield place, "item-removed", "it is gone"
            elif before is False and after is not False:
                yield place, "item-added", "it is new"
            else:
                yield from self.schemas(before, after, place)
        yield from self._others(old_rest, new_rest, "item-removed", "item-added", path)

    def _positions(
        self,
        old: dict[str, Any],
        new: dict[str, Any],
        old_names: list[str],
        new_names: list[str],
        path: _Path,
    ) -> _Found:
        """Compare parameters by position under their names."""
        for index, name in enumerate(old_names):
            if name in new_names and new_names.index(name) != index:
                text = f"it was parameter {index}, and is {new_names.index(name)} now"
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
    """Give the names of the parameters where an array is one of those."""
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


def _arrow(keyword: str, old: Json, new: Json) -> str:
    was, now = (
        "–" if v is None else excerpt(json.dumps(v, ensure_ascii=False)) for v in (old, new)
    )
    return f"{keyword}: {was} → {now}"
