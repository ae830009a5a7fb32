"""JSON Schema → strategy of hypothesis: values that the schema accepts."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st

from .._types import JsonSchema
from ..protocol.tags import TAG
from ..schema.subschemas import ref_name

Values: TypeAlias = "st.SearchStrategy[Any]"

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXT
ANY_JSON: Values = st.recursive(
    _SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda values: (
        st.lists(values, max_size=3)
        | st.dictionaries(_TEXT.filter(lambda name: name != TAG), values, max_size=3)
    ),
    max_leaves=5,
)
"""Any JSON value without tags."""

_MOST_ITEMS = 4
"""How many items more than the fewest an array or object has."""

_FORMATS: dict[str, Values] = {
    "date": st.dates().map(str),
    "date-time": st.datetimes(timezones=st.timezones()).map(lambda when: when.isoformat()),
    "time": st.times().map(lambda time: f"{time.isoformat()}Z"),
    "duration": st.integers(0, 10**6).map("PT{}S".format),
    "email": st.emails(domains=st.just("example.org")),
    "ipv4": st.ip_addresses(v=4).map(str),
    "ipv6": st.ip_addresses(v=6).map(str),
    "uri": st.from_regex(r"https://[a-z]{1,9}\.example/[a-z0-9]{0,9}", fullmatch=True),
    "uuid": st.uuids().map(str),
}
_TAG_PREFIX = "tag."
_TAG_VALUES: dict[str, Values] = {
    "datetime": st.datetimes().map(lambda when: when.isoformat()) | _FORMATS["date-time"],
    "date": _FORMATS["date"],
    "time": st.times().map(lambda time: time.isoformat()),
    "duration": _FORMATS["duration"],
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    "uuid": _FORMATS["uuid"],
    "bigint": st.integers().map(str),
}
"""The values of tags whose patterns describe more than what can be decoded."""
_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


def json_values(schema: JsonSchema) -> Values:
    """Return a strategy of values for a schema with its ``$defs``.

    Keywords that only exclude values (``not``, ``if``, ``contains``) are not considered: filter by
    the schema's validator.
    """
    defs: Mapping[str, JsonSchema] = schema.get("$defs", {}) if isinstance(schema, dict) else {}

    @cache
    def definition(name: str) -> Values:
        return st.deferred(lambda: _values(defs[name], definition))

    return _values(schema, definition)


def _values(schema: JsonSchema, definition: Callable[[str], Values]) -> Values:
    if isinstance(schema, bool):
        return ANY_JSON if schema else st.nothing()
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    name = ref_name(schema)
    if name is not None:
        tag = name.removeprefix(_TAG_PREFIX)
        if name != tag and tag in _TAG_VALUES:
            return _TAG_VALUES[tag].map(lambda value: {TAG: tag, "value": value})
        return definition(name)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return st.one_of(*(_values(each, definition) for each in schema[keyword]))
    if "allOf" in schema:
        merged: dict[str, Any] = {k: v for k, v in schema.items() if k != "allOf"}
        for each in schema["allOf"]:
            merged = {**(each if isinstance(each, dict) else {}), **merged}
        return _values(merged, definition)
    types = schema.get("type", _TYPES)
    if isinstance(types, str):
        types = [types]
    return st.one_of(*(_of_type(each, schema, definition) for each in types))


def _of_type(name: str, schema: Mapping[str, Any], definition: Callable[[str], Values]) -> Values:
    if name == "null":
        return st.none()
    if name == "boolean":
        return st.booleans()
    if name == "integer":
        return _integers(schema)
    if name == "number":
        return _integers(schema) | _floats(schema)
    if name == "string":
        return _strings(schema)
    if name == "array":
        return _arrays(schema, definition)
    return _objects(schema, definition)


def _integers(schema: Mapping[str, Any]) -> Values:
    lowest, highest = _bounds(schema)
    step = schema.get("multipleOf", 1)
    if not isinstance(step, int):
        step = 1
    least = math.ceil(max(lowest, -(2**53) + 1) / step)
    most = math.floor(min(highest, 2**53 - 1) / step)
    if "exclusiveMinimum" in schema and least * step <= schema["exclusiveMinimum"]:
        least += 1
    if "exclusiveMaximum" in schema and most * step >= schema["exclusiveMaximum"]:
        most -= 1
    return st.integers(least, most).map(lambda n: n * step) if least <= most else st.nothing()


def _floats(schema: Mapping[str, Any]) -> Values:
    lowest, highest = _bounds(schema)
    step = schema.get("multipleOf")
    if step is not None:
        return _integers({**schema, "multipleOf": 1}).map(lambda n: n * step)
    return st.floats(
        None if lowest == -math.inf else lowest,
        None if highest == math.inf else highest,
        allow_nan=False,
        allow_infinity=False,
    )


def _bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    lowest = max(schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf))
    highest = min(schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf))
    return lowest, highest


def _strings(schema: Mapping[str, Any]) -> Values:
    if schema.get("contentEncoding") == "base64":
        return st.binary(max_size=20).map(lambda value: base64.b64encode(value).decode())
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if "pattern" in schema:
        return st.from_regex(schema["pattern"]).filter(_without_surrogates)
    least = schema.get("minLength", 0)
    most = schema.get("maxLength", least + 20)
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=least, max_size=most)


def _without_surrogates(text: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in text)


def _arrays(schema: Mapping[str, Any], definition: Callable[[str], Values]) -> Values:
    items = _values(schema.get("items", True), definition)
    prefix = [_values(each, definition) for each in schema.get("prefixItems", [])]
    least = schema.get("minItems", 0)
    most = schema.get("maxItems", max(least, len(prefix)) + _MOST_ITEMS)
    if not prefix:
        unique = repr if schema.get("uniqueItems") else None
        return st.lists(items, min_size=least, max_size=max(most, least), unique_by=unique)
    fewest = min(least, len(prefix))
    shown = st.integers(fewest, min(len(prefix), most)).flatmap(
        lambda length: st.tuples(*prefix[:length]).map(list)
    )
    if schema.get("items") is False:
        return shown
    rest = st.lists(items, min_size=max(0, least - len(prefix)), max_size=most - fewest)
    return st.tuples(st.tuples(*prefix).map(list), rest).map(lambda both: both[0] + both[1]) | shown


def _objects(schema: Mapping[str, Any], definition: Callable[[str], Values]) -> Values:
    properties = {
        name: _values(each, definition)
        for name, each in schema.get("properties", {}).items()
        if each is not False
    }
    required = {name: properties.get(name, ANY_JSON) for name in schema.get("required", [])}
    optional = {name: each for name, each in properties.items() if name not in required}
    known = st.fixed_dictionaries(required, optional=optional)
    others = schema.get("additionalProperties", True)
    least = schema.get("minProperties", 0)
    if others is False or (others is True and properties and not least):
        return known
    names = _values({"type": "string", **_names(schema)}, definition)
    extra = st.dictionaries(
        names.filter(lambda name: name != TAG and name not in schema.get("properties", {})),
        _values(others, definition),
        min_size=max(0, least - len(required)),
        max_size=max(0, min(schema.get("maxProperties", least + _MOST_ITEMS), least + _MOST_ITEMS)),
    )
    return st.tuples(known, extra).map(lambda both: {**both[1], **both[0]})


def _names(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    names = schema.get("propertyNames", {})
    return names if isinstance(names, dict) else {}
