"""Values go to JavaScript and come back: Python → JSON → node → JSON → Python."""

from __future__ import annotations

import dataclasses
import enum
import json
import re
import subprocess
import typing
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional

import attrs
import msgspec
import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjax_jsonrpc import BigInt, Registry, Schema, Serializer
from adjax_jsonrpc.gateway import Gateway, Limits
from tests.support.calls import a_request
from tests.support.examples import examples
from tests.support.needs import needs
from tests.support.paths import ROOT
from tests.support.strategies import ANNOTATIONS, values

pytestmark = [pytest.mark.every_python, pytest.mark.node]

CLIENT = ROOT / "client"
NUMBERS_OF_ENUMS = re.compile("Access|Level|Marks")
# A moment comes back in UTC, where the first and the last ones of an offset have no year of Python's.
NO_YEAR = re.compile(r'"datetime","value":"(?:0000|\+010000)-')


@pytest.fixture(scope="module")
def node():
    needs("node")
    process = subprocess.Popen(
        ["node", "--import", "tsx", "test/roundtrip.ts"],
        cwd=CLIENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )

    def through(text: str) -> str:
        process.stdin.write(text + "\n")
        process.stdin.flush()
        return process.stdout.readline()

    yield through
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()


@pytest.fixture(scope="module")
def counts(request):
    counted = {"values": 0}
    yield counted
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\nPython to node and back: {counted['values']} values, 0 differences")


def _same(one: Any, other: Any) -> bool:
    """Equal in value and type; a number without a fraction has one type in JavaScript."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        if isinstance(one, bool) or isinstance(other, bool):
            return one is other
        if type(one) is type(other):
            return repr(one) == repr(other)
        # JavaScript writes the shortest digits that mean the same double.
        return float(one) == float(other)
    if type(one) is not type(other):
        return False
    if dataclasses.is_dataclass(one) or type(one) in MODELS:
        is_model = type(one) in MODELS
        fields = FIELDS if is_model else [field.name for field in dataclasses.fields(one)]
        return all(_same(getattr(one, name), getattr(other, name)) for name in fields)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if hasattr(one, "tzinfo"):
        return one == other and (one.tzinfo is None) == (other.tzinfo is None)
    return (
        one == other and str(one) == str(other)
        if not isinstance(one, (set, frozenset))
        else one == other
    )


def _served(annotation):
    registry = Registry(Serializer(), app_label=lambda module: "t")
    held: list[Any] = []

    def give(request):
        return held[0]

    def take(request, value):
        held[0] = value

    give.__annotations__["return"] = annotation
    take.__annotations__["value"] = annotation
    registry.register(give)
    registry.register(take)
    return Gateway(registry, Limits(depth=None)), held


def _send(gateway, method, params=None) -> str:
    body = json.dumps(a_request(method)).encode()
    if params is not None:
        body = b'{"jsonrpc":"2.0","method":"%s","params":[%s],"id":1}' % (method.encode(), params)
    answer = gateway.handle(body, bigint_tags=True).decode()
    response = json.loads(answer)
    assert "error" not in response, (answer, params)
    return json.dumps(response["result"], ensure_ascii=False)


class Huge(enum.IntEnum):
    SMALL = 1
    LARGE = 2**60
    NEGATIVE = -(2**70)


FIELDS: dict[str, Any] = {
    "count": int,
    "ratio": float,
    "at": datetime,
    "on": Optional[date],
    "price": Decimal,
    "content": bytes,
    "seen": set[int],
    "by_day": dict[date, list[str]],
    "level": Huge,
}
AsDataclass = dataclasses.make_dataclass("AsDataclass", [*FIELDS.items()])
AsAttrs = attrs.make_class("AsAttrs", {n: attrs.field(type=t) for n, t in FIELDS.items()})
AsStruct = msgspec.defstruct("AsStruct", [*FIELDS.items()])
AsModel = pydantic.create_model("AsModel", **{n: (t, ...) for n, t in FIELDS.items()})
MODELS = [AsDataclass, AsAttrs, AsStruct, AsModel]


def values_of(annotation: Any) -> st.SearchStrategy:
    """Values of an annotation of this module, or of ``strategies``."""
    if annotation in MODELS:
        return st.builds(annotation, **{name: values_of(t) for name, t in FIELDS.items()})
    if annotation is BigInt:
        return st.integers(-(2**200), 2**200)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is list and args[0] in OTHERS:
        return st.lists(values_of(args[0]), max_size=3)
    if origin is dict and args[1] in OTHERS:
        return st.dictionaries(values(args[0]), values_of(args[1]), max_size=3)
    return values(annotation)


OTHERS: list[Any] = [
    Huge,
    BigInt,
    Literal[2**60, -(2**60), "a"],
    Annotated[int, Schema(minimum=2**54, multipleOf=1)],
    *MODELS,
]
MORE = st.sampled_from(OTHERS).flatmap(
    lambda t: st.sampled_from([t, list[t], dict[str, t], dict[date, t]])
)
VALUES_EACH = 22


@settings(max_examples=examples(250), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_values_of_any_annotation_come_back(node, counts, data):
    annotation = data.draw(ANNOTATIONS | MORE, label="annotation")
    drawn = st.lists(values_of(annotation), min_size=VALUES_EACH, max_size=VALUES_EACH)
    gateway, held = _served(annotation)
    for value in data.draw(drawn, label="values"):
        if _comes_back(node, gateway, held, annotation, value):
            counts["values"] += 1


def _comes_back(node, gateway, held, annotation, value) -> bool:
    """Whether a value comes back the same; ``False`` if docs/types.md says that it does not."""
    held[:] = [value]
    wire = _send(gateway, "t.give")
    _send(gateway, "t.take", wire.encode())
    if not _same(value, held[0]):
        # Branches of a union with forms in common: the first one takes the value.
        union = any(word in repr(annotation) for word in ("Union", "Optional", "Any", " | "))
        assert union, (value, held[0])
        return False
    returned = node(wire)
    assert "failed" not in returned, returned
    if NO_YEAR.search(returned):
        return False
    _send(gateway, "t.take", returned.encode())
    if not _same(value, held[0]):
        # 1.0 comes back as 1, which is a member of an Enum beside float.
        text = repr(annotation)
        beside_float = "Union" in text and "float" in text and NUMBERS_OF_ENUMS.search(text)
        assert beside_float, (value, returned, held[0])
        return False
    return True


def test_so_many_values_came_back(counts):
    assert counts["values"] >= examples(5000)


@pytest.mark.parametrize("value", [datetime.min, datetime.max], ids=["first", "last"])
def test_a_moment_without_a_year_in_utc_is_refused_when_it_comes_back(node, value):
    minutes = 1 if value == datetime.min else -1
    gateway, held = _served(datetime)
    held.append(value.replace(tzinfo=timezone(timedelta(minutes=minutes))))
    wire = _send(gateway, "t.give")
    _send(gateway, "t.take", wire.encode())
    assert _same(value, held[0].replace(tzinfo=None))
    returned = node(wire)
    assert NO_YEAR.search(returned)
    with pytest.raises(AssertionError, match="-32602.*/0/value"):
        _send(gateway, "t.take", returned.encode())


@pytest.mark.parametrize(
    "value",
    [2**5000 - 1, -(2**5000), -0.0, float("nan"), float("-inf"), {"__type__": {"__type__": 1}}],
)
def test_awkward_values_come_back_untyped(node, value):
    serializer = Serializer()
    text = json.dumps(serializer.to_wire(value, bigint_tags=True))
    assert repr(serializer.decode(node(text))) == repr(value)


def test_nesting_of_ninety_comes_back(node):
    serializer = Serializer()
    value: Any = {(1, 2), "x"}
    for _ in range(45):
        value = [{"a": value}]
    assert serializer.decode(node(serializer.encode(value))) == value
