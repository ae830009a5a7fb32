"""What a body has to be answered with, told by the standard library's json alone.

It knows nothing of ``adjax_jsonrpc`` but what docs/wire.md says, so that a mistake of one is
no mistake of both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

DEPTH = 100
BATCH = 100
_ID_IS_NULL = "null"


class Pairs(list):
    """The members of an object, those that were repeated too."""


class Number(str):
    """A number as it was written: no digit of it is lost."""


class NotJsonError(Exception):
    """The body is none that strict JSON takes."""


@dataclass(frozen=True)
class Expected:
    """What an entry is answered with: its ``id`` as text, and the ``codes`` that may stand there.

    ``None`` as a code is a result; no codes at all: whatever the method gives.
    """

    id: str
    codes: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """All that is answered, in order; ``is_batch`` says whether in an array."""

    expected: list[Expected]
    is_batch: bool


def judge(body: bytes, methods: Collection[str]) -> Verdict:
    """Judge a body that is sent to an endpoint with these methods."""
    try:
        value = read(body)
    except NotJsonError:
        # A batch is counted before it is parsed.
        many = body.lstrip().startswith(b"[") and body.count(b",") >= BATCH
        return Verdict([Expected(_ID_IS_NULL, (-32700, -32005) if many else (-32700,))], False)
    too_many = type(value) is list and len(value) > BATCH
    too_deep = depth(value) > DEPTH
    if too_many or too_deep:
        codes = (-32005,) * too_many + (-32700,) * too_deep
        return Verdict([Expected(_ID_IS_NULL, codes)], False)
    if type(value) is not list:
        return Verdict(_entry(value, methods), False)
    if not value:
        return Verdict([Expected(_ID_IS_NULL, (-32600,))], False)
    return Verdict([each for entry in value for each in _entry(entry, methods)], True)


def _entry(value: Any, methods: Collection[str]) -> list[Expected]:
    if type(value) is not Pairs:
        return [Expected(_ID_IS_NULL, (-32600,))]
    entry = dict(value)
    sent = entry.get("id")
    id_is_readable = type(sent) in (str, Number)
    echoed = written(sent) if id_is_readable else _ID_IS_NULL
    is_request = (
        entry.get("jsonrpc") == "2.0"
        and type(entry["jsonrpc"]) is str
        and type(entry.get("method")) is str
        and type(entry.get("params", Pairs())) in (list, Pairs)
        and (id_is_readable or sent is None)
    )
    if not is_request:
        return [Expected(echoed, (-32600,))]
    if "id" not in entry:
        return []
    return [Expected(echoed, () if entry["method"] in methods else (-32601,))]


def read(body: bytes) -> Any:
    """Read strict JSON: objects as ``Pairs``, numbers as ``Number``."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_int=Number,
            parse_float=_finite,
            parse_constant=_refuse,
            object_pairs_hook=Pairs,
        )
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)) from None
    for text in _texts(value):
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise NotJsonError("a lone surrogate") from None
    return value


def _finite(text: str) -> Number:
    if math.isinf(float(text)):
        raise NotJsonError("a number out of a double's range")
    return Number(text)


def _refuse(name: str) -> Any:
    raise NotJsonError(f"{name} is not JSON")


def _texts(value: Any) -> Any:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (list, tuple)):
            waiting.extend(part)
        elif isinstance(part, str):
            yield part


def depth(value: Any) -> int:
    """Return how deep the arrays and objects of a value are nested."""
    deepest = 0
    waiting = [(value, 1)]
    while waiting:
        part, level = waiting.pop()
        if isinstance(part, list):
            deepest = max(deepest, level)
            items = [item for _, item in part] if type(part) is Pairs else part
            waiting.extend((item, level + 1) for item in items)
    return deepest


def written(value: Any) -> str:
    """Write an id so that two are equal only where both are the same, digit for digit."""
    return str(value) if type(value) is Number else json.dumps(value)
