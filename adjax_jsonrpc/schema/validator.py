"""Compile a JSON Schema to the function that accepts values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs

from .._types import JsonSchema
from ..errors import RegistrationError
from . import value_checks


def validator(schema: JsonSchema) -> Callable[[Any], bool]:
    """Compile a schema to a function that returns whether it accepts a value.

    ``format`` is asserted. Regular expressions run in linear time. Raises ``RegistrationError`` for
    a schema that is not valid, and for an expression that can't run in linear time.
    """
    try:
        return jsonschema_rs.Draft202012Validator(
            schema,
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
            keywords={value_checks.KEYWORD: value_checks.CompiledCheck},
        ).is_valid
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        message = getattr(error, "message", None) or str(error)
        raise RegistrationError(f"not a valid JSON Schema: {message}") from None
