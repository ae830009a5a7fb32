"""The schema of given values: of a ``Literal`` and of an Enum."""

from __future__ import annotations

from typing import Any

from .._types import Decode, JsonSchema
from ..protocol.tags import MAX_SAFE_INTEGER
from ..schema.large_integers import exact_integer
from .builtin_tags import BigIntType
from .codec import tag_schema
from .serializer import decode_members


def value_schema(values: list[Any]) -> JsonSchema:
    """Return the schema of values with a JSON type. A large integer may have the ``bigint`` tag."""
    plain: dict[str, Any] = {"enum": values}
    large = [str(value) for value in values if is_large_integer(value)]
    if not large:
        return plain
    text = {"type": "string", "enum": large}
    return {"anyOf": [plain, tag_schema(BigIntType, {"value": text})]}


def is_large_integer(value: Any) -> bool:
    """Return whether a value is an integer that callers with 53 bits can't read."""
    return type(value) is int and abs(value) > MAX_SAFE_INTEGER


def value_decoder(values: list[Any], find: Decode) -> Decode:
    """Return the decoder of values. ``find`` returns the Python value for a plain value."""
    if not any(map(is_large_integer, values)):
        return find

    def decode(value: Any) -> Any:
        return find(integer_of(value) if type(value) in (float, dict) else value)

    return decode


def integer_of(value: Any) -> Any:
    """Return the integer that a wire form of an integer stands for."""
    if type(value) is float:
        return exact_integer(value)
    return decode_members(BigIntType, value) if type(value) is dict else value
