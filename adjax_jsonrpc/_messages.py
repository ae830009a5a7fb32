"""Messages to callers: in the caller's language, with values as JSON.

A message is translated when it is made, so that it is in the language of the current call.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .errors import excerpt

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)


class _Language:
    """Holds the function that translates messages: none without Django."""

    translate: Callable[[str], str] = staticmethod(lambda message: message)


def translate_with(translate: Callable[[str], str]) -> None:
    """Translate all later messages with a function such as Django's ``gettext``."""
    _Language.translate = staticmethod(translate)


def gettext(message: str) -> str:
    """Return a message in the caller's language. ``makemessages`` finds calls of this name."""
    return _Language.translate(message)


def gettext_noop(message: str) -> str:
    """Mark a message that is translated later, when it is used. Returns it unchanged."""
    return message


def shown(value: Any, most: int = 120) -> str:
    """Return the JSON text of a value. Only about ``most`` characters are written of a long one."""
    if type(value) is str:
        return _ENCODER.encode(excerpt(value, most))
    text = ""
    for chunk in _ENCODER.iterencode(value):
        text += chunk if len(chunk) <= most else excerpt(chunk, most)
        if len(text) > most:
            return f"{text[:most]} …"
    return text
