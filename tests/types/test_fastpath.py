"""Results that are exactly what their annotation says are sent as all others are, faster."""

from __future__ import annotations

import json
import typing
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from enum import Enum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjax_jsonrpc import ObjectType, Registry, Serializer, typed
from adjax_jsonrpc.gateway import Gateway, Limits
from adjax_jsonrpc.protocol.json import dump
from adjax_jsonrpc.types.fastpath.codegen import FALLBACK
from tests.support.calls import a_request
from tests.support.examples import examples
from tests.support.strategies import ANNOTATIONS, values


def method_giving(annotation: Any, held: list[Any], serializer: Serializer | None = None):
    registry = Registry(serializer or Serializer(), app_label=lambda module: "t")

    def give(request):
        return held[0]

    give.__annotations__["return"] = annotation
    registry.register(give)
    return Gateway(registry, Limits(depth=None)), registry.get("t.give").signature.encode_fast


def response_to(gateway):
    return gateway.handle(json.dumps(a_request("t.give")).encode())


def result_of(gateway):
    text = response_to(gateway)
    return json.loads(text, parse_float=repr, parse_int=repr)["result"]


def walked(value):
    """Return what the walk through a value sends, which nothing else here may differ from."""
    return dump(Serializer().to_wire(value))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_an_annotation_changes_nothing_of_what_is_sent(data):
    annotation = data.draw(ANNOTATIONS)
    held = [data.draw(values(annotation))]
    sent = json.loads(walked(held[0]), parse_float=repr, parse_int=repr)
    assert result_of(method_giving(annotation, held)[0]) == sent
    assert result_of(method_giving(Any, held)[0]) == sent


@settings(max_examples=examples(500), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_fast_path_sends_only_what_the_schema_of_the_result_accepts(data):
    annotation = data.draw(ANNOTATIONS)
    # Values of the annotation, and of another one: a method may return anything.
    held = [data.draw(values(annotation) | ANNOTATIONS.flatmap(values))]
    gateway, encode_fast = method_giving(annotation, held)
    sent = FALLBACK if encode_fast is None else encode_fast(held[0])
    if sent is not FALLBACK:
        wire = json.loads(dump(sent))
        assert wire == json.loads(walked(held[0]))
        schema = gateway.registry.get("t.give").signature.result_schema
        checker = jsonschema.FormatChecker()
        assert jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(wire)


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


@pytest.mark.parametrize(("annotation", "value"), EXACT)
def test_an_exact_value_is_sent_without_the_walk_by_the_same_bytes(annotation, value):
    gateway, encode_fast = method_giving(annotation, [value])
    assert encode_fast(value) is not FALLBACK
    assert response_to(gateway) == b'{"jsonrpc":"2.0","result":%s,"id":1}' % walked(value)


def piece(*choices):
    return st.sampled_from(choices)


NEARLY_DATES = st.builds(
    "".join, st.tuples(piece("2026", "0000", "9999"), piece("-02-"), piece("28", "30", "1"))
)
NEARLY_DATETIMES = st.builds(
    "".join,
    st.tuples(
        NEARLY_DATES,
        piece("T", "t", " "),
        piece("09:30:00", "23:59:60", "24:00:00", "09:30"),
        piece("", ".1", ".123", ".123456", ".1234567", "."),
        piece("", "Z", "z", "+00:00", "-05:30", "+0530", "+24:00", "+05", "-00:00"),
    ),
)
NEARLY_UUIDS = st.sampled_from([str(GUEST), str(GUEST).upper(), "0" * 32, "0" * 36, f"{{{GUEST}}}"])
NEARLY = {datetime: NEARLY_DATETIMES, date: NEARLY_DATES, UUID: NEARLY_UUIDS}


@pytest.mark.parametrize("cls", NEARLY)
@settings(max_examples=examples(300), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_whole_list_of_texts_is_read_only_where_the_schema_accepts_it(cls, data):
    name = {datetime: "datetime", date: "date", UUID: "uuid"}[cls]
    text = NEARLY[cls] | st.none() | st.integers()
    tag = st.fixed_dictionaries(
        {"__type__": st.just(name), "value": text}, optional={"more": st.none()}
    )
    alike = text.map(lambda text: [text] * 3)
    texts = data.draw(st.lists(text, max_size=2) | alike | st.lists(tag | text, max_size=2))
    registry = Registry(Serializer(), app_label=lambda module: "t")

    def take(request, values):
        return None

    take.__annotations__["values"] = list[cls]
    registry.register(typed(strict=True)(take) if data.draw(st.booleans()) else take)
    signature = registry.get("t.take").signature
    taken = signature.accept_fast([list(texts)])
    if taken is not FALLBACK:
        assert jsonschema.Draft202012Validator(signature.params_schema).is_valid([texts])
        assert taken == signature.bind([list(texts)], tags=False)[0]
        assert [type(value) for value in taken[0]] == [cls] * len(texts)


HALF_PAST = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("2026-11-22T09:30:00.000Z", HALF_PAST),
        ("2026-11-22T09:30:00+00:00", HALF_PAST),
        ("2026-11-22T06:30:00.5-03:00", HALF_PAST + timedelta(milliseconds=500)),
        ({"__type__": "datetime", "value": "2026-11-22T09:30:00Z"}, HALF_PAST),
    ],
)
def test_what_javascript_and_python_write_is_read_as_a_whole_list(form, value):
    registry = Registry(Serializer(), app_label=lambda module: "t")

    @registry.register
    def take(request, values: list[datetime]):
        return None

    accept_fast = registry.get("t.take").signature.accept_fast
    assert accept_fast({"values": [form, form]}) == {"values": [value, value]}


def taker_of(annotation):
    registry = Registry(Serializer(), app_label=lambda module: "t")

    def take(request, value):
        return None

    take.__annotations__["value"] = annotation
    registry.register(take)
    return registry.get("t.take").signature.accept_fast


@pytest.mark.parametrize("value", ["a", 1, 2**70, 1.5, True, None])
def test_a_scalar_is_taken_as_it_is_where_nothing_is_annotated(value):
    accept_fast = taker_of(Any)
    assert accept_fast([value]) == [value]
    assert accept_fast({"value": value}) == {"value": value}
    assert accept_fast([[value]]) is FALLBACK
    assert taker_of(list)([[value]]) == [[value]]


@pytest.mark.parametrize("other", [list[datetime], str, dict])
def test_a_union_with_anything_is_left_to_its_first_branch(other):
    assert taker_of(typing.Union[Any, other]) is None


def test_a_float_without_an_annotation_is_sent_in_the_form_that_floats_have():
    serializer = Serializer()
    serializer.convert(float, round)
    for held, sent in ([2.7], 3), ([[2.7]], [3]):
        gateway, _ = method_giving(Any, held, serializer)
        assert json.loads(response_to(gateway))["result"] == sent


@pytest.mark.parametrize(
    ("cls", "annotation", "value"),
    [
        (list, list, [2]),
        (list, list[int], [2]),
        (list, dict[str, list[int]], {"a": [2]}),
        (dict, dict, {"a": 2}),
        (dict, list[dict[str, int]], [{"a": 2}]),
        (tuple, tuple[int, int], (2, 3)),
        (float, float, 2.5),
        (float, list[float], [2.5]),
    ],
)
def test_what_a_conversion_sends_is_sent_by_it_whatever_the_annotation_says(cls, annotation, value):
    asked = []

    def conversion(converted):
        asked.append(converted)
        return

    serializer = Serializer()
    serializer.convert(cls, conversion)
    gateway, encode_fast = method_giving(annotation, [value], serializer)
    response_to(gateway)
    assert encode_fast is None and len(asked) == 1


class Midnight(datetime):
    pass


NEAR_UTC = UTC.replace(tzinfo=timezone(timedelta(seconds=20)))
LEFT = [
    (list[datetime], [Midnight(2026, 1, 1)]),
    (list[datetime], [UTC, Midnight(2026, 1, 1, tzinfo=timezone.utc)]),
    (list[datetime], [NEAR_UTC]),
    (list[datetime], [UTC, NEAR_UTC]),
    (list[datetime], [UTC, "2026-11-22"]),
    (list[date], [UTC]),
    (Stay, Stay("no uuid", (), None)),
    (tuple[int, int], (1, 2, 3)),
    (tuple[int, ...], (1, 2**60)),
    (Any, 2**53),
    (Any, 1.5),
    (Any, [1]),
    (list, [1, [2]]),
    (datetime, datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=30)))),
]


class Alike(tzinfo):
    """A zone of its own that says it is like any other."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(timezone.utc)

    def utcoffset(self, moment):
        return timedelta(hours=2)


ZONES = [(timezone.utc, "+00:00"), (Alike(), "+02:00"), (None, "")]


@pytest.mark.parametrize("zones", [ZONES, ZONES[1:], *([zone, zone] for zone in ZONES)])
def test_each_datetime_of_a_list_keeps_its_zone(zones):
    moments = [datetime(2026, 1, 1, tzinfo=zone) for zone, _ in zones]
    sent = result_of(method_giving(list[datetime], [moments])[0])
    assert [each["value"] for each in sent] == [f"2026-01-01T00:00:00{end}" for _, end in zones]


@pytest.mark.parametrize(("annotation", "value"), LEFT)
def test_any_other_value_is_left_to_the_walk(annotation, value):
    assert method_giving(annotation, [value])[1](value) is FALLBACK


def test_a_field_that_was_never_set_is_the_methods_own_error():
    stay = Stay(GUEST, (), None)
    del stay.guest
    response = json.loads(response_to(method_giving(Stay, [stay])[0]))
    assert response["error"]["code"] == -32603


def test_a_class_that_is_sent_in_a_form_of_its_own_keeps_it():
    serializer = Serializer()
    serializer.convert(Stay, lambda stay: {"guest": "somebody"})
    assert method_giving(Stay, [None], serializer)[1] is None


def test_an_enum_that_a_conversion_sends_is_left_to_it():
    serializer = Serializer()
    serializer.convert(Color, lambda color: "red")
    gateway, encode_fast = method_giving(list[Color], [[Color.NONE]], serializer)
    assert encode_fast is None
    assert result_of(gateway) == ["red"]


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
