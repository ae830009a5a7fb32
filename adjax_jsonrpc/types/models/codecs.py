"""Models → codec: an object, or an array, of fields that have codecs of their own."""

from __future__ import annotations

from typing import Any

from ...errors import RegistrationError
from ...protocol.tags import TAG
from ..annotations import type_name
from ..builder import Args, CodecBuilder
from ..codec import Codec
from .lookup import model_of
from .params import params_codec
from .results import result_codec


def model_codec(builder: CodecBuilder, cls: Any, args: Args) -> Codec:
    """Return the codec of a model."""
    args = () if args == ((),) else args

    def build() -> Codec:
        model = model_of(cls, args)
        constant = model.constant[:1] if model.constant else ()
        if any(TAG in (*field.accepts, field.sends, *constant) for field in model.fields):
            raise RegistrationError(
                f"{type_name(cls)} has a field {TAG!r}: this name is reserved for tags"
            )
        return result_codec(builder, model) if builder.for_results else params_codec(builder, model)

    name = "_".join([type_name(cls).rstrip("_"), *map(type_name, args)])
    return builder.define((cls, args), name, build)
