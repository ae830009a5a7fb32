"""Models of other libraries, with their own schema and validation: pydantic, msgspec, attrs.

Recognized by what their classes carry: nothing is imported unless such a class is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..errors import WireError, excerpt
from .builder import Args, CodecBuilder
from .codec import Codec


def is_pydantic(cls: Any) -> bool:
    """Whether ``cls`` is a pydantic model."""
    return hasattr(cls, "model_json_schema") and hasattr(cls, "model_validate")


def pydantic_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Give the codec of a pydantic model: accepted by its JSON Schema, then by itself."""

    def build() -> Codec:
        schema = cls.model_json_schema(
            mode="serialization" if builder.for_results else "validation",
            ref_template=f"#/$defs/{cls.__name__}.{{model}}",
        )
        _adopt(builder, cls, schema.pop("$defs", {}))
        return Codec(schema, decode, tags_only=False)

    def decode(value: Any) -> Any:
        try:
            return cls.model_validate(value)
        except ValueError as error:
            raise _first(error) from None

    return builder.define((cls, args), cls.__name__, build)


def _first(error: Any) -> WireError:
    details = error.errors()[0] if hasattr(error, "errors") else {"msg": str(error)}
    wrong = WireError(excerpt(str(details["msg"])))
    for step in reversed(details.get("loc", ())):
        wrong.inside(step)
    return wrong


def struct_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Give the codec of a msgspec Struct."""

    def build() -> Codec:
        (reference,), components = msgspec.json.schema_components(
            [cls], ref_template=f"#/$defs/{cls.__name__}.{{name}}"
        )
        _adopt(builder, cls, components)
        return Codec(reference, decode, tags_only=False)

    def decode(value: Any) -> Any:
        try:
            return msgspec.convert(value, cls)
        except msgspec.ValidationError as error:
            raise WireError(excerpt(str(error))) from None

    return builder.define((cls, args), cls.__name__, build)


def _adopt(builder: CodecBuilder, cls: Any, definitions: Mapping[str, Any]) -> None:
    for name, schema in definitions.items():
        builder.defs[f"{cls.__name__}.{name}"] = schema
