"""Tagged types: the name of the tag, the class, and how its instances are encoded and decoded."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from .._messages import gettext
from .._types import Members
from ..errors import WireError
from ..protocol.tags import TAG
from ..schema.keyword_messages import form_message, render
from ..schema.text_forms import FORMS, TextForm


class ObjectType:
    """Base class of tagged types. ``Serializer.enable`` registers a subclass.

    A value of the class ``cls`` is sent as an object with the tag ``{"__type__": name}`` and the
    members that ``encode`` returns. ``decode`` returns the value for these members and the tag.
    Members may be values of any registered type. ``schema`` maps each member to the JSON Schema of
    its wire form. Without ``schema``, any members are allowed.
    """

    TYPE: ClassVar[str] = TAG
    """The member with the tag, for subclasses written for django-adjax 1.2."""

    name: ClassVar[str | None] = None
    cls: ClassVar[type | None] = None
    schema: ClassVar[Members | None] = None

    @classmethod
    def encode(cls, value: Any) -> dict[str, Any]:
        """Return the members of the tagged object for ``value``, without the tag."""
        return {"value": value}

    @classmethod
    def decode(cls, value: dict[str, Any]) -> Any:
        """Return the value for decoded members; ``value`` also contains the tag.

        Raise ``ValueError`` if the members are not valid. The message is sent to the caller.
        """
        return value["value"]


class TextType(ObjectType):
    """A built-in type with one member, ``value``: a string that ``pattern`` matches as a whole.

    Params may also have the plain form if the annotation tells the type: the same string without a
    tag. ``format`` and ``content_encoding`` are JSON Schema keywords of the plain form.
    ``max_length`` is a number of characters, which is that of every text with ``has_fixed_length``.
    ``description`` completes "the value is not …" in errors.
    """

    pattern: ClassVar[str]
    max_length: ClassVar[int | None] = None
    has_fixed_length: ClassVar[bool] = False
    format: ClassVar[str | None] = None
    content_encoding: ClassVar[str | None] = None
    description: ClassVar[str | None] = None
    form: ClassVar[TextForm]
    _match: ClassVar[Any]

    def __init_subclass__(cls) -> None:
        cls._match = re.compile(cls.pattern).fullmatch
        cls.schema = {"value": cls.string_schema()}
        description = cls.description or f"a valid {cls.name}"
        cls.form = TextForm(cls.plain_schema(), description, cls.hint)
        if cls.description is not None:
            FORMS[cls.form.schema["pattern"]] = cls.form

    @classmethod
    def matches(cls, text: str) -> bool:
        """Return whether the pattern matches ``text`` as a whole."""
        return cls._match(text) is not None

    @classmethod
    def hint(cls, text: str) -> str | None:
        """Return a message about a text that is not valid, better than its ``description``."""
        return None

    @classmethod
    def string_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of the string in the tagged object."""
        schema: dict[str, Any] = {"type": "string", "pattern": f"^(?:{cls.pattern})$"}
        if cls.max_length is not None:
            schema["maxLength"] = cls.max_length
        if not cls.has_fixed_length:
            # For validators that use Python's re, where "$" also matches before a final line feed.
            schema["not"] = {"pattern": "\\n"}
        return schema

    @classmethod
    def plain_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of the plain form."""
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
        if len(value) != 2:
            raise WireError(gettext('"value" must be the only member'))
        if type(text) is not str or cls._match(text) is None:
            raise WireError(cls.explain(text))
        if cls.max_length is not None and len(text) > cls.max_length:
            raise WireError(cls.explain(text))
        return cls.read_or_explain(text)

    @classmethod
    def read_or_explain(cls, text: str) -> Any:
        """Return the value for a string that ``pattern`` matches. Raises ``WireError``."""
        try:
            return cls.read(text)
        except (ValueError, ArithmeticError):
            raise WireError(cls.explain(text)) from None

    @classmethod
    def explain(cls, text: object) -> str:
        """Return the message for a value that is not valid."""
        return render(form_message(cls.form, text))

    @classmethod
    def write(cls, value: Any) -> str:
        """Return the string for ``value``."""
        return str(value)

    @classmethod
    def read(cls, text: str) -> Any:
        """Return the value for a string that ``pattern`` matches."""
        raise NotImplementedError
