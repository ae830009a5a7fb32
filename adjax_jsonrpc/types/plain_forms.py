"""The plain form of a value on the wire: what keywords of JSON Schema speak of."""

from __future__ import annotations

from typing import Any

from ..protocol.tags import TAG
from .builtin_tags import BUILT_IN, BigIntType
from .container_tags import EscapedObjectType, MapType, SetType
from .object_type import TextType

_TEXTS = frozenset(each.name for each in BUILT_IN if issubclass(each, TextType))


def plain_form(value: Any) -> Any:
    """Return the wire form of a value without the tags of built-in types.

    A ``bigint`` becomes a number, a ``set`` an array, and an ``object``, and a ``map`` whose keys
    are strings, an object. Tags that are not valid are not changed.
    """
    if type(value) is list:
        return [plain_form(item) for item in value]
    if type(value) is not dict:
        return value
    members = {name: plain_form(item) for name, item in value.items()}
    tag, content = members.get(TAG), members.get("value")
    if tag == BigIntType.name and type(content) is str:
        return int(content) if BigIntType.matches(content) and len(content) <= 4300 else value
    if type(tag) is str and tag in _TEXTS and type(content) is str:
        return content
    if tag == SetType.name and type(content) is list:
        return content
    if tag in (MapType.name, EscapedObjectType.name) and type(content) is list:
        return _object_of(content)
    return members


def _object_of(pairs: list[Any]) -> Any:
    are_members = all(
        type(pair) is list and len(pair) == 2 and type(pair[0]) is str for pair in pairs
    )
    return dict(pairs) if are_members else pairs
