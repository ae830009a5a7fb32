"""Tagged types: django-adjax 1.2's API, and values that survive the trip."""

from __future__ import annotations

import collections
import dataclasses
import enum
import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjax_jsonrpc import ObjectType, Serializer
from adjax_jsonrpc.errors import WireError
from tests.support.annotations import same
from tests.support.vectors import TAGS


class Custom:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None


class Special(Custom):
    pass


class CustomType(ObjectType):
    name = "custom"
    cls = Custom

    @classmethod
    def encode(cls, value):
        return {"x": value.x, "y": value.y}

    @classmethod
    def decode(cls, value):
        return Custom(value["x"], value["y"])


# ── django-adjax 1.2's API ──


def test_types_given_to_the_serializer_are_enabled():
    assert CustomType in Serializer(object_types=(CustomType,)).object_types


def test_a_type_without_class_or_name_is_refused():
    serializer = Serializer()
    with pytest.raises(ValueError, match="cls must be set"):
        serializer.enable(type("NoClass", (ObjectType,), {"name": "x"}))
    with pytest.raises(ValueError, match="name must be set"):
        serializer.enable(type("NoName", (ObjectType,), {"cls": Custom}))


def test_two_types_cannot_share_a_name():
    serializer = Serializer([CustomType])
    with pytest.raises(ValueError, match="taken by CustomType"):
        serializer.enable(type("Other", (ObjectType,), {"name": "custom", "cls": Special}))


def test_enable_and_disable():
    serializer = Serializer()
    assert serializer.enable(CustomType) is CustomType
    assert serializer.object_types_by_cls == {Custom: CustomType}
    assert serializer.object_types_by_name == {"custom": CustomType}
    text = serializer.encode(Custom(1, 2))
    serializer.disable(CustomType)
    assert not serializer.object_types and not serializer.object_types_by_name
    with pytest.raises(WireError, match='unknown tag "custom"'):
        serializer.decode(text)
    with pytest.raises(WireError, match="can't be sent"):
        serializer.encode(Custom(1, 2))


def test_a_type_that_another_one_replaced_is_used_again():
    serializer = Serializer([CustomType])
    replacing = serializer.enable(type("Replacing", (CustomType,), {}))
    assert serializer.type_for(Custom) is replacing
    serializer.disable(replacing)
    assert serializer.decode(serializer.encode(Custom(1, 2))) == Custom(1, 2)


def test_members_stand_beside_the_tag():
    assert json.loads(Serializer([CustomType]).encode(Custom(1, 2))) == {
        "__type__": "custom",
        "x": 1,
        "y": 2,
    }


def test_members_hold_values_of_other_types():
    serializer = Serializer([CustomType])
    value = {"key": [Custom(Custom(1, Decimal("1.10")), {2, 3})]}
    assert serializer.decode(serializer.encode(value)) == value


def test_a_subclass_is_served_by_its_nearest_registered_class():
    serializer = Serializer([CustomType])
    assert serializer.to_wire(Special(1, 2))["__type__"] == "custom"
    serializer.enable(type("SpecialType", (CustomType,), {"name": "special", "cls": Special}))
    assert serializer.to_wire(Special(1, 2))["__type__"] == "special"
    assert serializer.to_wire(Custom(1, 2))["__type__"] == "custom"


def test_encode_must_return_a_dict():
    wrong = type("Wrong", (CustomType,), {"encode": classmethod(lambda cls, value: 20)})
    with pytest.raises(TypeError, match=r"Wrong.encode must return a dict, not int"):
        Serializer([wrong]).encode({"key": Custom(1, 2)})


def test_a_registered_type_takes_the_place_of_a_built_in_one():
    class Seconds(ObjectType):
        name = "datetime"
        cls = datetime

        @classmethod
        def encode(cls, value):
            return {"value": value.timestamp()}

        @classmethod
        def decode(cls, value):
            return datetime.fromtimestamp(value["value"], timezone.utc)

    serializer = Serializer([Seconds])
    moment = datetime(2026, 11, 22, tzinfo=timezone.utc)
    assert serializer.to_wire(moment) == {"__type__": "datetime", "value": moment.timestamp()}
    assert serializer.decode(serializer.encode([moment])) == [moment]
    serializer.disable(Seconds)
    assert serializer.to_wire(moment)["value"] == "2026-11-22T00:00:00+00:00"


# ── shared vectors ──

NAMES = {
    "datetime": datetime,
    "date": date,
    "time": time,
    "timedelta": timedelta,
    "timezone": timezone,
    "Decimal": Decimal,
    "UUID": UUID,
    "inf": float("inf"),
    "nan": float("nan"),
}


@pytest.mark.parametrize("row", TAGS, ids=lambda row: row["name"])
def test_vectors(row):
    serializer = Serializer()
    if row.get("jsOnly"):
        assert "python" not in row
        return
    if "error" in row:
        with pytest.raises(WireError) as caught:
            serializer.decode(json.dumps(row["wire"]))
        assert caught.value.path == row["error"]
        return
    value = eval(row["python"], dict(NAMES))
    decoded = serializer.decode(json.dumps(row["wire"]))
    assert same(decoded, value)
    if row.get("decodeOnly") not in ("py", "both") and row.get("roundtrip", True):
        assert serializer.to_wire(value, bigint_tags=True) == row.get("pyEncodes", row["wire"])


# ── values ──

KEYS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.dates()
    | st.decimals(allow_nan=False, allow_infinity=False, places=4)
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.dates()
    | st.times().map(lambda value: value.replace(fold=0))
    | st.datetimes().map(lambda value: value.replace(fold=0))
    | st.datetimes(timezones=st.just(timezone(timedelta(hours=-5, minutes=-30)))).map(
        lambda value: value.replace(fold=0)
    )
    | st.timedeltas()
    | st.uuids()
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**50), max_value=10**50)
    | st.frozensets(KEYS).map(set)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(KEYS, inner)
        | st.dictionaries(st.sampled_from(["__type__", "value", "x"]), inner)
    ),
    max_leaves=15,
)


@given(VALUES, st.booleans())
def test_any_value_comes_back_as_it_was(value, bigint_tags):
    serializer = Serializer()
    wire = json.loads(
        json.dumps(serializer.to_wire(value, bigint_tags=bigint_tags), allow_nan=False)
    )
    assert same(serializer.from_wire(wire), value)


class Text(str):
    def __repr__(self):
        return f"Text({super().__repr__()})"


class Size(enum.IntEnum):
    S = 1


NEARLY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([2**53 - 1, 2**53, -(2**53), Text("a"), Size.S, UUID(int=1)]),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(st.sampled_from(["__type__", "a", Text("b"), 1]), inner)
        | st.dictionaries(st.text(), inner).map(collections.OrderedDict)
    ),
    max_leaves=8,
)


@given(NEARLY_JSON, st.booleans())
def test_what_is_sent_as_it_is_is_its_own_wire_form(value, bigint_tags):
    serializer = Serializer()
    if serializer.sends_as_it_is(value):
        assert repr(serializer.to_wire(value, bigint_tags=bigint_tags)) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        (1,),
        [[float("nan")]],
        {"a": [-(2**53)]},
        {Text("a"): 1},
        [Text("a")],
        [Size.S],
        {"__type__": "date"},
        {1: 1},
        collections.OrderedDict(a=1),
    ],
)
def test_other_values_are_not_sent_as_they_are(value):
    assert not Serializer().sends_as_it_is(value)


def test_json_is_sent_as_it_is_until_its_types_have_a_form_of_their_own():
    value = {"a": [1, 2.5, None, {"b": "c", "d": True}], "e": {}}
    serializer = Serializer()
    assert serializer.sends_as_it_is(value)

    @serializer.enable
    class Row(ObjectType):
        name, cls = "row", dict

    assert not serializer.sends_as_it_is(value)
    serializer.disable(Row)
    assert serializer.sends_as_it_is(value)
    serializer.convert(float, round)
    assert not serializer.sends_as_it_is(value)


def test_what_python_developers_return_is_sent_as_they_expect():
    class Color(enum.Enum):
        RED = "red"

    class Size(str, enum.Enum):
        S = "s"

    class Level(enum.IntEnum):
        LOW = 1

    @dataclasses.dataclass
    class Box:
        color: Color
        sizes: tuple[Size, ...]

    pair = collections.namedtuple("pair", "a b")
    value = [
        Color.RED,
        {Size.S: Level.LOW},
        Box(Color.RED, (Size.S,)),
        pair(1, 2),
        MappingProxyType({"a": 1}),
        collections.OrderedDict(b=1, a=2),
        collections.Counter("a"),
        bytearray(b"x"),
        memoryview(b"x"),
        frozenset({1}),
        True,
    ]
    assert Serializer().to_wire(value) == [
        "red",
        {"s": 1},
        {"color": "red", "sizes": ["s"]},
        [1, 2],
        {"a": 1},
        {"b": 1, "a": 2},
        {"a": 1},
        {"__type__": "bytes", "value": "eA=="},
        {"__type__": "bytes", "value": "eA=="},
        {"__type__": "set", "value": [1]},
        True,
    ]


def test_the_value_that_is_encoded_is_not_changed():
    value = {"a": [{1: {2}}], "__type__": "x"}
    before = repr(value)
    Serializer().encode(value)
    assert repr(value) == before


@pytest.mark.parametrize(
    ("value", "path", "why"),
    [
        ({"a": [1, object()]}, "/a/1", "can't be sent"),
        ({"a/b": {"~": object()}}, "/a~1b/~0", "can't be sent"),
        ([(each for each in ())], "/0", "generator"),
        ([Decimal("NaN")], "/0", "NaN"),
        ([Decimal("1E+10000")], "/0", "1E\\+10000"),
        ([datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=1172)))], "/0", "whole number"),
    ],
)
def test_what_cannot_be_sent_is_named_with_its_path(value, path, why):
    with pytest.raises(WireError, match=why) as caught:
        Serializer().encode(value)
    assert caught.value.path == path


def test_a_value_that_contains_itself_is_refused():
    cycle: list = []
    cycle.append(cycle)
    assert not Serializer().sends_as_it_is(cycle)
    with pytest.raises(WireError, match="contains itself"):
        Serializer().encode(cycle)


def test_a_tag_that_raises_anything_is_a_wire_error():
    class Explosive(ObjectType):
        name = "explosive"
        cls = Custom

        @classmethod
        def decode(cls, value):
            raise {"type": TypeError("secret"), "index": IndexError("secret")}[value["how"]]

    serializer = Serializer([Explosive])
    for how in ("type", "index"):
        with pytest.raises(WireError) as caught:
            serializer.from_wire([{"__type__": "explosive", "how": how}])
        assert caught.value.path == "/0" and "secret" not in str(caught.value)
    with pytest.raises(WireError, match='member "how" is missing'):
        serializer.from_wire({"__type__": "explosive"})


@pytest.mark.parametrize("name", ["nope", "__class__", "os.system", "", 1, None, ["datetime"], {}])
def test_only_registered_names_are_tags(name):
    with pytest.raises(WireError, match="unknown tag|must be a string"):
        Serializer().from_wire({"__type__": name, "value": "x"})


def test_a_short_text_cannot_become_a_large_object():
    for wire in (
        {"__type__": "decimal", "value": "1e999999999"},
        {"__type__": "bigint", "value": "9" * 4301},
        {"__type__": "duration", "value": "P99999999999D"},
    ):
        with pytest.raises(WireError):
            Serializer().from_wire(wire)


@pytest.mark.parametrize(
    "numbers",
    [[index * (2**61 - 1) for index in range(20)], [7] * 20, list(range(5001))],
    ids=["of one hash", "equal", "too many"],
)
def test_members_that_could_be_made_to_collide_are_bounded(numbers):
    for wire in (
        {"__type__": "set", "value": numbers},
        {"__type__": "map", "value": [[key, 1] for key in numbers]},
    ):
        with pytest.raises(WireError, match="same hash|more than 5000"):
            Serializer().from_wire(wire)


def test_texts_are_not_bounded_as_members():
    texts = [str(index) for index in range(20_000)]
    assert len(Serializer().from_wire({"__type__": "set", "value": texts})) == 20_000


def test_a_number_that_turns_into_another_is_sent_as_it_turned_out():
    class Odd(float):
        def __float__(self):
            return float("nan")

    assert Serializer().to_wire(Odd(1.5)) == 1.5


def test_a_subclass_that_writes_itself_otherwise_is_refused():
    class NaT(datetime):
        def isoformat(self, *args):
            return "NaT"

    with pytest.raises(WireError, match="NaT is not a valid datetime"):
        Serializer().to_wire(NaT(2026, 1, 1))


def test_nesting_of_ninety_survives():
    value = leaf = {}
    for _ in range(89):
        leaf["a"] = {}
        leaf = leaf["a"]
    leaf["b"] = {1, 2}
    serializer = Serializer()
    assert serializer.decode(serializer.encode(value)) == value
