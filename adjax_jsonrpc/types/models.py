"""Models of pydantic and msgspec → codec: the library's own JSON Schema and validation.

Models are recognized by attributes of their class, so that no library has to be imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..errors import WireError, excerpt
from .builder import Args, CodecBuilder
from .codec import Codec


def is_pydantic(cls: Any) -> bool:
    """Return whether ``cls`` is a pydantic model."""
    return hasattr(cls, "model_json_schema") and hasattr(cls, "model_validate")


def pydantic_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a pydantic model. pydantic validates what the JSON Schema accepts."""

    def build() -> Codec:
        schema = cls.model_json_schema(
            mode="serialization" if builder.for_results else "validation",
            ref_template=f"#/$defs/{cls.__name__}.{{model}}",
        )
        _add_definitions(builder, cls, schema.pop("$defs", {}))
        return Codec(schema, decode, tags_only=False)

    def decode(value: Any) -> Any:
        try:
            return cls.model_validate(value)
        except ValueError as error:
            raise _first_error(error) from None

    return builder.define((cls, args), cls.__name__, build)


def _first_error(error: Any) -> WireError:
    """Return the first error of a pydantic ``ValidationError``; any other error as it is."""
    details = error.errors()[0] if hasattr(error, "errors") else {"msg": str(error)}
    wire_error = WireError(excerpt(str(details["msg"])))
    for step in reversed(details.get("loc", ())):
        wire_error.inside(step)
    return wire_error


def struct_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a msgspec Struct. msgspec validates what the JSON Schema accepts."""

    def build() -> Codec:
        (reference,), components = msgspec.json.schema_components(
            [cls], ref_template=f"#/$defs/{cls.__name__}.{{name}}"
        )
        _add_definitions(builder, cls, components)
        return Codec(reference, decode, tags_only=False)

    def decode(value: Any) -> Any:
        try:
            return msgspec.convert(value, cls)
        except msgspec.ValidationError as error:
            raise WireError(excerpt(str(error))) from None

    return builder.define((cls, args), cls.__name__, build)


def _add_definitions(builder: CodecBuilder, cls: Any, definitions: Mapping[str, Any]) -> None:
    for name, schema in definitions.items():
        builder.defs[f"{cls.__name__}.{name}"] = schema
