"""What the texts of ``vectors/`` mean in Python."""

from __future__ import annotations

import datetime as datetime_module
import decimal
import typing
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from adjax_jsonrpc import Schema
from adjax_jsonrpc.gateway import Gateway
from tests.support import strategies
from tests.support.calls import a_gateway

NAMES = {
    **vars(typing),
    **{
        name: getattr(datetime_module, name)
        for name in ("datetime", "date", "time", "timedelta", "timezone")
    },
    **vars(strategies),
    "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
    "Mapping": Mapping,
    "Sequence": Sequence,
    "Schema": Schema,
    "UserId": typing.NewType("UserId", int),
    "nan": float("nan"),
}


def served(annotation: str) -> tuple[Gateway, list[Any]]:
    """Return a gateway of ``t.f``, which takes an annotation, and the list of what it receives."""
    received: list[Any] = []

    def f(request, value):
        received.append(value)

    f.__annotations__["value"] = eval(annotation, dict(NAMES))
    return a_gateway(f), received


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, of one type, and in one order, all through."""
    if isinstance(one, float) and isinstance(other, float):
        return repr(one) == repr(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return one == other
