"""Constraints on the fast path: code for the keywords that one comparison can enforce."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .checks import FLOAT, INTEGER, STRING, Check
from .codegen import CodeWriter

_OF_NUMBERS = {
    "minimum": "{v} >= {limit}",
    "maximum": "{v} <= {limit}",
    "exclusiveMinimum": "{v} > {limit}",
    "exclusiveMaximum": "{v} < {limit}",
}
_OF_LENGTHS = {
    "min_length": "len({v}) >= {limit}",
    "minLength": "len({v}) >= {limit}",
    "minItems": "len({v}) >= {limit}",
    "max_length": "len({v}) <= {limit}",
    "maxLength": "len({v}) <= {limit}",
    "maxItems": "len({v}) <= {limit}",
}


def limited(check: Check | None, keywords: Mapping[str, Any]) -> Check | None:
    """Return a check with further keywords, ``None`` if one of them needs the schema."""
    if check is None:
        return None
    if check in (INTEGER, FLOAT):
        templates = _OF_NUMBERS
    elif check is STRING or check.types == {list}:
        templates = _OF_LENGTHS
    else:
        return None
    if any(k not in templates or type(n) not in (int, float) for k, n in keywords.items()):
        return None
    conditions = [(templates[keyword], limit) for keyword, limit in keywords.items()]

    def emit(writer: CodeWriter, v: str) -> str:
        output = check.emit(writer, v)
        for template, limit in conditions:
            writer.guard(template.format(v=v, limit=writer.constant(limit)))
        return output

    return replace(check, emit=emit, encode_all=None)
