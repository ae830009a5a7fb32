"""Types of fields that only pydantic knows, such as ``HttpUrl`` → codec."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec

from ...errors import RegistrationError, WireError
from ..annotations import type_name
from ..builder import Args, CodecBuilder
from ..codec import Codec
from .library_schemas import embedded
from .pydantic_calls import schema_of, wire_error

_BASES: dict[str, type] = {
    "AwareDatetime": datetime,
    "NaiveDatetime": datetime,
    "PastDatetime": datetime,
    "FutureDatetime": datetime,
    "PastDate": date,
    "FutureDate": date,
}
"""Types of pydantic that are one of ours with a condition."""


def library_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a type of pydantic: its own schema and validation."""
    from pydantic import TypeAdapter

    if cls.__name__ == "ImportString":
        raise RegistrationError("ImportString can't be served: callers must not choose what is run")
    adapter = TypeAdapter(cls)
    base = _BASES.get(cls.__name__) if cls.__module__.startswith("pydantic.") else None
    if base is not None:
        codec = builder.codec(base)
        if builder.for_results or codec.decode is None:
            return codec
        decode = codec.decode
        return Codec(
            codec.schema, _validated(lambda value: adapter.validate_python(decode(value))), False
        )
    try:
        document = schema_of(cls, for_results=builder.for_results)
    except TypeError as error:
        raise RegistrationError(f"{type_name(cls)} has no JSON Schema: {error}") from None
    schema = embedded(builder, cls, document)
    if isinstance(schema, dict) and "format" in schema:
        # Some validators accept a line feed at the end of a URI.
        schema = {**schema, "not": {"pattern": "\\n"}}
    # As JSON: a strict model accepts the text of a type only where JSON has no such type.
    read = _validated(lambda value: adapter.validate_json(msgspec.json.encode(value)))
    return Codec(schema, None if builder.for_results else read, tags_only=False)


def _validated(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decode(value: Any) -> Any:
        try:
            return read(value)
        except WireError:
            raise
        except ValueError as error:
            raise wire_error(error, value) from None

    return decode
