"""The message of each JSON Schema keyword, and quick checks of the keywords that fail most often.

jsonschema needs a multiple of the time of these checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from .._messages import gettext, gettext_noop, shown
from .._types import JsonSchema
from ..errors import MAX_ERRORS, excerpt
from .text_forms import TextForm

Message: TypeAlias = "tuple[str, dict[str, Any]]"
"""A message that is not yet translated, and the values of its placeholders."""

KeywordCheck: TypeAlias = Callable[[Any], "list[Message]"]
"""Value → messages, one for each error. The list is empty if the value obeys the keyword."""

_TEMPLATES = {
    "type": gettext_noop("%(value)s is not of type %(limit)s"),
    "enum": gettext_noop("%(value)s is not one of %(limit)s"),
    "const": gettext_noop("%(value)s is not %(limit)s"),
    "minimum": gettext_noop("%(value)s is less than the minimum of %(limit)s"),
    "maximum": gettext_noop("%(value)s is greater than the maximum of %(limit)s"),
    "exclusiveMinimum": gettext_noop("%(value)s is not greater than %(limit)s"),
    "exclusiveMaximum": gettext_noop("%(value)s is not less than %(limit)s"),
    "multipleOf": gettext_noop("%(value)s is not a multiple of %(limit)s"),
    "minLength": gettext_noop("%(value)s is shorter than the minimum length of %(limit)s"),
    "maxLength": gettext_noop("%(value)s is longer than the maximum length of %(limit)s"),
    "minItems": gettext_noop("too few items: %(count)s, the minimum is %(limit)s"),
    "maxItems": gettext_noop("too many items: %(count)s, the maximum is %(limit)s"),
    "minProperties": gettext_noop("too few members: %(count)s, the minimum is %(limit)s"),
    "maxProperties": gettext_noop("too many members: %(count)s, the maximum is %(limit)s"),
    "uniqueItems": gettext_noop("%(value)s contains an item twice"),
    "pattern": gettext_noop("%(value)s does not match the pattern %(limit)s"),
    "format": gettext_noop("%(value)s does not have the format %(limit)s"),
    "required": gettext_noop("the member %(limit)s is missing"),
    "additionalProperties": gettext_noop("unexpected members: %(limit)s"),
    "anyOf": gettext_noop("%(value)s is none of these: %(limit)s"),
    "not": gettext_noop("%(value)s must not match %(limit)s"),
    "contains": gettext_noop("%(value)s needs items that match %(limit)s"),
    "false": gettext_noop("no value is allowed here"),
    "depth": gettext_noop("a value nested inside this one is not accepted"),
}
_OTHER = gettext_noop("%(value)s is not accepted by the keyword %(keyword)s")
_LENGTHS = frozenset(["minItems", "maxItems", "minProperties", "maxProperties"])

WRONG_TAG = gettext_noop("the tag %(value)s is not one of %(limit)s")
NO_TAG = gettext_noop("a value with the tag %(value)s is not accepted")
NOT_TAGGED = gettext_noop("%(value)s is not an object with the tag %(limit)s")
NOT_OF_FORM = gettext_noop("%(value)s is not %(form)s")


def message_of(keyword: str, limit: Any, value: Any) -> Message:
    """Return the message for a value that breaks a keyword, which has the value ``limit``."""
    template = _TEMPLATES.get(keyword, _OTHER)
    values = {"value": shown(value), "keyword": keyword}
    if keyword in _LENGTHS:
        values["count"] = str(len(value))
    if keyword == "required":
        values["limit"] = shown(next((name for name in limit if name not in value), limit))
    elif keyword in ("type", "pattern"):
        values["limit"] = excerpt(", ".join(as_list(limit)), 100)
    elif keyword in ("enum", "anyOf"):
        values["limit"] = listed(limit)
    else:
        values["limit"] = shown(limit)
    return template, values


def listed(values: Iterable[Any]) -> str:
    """Return values as a list in a sentence. A long list is cut."""
    return excerpt(", ".join(map(shown, values)), 160)


def form_message(form: TextForm, value: Any) -> Message:
    """Return the message for a value that does not have the form of a string."""
    hint = form.hint(value) if type(value) is str else None
    if hint is not None:
        return hint, {"value": shown(value)}
    return NOT_OF_FORM, {"value": shown(value), "form": Translated(form.description)}


class Translated(str):
    """A value of a placeholder that is a message itself."""

    __slots__ = ()


def render(message: Message, translate: Callable[[str], str] = gettext) -> str:
    """Return the text of a message, in the language of the caller."""
    template, values = message
    texts = {n: translate(v) if isinstance(v, Translated) else v for n, v in values.items()}
    return translate(template) % texts


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "null": (type(None),),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int,),
    "string": (str,),
    "array": (list,),
}


def as_list(names: str | list[str]) -> list[str]:
    """Return the value of the keyword ``type``, a name or a list of names, as a list."""
    return [names] if isinstance(names, str) else names


def type_predicate(wanted: str | list[str]) -> Callable[[Any], bool]:
    """Return the function that tests whether a value obeys the keyword ``type``."""
    names = as_list(wanted)
    types = frozenset(each for name in names for each in _PYTHON_TYPES[name])
    if "integer" in names and float not in types:
        return lambda value: type(value) in types or (type(value) is float and value.is_integer())
    return lambda value: type(value) in types


def _type_check(wanted: str | list[str], schema: dict[str, Any]) -> KeywordCheck:
    has_type = type_predicate(wanted)
    return lambda value: [] if has_type(value) else [message_of("type", wanted, value)]


def _required_check(required: list[str], schema: dict[str, Any]) -> KeywordCheck:
    def check(value: Any) -> list[Message]:
        if type(value) is not dict:
            return []
        return [message_of("required", [name], value) for name in required if name not in value]

    return check


def _additional_properties_check(
    allowed: JsonSchema, schema: dict[str, Any]
) -> KeywordCheck | None:
    if allowed is not False:
        return None
    known = frozenset(schema.get("properties", ()))

    def check(value: Any) -> list[Message]:
        if type(value) is not dict or value.keys() <= known:
            return []
        extra = sorted(name for name in value if name not in known)[:MAX_ERRORS]
        return [(_TEMPLATES["additionalProperties"], {"limit": listed(extra)})]

    return check


def _items_check(allowed: JsonSchema, schema: dict[str, Any]) -> KeywordCheck | None:
    if allowed is not False:
        return None
    most = len(schema.get("prefixItems", ()))

    def check(value: Any) -> list[Message]:
        is_long = type(value) is list and len(value) > most
        return [message_of("maxItems", most, value)] if is_long else []

    return check


_CHECKS: dict[str, Callable[[Any, dict[str, Any]], KeywordCheck | None]] = {
    "type": _type_check,
    "required": _required_check,
    "additionalProperties": _additional_properties_check,
    "items": _items_check,
}
CHECKED_KEYWORDS = frozenset(_CHECKS)
"""The keywords that ``keyword_checks`` covers."""


def keyword_checks(schema: dict[str, Any]) -> list[tuple[str, KeywordCheck]]:
    """Return the ``CHECKED_KEYWORDS`` of a schema, each with its check."""
    checks = []
    for keyword, make_check in _CHECKS.items():
        if keyword in schema:
            check = make_check(schema[keyword], schema)
            if check is not None:
                checks.append((keyword, check))
    return checks
