"""Values that were chosen to collide: the sets and dicts of models have the limits of all others."""

from __future__ import annotations

import dataclasses
from typing import Any

import attrs
import msgspec
import pydantic
import pytest

from adjax_jsonrpc.types import hashing
from tests.support.models import refused


@dataclasses.dataclass
class Plain:
    numbers: set[int] = dataclasses.field(default_factory=set)
    names: dict[int, str] = dataclasses.field(default_factory=dict)


@attrs.define
class Attrs:
    numbers: set[int] = attrs.field(factory=set)
    names: dict[int, str] = attrs.field(factory=dict)


class Pydantic(pydantic.BaseModel):
    numbers: set[int] = set()
    names: dict[int, str] = {}


class Strict(Pydantic):
    model_config = pydantic.ConfigDict(strict=True)


class Msgspec(msgspec.Struct):
    numbers: set[int] = msgspec.field(default_factory=set)
    names: dict[int, str] = msgspec.field(default_factory=dict)


class CountedInt(int):
    """An integer that counts comparisons: a table of n values with one hash needs n²/2 of them."""

    compared = 0

    def __eq__(self, other: Any) -> bool:
        CountedInt.compared += 1
        return int.__eq__(self, other)

    __hash__ = int.__hash__


COLLIDING = [number * (2**61 - 1) for number in range(2000)]
"""Multiples of this prime have the same hash."""
WIRES = {
    "numbers": {"__type__": "set", "value": COLLIDING},
    "names": {"__type__": "map", "value": [[number, ""] for number in COLLIDING]},
}


@pytest.mark.parametrize("model", [Plain, Attrs, Pydantic, Strict, Msgspec])
@pytest.mark.parametrize("name", WIRES)
def test_colliding_members_are_refused_before_they_are_compared(model, name, monkeypatch):
    real, CountedInt.compared = hashing.freeze, 0
    monkeypatch.setattr(hashing, "freeze", lambda value: CountedInt(real(value)))
    ((path, message),) = refused(model, {name: WIRES[name]})
    assert path == f"/0/{name}" and "same hash" in message
    assert CountedInt.compared < len(COLLIDING)


@pytest.mark.parametrize("model", [Plain, Attrs, Pydantic, Strict, Msgspec])
def test_more_members_than_the_limit_are_refused(model):
    wire = {"numbers": {"__type__": "set", "value": [*range(hashing.MAX_UNSALTED + 1)]}}
    assert refused(model, wire)[0][0] == "/0/numbers/value"
