"""Changes a body as JSON: parts of it are exchanged for parts of others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any

_EDGES: list[Any] = [
    None, True, False, 0, -1, 2**53, 2**64, -(2**200), 0.5, -0.0, 1e308, "", "a" * 300, "\u0000",
    "\U0001f600", "__type__", "2026-11-22", "1/3", [], {}, [[]], {"__type__": "set", "value": []},
    {"__type__": "map", "value": [[1, 2]]}, {"__type__": "object", "value": [["__type__", 1]]},
    {"__type__": "decimal", "value": "NaN"}, {"__type__": "float", "value": "inf"},
]  # fmt: skip


def mutated(body: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Return a body with some of its parts changed; one of the others where it is no JSON."""
    document = _read(body)
    if document is None:
        return random.choice(others)
    try:
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            document = _changed(document, others, random)
        return json.dumps(document, ensure_ascii=random.random() < 0.3).encode()
    except (UnicodeEncodeError, RecursionError, ValueError):
        return body


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _changed(document: Any, others: Sequence[bytes], random: Random) -> Any:
    places = list(_places(document))
    if not places:
        return [document, deepcopy(document)]
    holder, key = random.choice(places)
    what = random.randrange(7)
    if what == 0:
        del holder[key]
    elif what == 1:
        holder[key] = deepcopy(random.choice(_EDGES))
    elif what == 2:
        other = list(_places(_read(random.choice(others))))
        if other:
            from_holder, from_key = random.choice(other)
            holder[key] = from_holder[from_key]
    elif what == 3:
        holder[key] = random.choice([[holder[key]], {"__type__": "set", "value": [holder[key]]}])
    elif what == 4 and isinstance(holder, list):
        holder.insert(key, deepcopy(holder[key]))
    elif what == 5 and isinstance(holder, dict):
        holder[random.choice(["__type__", "value", "id", "a", ""])] = deepcopy(holder[key])
    else:
        document = [document, deepcopy(document)]
    return document


def _places(value: Any) -> Any:
    """Yield each part of a document as its holder and its key there."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, (list, dict)):
            keys = range(len(holder)) if isinstance(holder, list) else list(holder)
            for key in keys:
                yield holder, key
                waiting.append(holder[key])
