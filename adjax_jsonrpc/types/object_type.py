"""What a tagged type is: its name, its class, and how its values are written and read."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from .._types import Members
from ..protocol.tags import TAG


class ObjectType:
    """A pluggable type: an object whose ``__type__`` is ``name``, beside its own members.

    ``encode`` gives the members, ``decode`` takes them (with the tag among them) back. Members
    may hold values of any registered type. ``schema`` maps each member to the JSON Schema of its
    wire form; without it, an exported schema allows any members.
    """

    TYPE: ClassVar[str] = TAG

    name: ClassVar[str | None] = None
    cls: ClassVar[type | None] = None
    schema: ClassVar[Members | None] = None

    @classmethod
    def encode(cls, value: Any) -> dict[str, Any]:
        """Give the members that stand for ``value``."""
        return {"value": value}

    @classmethod
    def decode(cls, value: dict[str, Any]) -> Any:
        """Make the value from its members; ``ValueError`` says what is wrong with them."""
        return value["value"]


class TextType(ObjectType):
    """A built-in type whose ``value`` is a string that ``pattern`` matches whole.

    ``format`` and ``content_encoding`` are the JSON Schema keywords of the plain form, the
    same string without a tag, which is taken where an annotation tells the type.
    """

    pattern: ClassVar[str]
    max_length: ClassVar[int | None] = None
    format: ClassVar[str | None] = None
    content_encoding: ClassVar[str | None] = None
    _match: ClassVar[Any]

    def __init_subclass__(cls) -> None:
        cls._match = re.compile(cls.pattern).fullmatch
        cls.schema = {"value": cls.string_schema()}

    @classmethod
    def matches(cls, text: str) -> bool:
        """Whether ``text`` is a whole match of the pattern."""
        return cls._match(text) is not None

    @classmethod
    def string_schema(cls) -> dict[str, Any]:
        """The schema of the string inside the tag."""
        schema: dict[str, Any] = {"type": "string", "pattern": f"^(?:{cls.pattern})$"}
        if cls.max_length is not None:
            schema["maxLength"] = cls.max_length
        else:
            # Validators that use Python's "$" let a trailing line feed pass without this.
            schema["not"] = {"pattern": "\\n"}
        return schema

    @classmethod
    def plain_schema(cls) -> dict[str, Any]:
        """The schema of the plain form."""
        schema = cls.string_schema()
        if cls.format is not None:
            schema["format"] = cls.format
        if cls.content_encoding is not None:
            schema["contentEncoding"] = cls.content_encoding
        return schema

    @classmethod
    def encode(cls, value: Any) -> dict[str, Any]:
        return {"value": cls.write(value)}

    @classmethod
    def decode(cls, value: dict[str, Any]) -> Any:
        text = value["value"]
        if type(text) is not str or cls._match(text) is None or len(value) != 2:
            raise ValueError(f"this is no {cls.name}")
        if cls.max_length is not None and len(text) > cls.max_length:
            raise ValueError(f"longer than {cls.max_length} characters")
        return cls.read(text)

    @classmethod
    def write(cls, value: Any) -> str:
        """Write ``value`` as its string."""
        return str(value)

    @classmethod
    def read(cls, text: str) -> Any:
        """Make the value from a string that ``pattern`` has matched."""
        raise NotImplementedError
