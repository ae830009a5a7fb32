"""The forms of strings that have a name, such as dates: explained by name, not by their pattern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

_KEYWORDS = frozenset({"type", "pattern", "not", "maxLength", "format", "contentEncoding"})


class TextForm(NamedTuple):
    """A form of strings.

    - ``schema``: its JSON Schema.
    - ``description``: what it is, with an example; not yet translated.
    - ``hint``: returns a message, not yet translated, that says more about a string; or ``None``.
    """

    schema: dict[str, Any]
    description: str
    hint: Callable[[str], str | None]


FORMS: dict[str, TextForm] = {}
"""The forms by the pattern in their schema. ``types`` adds those of the built-in types."""


def text_form(schema: dict[str, Any]) -> tuple[TextForm, dict[str, Any]] | None:
    """Return the form that a schema describes, with the keywords that describe it."""
    form = FORMS.get(schema.get("pattern", ""))
    if form is None:
        return None
    own = {k: v for k, v in schema.items() if k in _KEYWORDS and form.schema.get(k) == v}
    return form, own
