"""Enums and Flags: what their members are sent as is what clients may send."""

from __future__ import annotations

import enum
import json
import sys
from typing import Any

import pytest

from adjax_jsonrpc import ObjectType, RegistrationError, Serializer
from adjax_jsonrpc.types.fastpath.codegen import FALLBACK
from tests.support.calls import CallError, a_gateway, a_request, call


def echo(annotation: Any, serializer: Serializer | None = None):
    """Return a gateway of ``t.echo``, which takes and returns an annotation."""
    received = []

    def echo(request, value):
        received.append(value)
        return value

    echo.__annotations__ = {"value": annotation, "return": annotation}
    return a_gateway(echo, serializer=serializer), received


def returning(annotation: Any, value: Any, serializer: Serializer | None = None):
    """Return a gateway of ``t.give``, which returns a value by an annotation."""

    def give(request):
        return value

    give.__annotations__ = {"return": annotation}
    return a_gateway(give, serializer=serializer)


def schema_of(gateway, name="t.echo"):
    document = gateway.registry.get(name).signature.result_schema
    return next(iter(document["$defs"].values()))


class Access(enum.Flag):
    READ = 1
    WRITE = 2
    RUN = 4


class Sparse(enum.Flag):
    ONE = 1
    FOUR = 4
    BOTH = 5


class Pairwise(enum.Flag):
    LOW = 3
    HIGH = 12


class Kept(enum.IntFlag):
    ONE = 1
    TWO = 2


class Big(enum.Flag):
    ONE = 1
    LARGE = 2**70


class BigKept(enum.IntFlag):
    LARGE = 2**62


class Large(enum.Enum):
    ONE = 1
    LARGE = 2**60


@pytest.mark.parametrize("value", [Big.LARGE | Big.ONE, BigKept.LARGE | BigKept(4), Large.LARGE])
def test_large_values_are_sent_with_and_without_a_tag(value):
    gateway, received = echo(type(value))
    tagged = {"__type__": "bigint", "value": str(value.value)}
    for wire in (value.value, tagged):
        body = json.dumps(a_request("t.echo", [wire])).encode()
        for bigint_tags, sent in ((False, value.value), (True, tagged)):
            response = json.loads(gateway.handle(body, bigint_tags=bigint_tags))
            assert response["result"] == sent
    assert received == [value] * 4


def test_a_tag_is_no_way_round_the_combinations_of_a_flag():
    for cls, digits in (Big, "-1"), (Big, "4"), (BigKept, "-1"), (Large, "4"):
        with pytest.raises(CallError) as caught:
            call(echo(cls)[0], "t.echo", {"__type__": "bigint", "value": digits})
        assert caught.value.code == -32602
    gateway, received = echo(BigKept)
    call(gateway, "t.echo", {"__type__": "bigint", "value": str(2**63)})
    assert received == [BigKept(2**63)]


Wide = enum.Flag("Wide", {f"B{n}": 1 << n for n in range(0, 20, 2)})


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (Access.READ, 1),
        (Access.READ | Access.RUN, 5),
        (Access(0), 0),
        (~Access.READ, 6),
        (Sparse.BOTH, 5),
        (Pairwise.LOW | Pairwise.HIGH, 15),
        (Kept.ONE | Kept.TWO, 3),
        (Kept(8) | Kept.ONE, 9),
        (Wide.B0 | Wide.B18, 1 + (1 << 18)),
    ],
    ids=str,
)
def test_combinations_of_a_flag_are_sent_and_taken_back(value, wire):
    gateway, received = echo(type(value))
    assert call(gateway, "t.echo", wire) == wire
    assert received == [value] and type(received[0]) is type(value)
    assert call(gateway, "t.echo", float(wire)) == wire
    assert gateway.registry.get("t.echo").signature.encode_fast(value) == wire


@pytest.mark.parametrize(
    ("cls", "wire"),
    [
        (Access, 8),
        (Access, -1),
        (Access, True),
        (Access, "READ"),
        (Sparse, 2),
        (Pairwise, 1),
        (Kept, -1),
        (Wide, 2),
    ],
)
def test_other_integers_are_not_combinations(cls, wire):
    with pytest.raises(CallError) as caught:
        call(echo(cls)[0], "t.echo", wire)
    assert caught.value.code == -32602 and caught.value.errors[0]["path"] == "/0"


def test_the_schema_of_a_flag_is_a_range_or_lists_the_combinations():
    assert schema_of(echo(Access)[0]) == {"type": "integer", "minimum": 0, "maximum": 7}
    assert schema_of(echo(Sparse)[0]) == {"enum": [0, 1, 4, 5]}
    assert schema_of(echo(Wide)[0])["maximum"] == sum(1 << n for n in range(0, 20, 2))


def test_an_inverted_int_flag_is_sent_as_its_members():
    assert call(returning(Kept, ~Kept.ONE), "t.give") == 2


@pytest.mark.skipif(sys.version_info < (3, 11), reason="boundaries are of Python 3.11")
@pytest.mark.parametrize("boundary", ["STRICT", "CONFORM", "EJECT", "KEEP"])
def test_a_client_may_send_what_a_flag_of_any_boundary_has(boundary):
    cls = enum.Flag("Kind", {"A": 1, "B": 2}, boundary=getattr(enum, boundary))
    gateway, received = echo(cls)
    assert call(gateway, "t.echo", 3) == 3 and received == [cls.A | cls.B]
    if boundary == "KEEP":
        assert call(gateway, "t.echo", 9) == 9
    else:
        with pytest.raises(CallError, match="greater than the maximum of 3"):
            call(gateway, "t.echo", 9)


class Own(enum.Enum):
    """An Enum whose members have a value of their own."""

    A = 1
    B = 2

    @property
    def value(self):
        return self.name.lower()


class Labelled(str, enum.Enum):
    """An Enum whose value is not the member as a string."""

    OPEN = ("o", "Open")

    def __new__(cls, code, label):
        member = str.__new__(cls, code)
        member._value_ = label
        return member


class Counted(enum.IntEnum):
    LOW = 1
    HIGH = 2

    @property
    def value(self):
        return self.name


class Mixed(enum.Enum):
    NOTHING = None
    NO = False
    HALF = 0.5
    TEXT = "t"


@pytest.mark.parametrize(
    ("member", "wire"),
    [
        (Own.A, "a"),
        (Labelled.OPEN, "Open"),
        (Counted.HIGH, "HIGH"),
        (Mixed.NOTHING, None),
        (Mixed.NO, False),
        (Mixed.HALF, 0.5),
        (Mixed.TEXT, "t"),
    ],
)
def test_a_member_is_sent_as_its_value_and_taken_back(member, wire):
    gateway, received = echo(type(member))
    assert call(gateway, "t.echo", wire) == wire
    assert received == [member]
    assert wire in schema_of(gateway)["enum"]
    assert call(returning(Any, member), "t.give") == wire
    fast = gateway.registry.get("t.echo").signature.encode_fast
    assert fast is None or fast(member) in (FALLBACK, wire)


def test_a_conversion_of_an_enum_is_sent_and_taken_back():
    serializer = Serializer()
    serializer.convert(Own, lambda member: member.name)
    gateway, received = echo(Own, serializer)
    assert call(gateway, "t.echo", "B") == "B" and received == [Own.B]
    with pytest.raises(CallError):
        call(gateway, "t.echo", "b")


def test_an_object_type_of_an_enum_is_sent_and_taken_back():
    serializer = Serializer()

    @serializer.enable
    class OwnType(ObjectType):
        name, cls = "own", Own

        @classmethod
        def encode(cls, value):
            return {"name": value.name}

        @classmethod
        def decode(cls, value):
            return Own[value["name"]]

    gateway, received = echo(Own, serializer)
    wire = {"__type__": "own", "name": "A"}
    assert call(gateway, "t.echo", wire) == wire and received == [Own.A]


def an_enum(**values):
    return enum.Enum("Odd", values)


class Same(enum.Enum):
    A = 1
    B = 2

    @property
    def value(self):
        return "same"


class TrueAndOne(enum.Enum):
    A = 1
    B = 2

    @property
    def value(self):
        return True if self is TrueAndOne.A else 1


@pytest.mark.parametrize(
    ("cls", "why"),
    [
        (an_enum(A=float("nan")), "the values of an Enum must be"),
        (an_enum(A=1e300), "must be strings, integers, booleans, None or floats below"),
        (an_enum(A=float("inf")), "the values of an Enum must be"),
        (an_enum(A=(1, 2)), r"has the value \(1, 2\)"),
        (an_enum(A=object()), "the values of an Enum must be"),
        (an_enum(A=complex(1)), "the values of an Enum must be"),
        (an_enum(A={"a": 1}), "the values of an Enum must be"),
        (Same, r"Same.A and Same.B are both sent as 'same'"),
        (enum.Enum("Nobody", {}), "has no members"),
        (enum.Flag("Nothing", {}), "has no members"),
    ],
)
def test_an_enum_that_cannot_be_decoded_is_refused(cls, why):
    with pytest.raises(RegistrationError, match=f"parameter 'value': .*{why}"):
        echo(cls)[0].registry.get("t.echo")


def test_true_and_one_are_different_members():
    gateway, received = echo(TrueAndOne)
    assert json.dumps([call(gateway, "t.echo", each) for each in (True, 1)]) == "[true, 1]"
    assert received == [TrueAndOne.A, TrueAndOne.B]


def test_a_flag_that_is_not_sent_as_an_integer_is_refused():
    serializer = Serializer()
    serializer.convert(Access, lambda member: member.name)
    with pytest.raises(RegistrationError, match="register an ObjectType"):
        echo(Access, serializer)[0].registry.get("t.echo")
