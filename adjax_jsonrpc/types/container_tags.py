"""The built-in tagged types of sets and dicts, whose members may have tags themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .._messages import gettext
from .._types import JsonSchema, Members
from .hashing import to_dict, to_set
from .object_type import ObjectType

_PAIRS: JsonSchema = {
    "type": "array",
    "items": {"type": "array", "prefixItems": [True, True], "items": False, "minItems": 2},
}


class SetType(ObjectType):
    """A set as an array of its members."""

    name, cls = "set", set
    schema: ClassVar[Members] = {"value": {"type": "array"}}

    @classmethod
    def encode(cls, value: Iterable[Any]) -> dict[str, Any]:
        return {"value": list(value)}

    @classmethod
    def decode(cls, value: dict[str, Any]) -> set[Any]:
        return to_set(_only_array(value))


class MapType(ObjectType):
    """A dict with keys of any type, as an array of ``[key, value]`` pairs."""

    name = "map"
    schema: ClassVar[Members] = {"value": _PAIRS}

    @classmethod
    def encode(cls, value: Mapping[Any, Any]) -> dict[str, Any]:
        return {"value": [[key, item] for key, item in value.items()]}

    @classmethod
    def decode(cls, value: dict[str, Any]) -> dict[Any, Any]:
        return to_dict(_only_pairs(value))


class EscapedObjectType(MapType):
    """A dict with a key ``__type__`` that is data, as an array of ``[key, value]`` pairs."""

    name = "object"

    @classmethod
    def decode(cls, value: dict[str, Any]) -> dict[Any, Any]:
        pairs = _only_pairs(value)
        if any(type(key) is not str for key, _ in pairs):
            raise ValueError(gettext("a key of an object must be a string"))
        return dict(pairs)


def _only_array(members: dict[str, Any]) -> list[Any]:
    value = members["value"]
    if type(value) is not list or len(members) != 2:
        raise ValueError(gettext('"value" must be an array and the only member'))
    return value


def _only_pairs(members: dict[str, Any]) -> list[list[Any]]:
    pairs = _only_array(members)
    if any(type(pair) is not list or len(pair) != 2 for pair in pairs):
        raise ValueError(gettext('"value" must be an array of [key, value] pairs'))
    return pairs
