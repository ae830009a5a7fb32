"""What a tagged type is, and what decoded values need to be keys and members of sets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from .typing import Members

TAG = "__type__"
MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that a JavaScript number holds exactly."""

UNTAGGED: frozenset[type] = frozenset({str, bool, type(None)})
"""Types whose values are always sent as they are."""


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


def to_set(values: Iterable[Any]) -> set[Any]:
    """Make a set of decoded values: arrays become tuples, sets frozen ones."""
    frozen = [freeze(value) for value in values]
    _refuse_crafted_hashes(frozen)
    return set(frozen)


def to_dict(pairs: Iterable[list[Any]]) -> dict[Any, Any]:
    """Make a dict of decoded ``[key, value]`` pairs, the keys made hashable."""
    frozen = [(freeze(key), value) for key, value in pairs]
    _refuse_crafted_hashes(key for key, _ in frozen)
    return dict(frozen)


def freeze(value: Any) -> Any:
    """Make a decoded value hashable; ``ValueError`` for one that can't be."""
    if isinstance(value, (list, tuple)):
        values = [freeze(item) for item in value]
        # A named tuple is made of its fields, a plain one of one iterable.
        return type(value)(*values) if hasattr(value, "_fields") else tuple(values)
    if isinstance(value, set):
        return frozenset(value)
    try:
        hash(value)
    except TypeError:
        raise ValueError(f"a {type(value).__name__} can't be a key or a member of a set") from None
    return value


MAX_UNSALTED = 5000
"""The most numbers, and tuples or sets of such, that one set or dict from outside may hold."""
_MAX_ALIKE = 16
_SALTED = frozenset({str, bytes, date})


def _refuse_crafted_hashes(values: Iterable[Any]) -> None:
    """Refuse values chosen to collide in a hash table, where each would cost all others.

    Only the hashes of texts, bytes and dates differ from process to process.
    """
    hashes = sorted([hash(value) for value in values if type(value) not in _SALTED])
    if len(hashes) > MAX_UNSALTED:
        raise ValueError(f"more than {MAX_UNSALTED} members that are no texts, bytes or dates")
    if any(hashes[i] == hashes[i + _MAX_ALIKE] for i in range(len(hashes) - _MAX_ALIKE)):
        raise ValueError("too many values that are equal or hash alike")
