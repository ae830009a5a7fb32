"""Words of a command line → params of a call."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from .._types import Params
from ..methods.method import Method
from ..methods.signature import Signature

MISSPELT = 2
"""The exit status for a command line that makes no sense."""

_NAMED = re.compile(r"([^\W\d]\w*)=(.*)", re.DOTALL)


def read_text(name: str) -> str:
    """Return the text of a file, of standard input for ``-``. Raises ``CommandError``."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} can't be read: {error}", returncode=MISSPELT) from None


def params_of(words: Sequence[str], method: Method | None) -> Params:
    """Return the params for arguments: an array, or an object if one is ``name=value``.

    A value is JSON, ``@file`` with JSON in it, or otherwise text. JSON that a parameter of
    ``method`` refuses is text, too, if the parameter accepts that: ``12`` for a ``str``. Raises
    ``CommandError``.
    """
    named = [_NAMED.fullmatch(word) for word in words]
    accepts = _Acceptors(method)
    if not any(named):
        return [_value(word, accepts.at(index)) for index, word in enumerate(words)]
    params: dict[str, Any] = {}
    for index, (word, found) in enumerate(zip(words, named, strict=True)):
        name, text = (found[1], found[2]) if found else (accepts.name_at(index), word)
        if name is None:
            raise CommandError(
                f"{word!r} has no name: write all arguments as name=value", returncode=MISSPELT
            )
        if name in params:
            raise CommandError(f"{name} is given twice", returncode=MISSPELT)
        params[name] = _value(text, accepts.named(name))
    return params


class _Acceptors:
    """Says of each parameter of a method whether it accepts a value."""

    def __init__(self, method: Method | None) -> None:
        signature = None if method is None else method.signature
        self._names = [] if signature is None else signature.names
        self._signature = signature if isinstance(signature, Signature) else None

    def name_at(self, index: int) -> str | None:
        return self._names[index] if index < len(self._names) else None

    def at(self, index: int) -> Callable[[Any], bool]:
        name = self.name_at(index)
        return _anything if name is None else self.named(name)

    def named(self, name: str) -> Callable[[Any], bool]:
        signature = self._signature
        if signature is None or name not in self._names:
            return _anything

        def accepts(value: Any) -> bool:
            errors = signature.validate({name: deepcopy(value)}) or []
            return all(each["path"].split("/")[1:2] != [name] for each in errors)

        return accepts


def _anything(value: Any) -> bool:
    return True


def _value(text: str, accepts: Callable[[Any], bool]) -> Any:
    if text.startswith("@"):
        return _json(read_text(text[1:]), text[1:])
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if not accepts(value) and accepts(text) else value


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CommandError(f"{where} is not JSON: {error}", returncode=MISSPELT) from None
