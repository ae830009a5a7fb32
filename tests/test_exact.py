"""Results that are exactly what their annotation says are sent as all others are, faster."""

from __future__ import annotations

import json
import typing
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjax_jsonrpc import ObjectType, Registry, Serializer
from adjax_jsonrpc.exact import UNSENT
from adjax_jsonrpc.gateway import Gateway, Limits

from .helpers import a_request
from .strategies import ANNOTATIONS, values


def method_giving(annotation: Any, held: list[Any], serializer: Serializer | None = None):
    registry = Registry(serializer or Serializer(), app_label=lambda module: "t")

    def give(request):
        return held[0]

    give.__annotations__["return"] = annotation
    registry.register(give)
    return Gateway(registry, Limits(depth=None)), registry.get("t.give").signature.send_exact


def response_to(gateway):
    return gateway.handle(json.dumps(a_request("t.give")).encode())


def result_of(gateway):
    text = response_to(gateway)
    return json.loads(text, parse_float=repr, parse_int=repr)["result"]


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_an_annotation_changes_nothing_of_what_is_sent(data):
    annotation = data.draw(ANNOTATIONS)
    held = [data.draw(values(annotation))]
    assert result_of(method_giving(annotation, held)[0]) == result_of(method_giving(Any, held)[0])


class Color(Enum):
    RED = "red"
    NONE = None


@dataclass
class Stay:
    guest: UUID
    nights: tuple[date, ...]
    arrival: datetime | None
    color: Color = Color.RED


UTC = datetime(2026, 11, 22, 9, 30, 0, 123, timezone.utc)
NAIVE = datetime(1, 1, 1)
GUEST = UUID(int=5)
EXACT = [
    (list[datetime], [UTC, NAIVE, UTC]),
    (list[datetime], []),
    (list[datetime], [UTC, UTC.astimezone(timezone(timedelta(hours=-3)))]),
    (list[datetime], [datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Berlin"))]),
    (list[date], [date(1, 1, 1), date(9999, 12, 31)]),
    (list[UUID], [GUEST, UUID(int=2**128 - 1)]),
    (dict[str, list[datetime]], {"Z": [UTC], "": []}),
    (tuple[datetime, str], (UTC, "Z")),
    (tuple[int, ...], (1, 2)),
    (typing.Optional[Color], Color.NONE),
    (list[Stay], [Stay(GUEST, (date(2026, 1, 2),), UTC), Stay(GUEST, (), None, Color.NONE)]),
]


@pytest.mark.parametrize(("annotation", "value"), EXACT, ids=repr)
def test_an_exact_value_is_sent_without_the_walk_by_the_same_bytes(annotation, value):
    gateway, send_exact = method_giving(annotation, [value])
    assert send_exact(value) is not UNSENT
    assert response_to(gateway) == response_to(method_giving(Any, [value])[0])


class Midnight(datetime):
    pass


INEXACT = [
    (list[datetime], [Midnight(2026, 1, 1)]),
    (list[datetime], [UTC, "2026-11-22"]),
    (list[date], [UTC]),
    (Stay, Stay("no uuid", (), None)),
    (tuple[int, int], (1, 2, 3)),
    (tuple[int, ...], (1, 2**60)),
    (datetime, datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=30)))),
]


@pytest.mark.parametrize(("annotation", "value"), INEXACT, ids=repr)
def test_any_other_value_is_left_to_the_walk(annotation, value):
    assert method_giving(annotation, [value])[1](value) is UNSENT


def test_a_field_that_was_never_set_is_the_methods_own_error():
    stay = Stay(GUEST, (), None)
    del stay.guest
    response = json.loads(response_to(method_giving(Stay, [stay])[0]))
    assert response["error"]["code"] == -32603


def test_a_class_that_is_sent_in_a_form_of_its_own_keeps_it():
    serializer = Serializer()
    serializer.convert(Stay, lambda stay: {"guest": "somebody"})
    assert method_giving(Stay, [None], serializer)[1] is None


def test_a_registered_type_takes_the_place_of_a_built_in_one():
    serializer = Serializer()

    @serializer.enable
    class Seconds(ObjectType):
        name, cls = "seconds", datetime

        @classmethod
        def encode(cls, value):
            return {"value": value.timestamp()}

    gateway, _ = method_giving(list[datetime], [[UTC]], serializer)
    assert json.loads(response_to(gateway))["result"][0]["__type__"] == "seconds"


def test_an_annotation_deeper_than_pythons_blocks_is_served():
    annotation, value = int, 1
    for _ in range(60):
        annotation, value = list[annotation], [value]
    assert result_of(method_giving(annotation, [value])[0]) == json.loads(
        json.dumps(value), parse_int=repr
    )
