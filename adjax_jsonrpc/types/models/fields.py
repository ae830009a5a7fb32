"""The codecs of single fields."""

from __future__ import annotations

from typing import Any

from ...errors import RegistrationError
from ..annotations import type_name
from ..builder import CodecBuilder
from ..codec import Codec


def field_codec(builder: CodecBuilder, cls: Any, name: str, annotation: Any) -> Codec:
    """Return the codec of a field. Raises ``RegistrationError`` with its name in front."""
    try:
        return builder.codec(annotation)
    except RegistrationError as error:
        raise RegistrationError(f"field {name!r} of {type_name(cls)}: {error}") from None
