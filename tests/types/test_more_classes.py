"""Classes of Python's library: paths, addresses, time zones, numbers, and other containers."""

from __future__ import annotations

import json
import struct
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any, Generic, NamedTuple, Union
from zoneinfo import ZoneInfo

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from typing_extensions import TypeAliasType, TypeVar

from adjax_jsonrpc import ObjectType, Serializer, WireError
from tests.support.annotations import same
from tests.support.calls import CallError, a_gateway, call
from tests.support.examples import examples


def echo(annotation: Any):
    """Return a gateway of ``t.echo``, which takes and returns an annotation."""
    received: list[Any] = []

    def echo(request, value):
        received.append(value)
        return value

    echo.__annotations__ = {"value": annotation, "return": annotation}
    return a_gateway(echo), received


class Row(NamedTuple):
    key: int
    label: str = "none"
    sizes: tuple[int, ...] = ()


ROWS: list[tuple[Any, Any, Any]] = [
    (Path, "a/b.txt", Path("a/b.txt")),
    (PurePath, "a", PurePath("a")),
    (PurePosixPath, "/a", PurePosixPath("/a")),
    (PureWindowsPath, "C:\\a", PureWindowsPath("C:\\a")),
    (IPv4Address, "192.0.2.1", IPv4Address("192.0.2.1")),
    (IPv6Address, "2001:db8::1", IPv6Address("2001:db8::1")),
    (IPv4Network, "192.0.2.0/24", IPv4Network("192.0.2.0/24")),
    (IPv6Network, "2001:db8::/32", IPv6Network("2001:db8::/32")),
    (IPv4Interface, "192.0.2.1/24", IPv4Interface("192.0.2.1/24")),
    (IPv6Interface, "2001:db8::1/32", IPv6Interface("2001:db8::1/32")),
    (Union[IPv4Address, IPv6Address], "::1", IPv6Address("::1")),
    (Union[IPv6Address, IPv4Address], "127.0.0.1", IPv4Address("127.0.0.1")),
    (ZoneInfo, "Europe/Berlin", ZoneInfo("Europe/Berlin")),
    (Fraction, "-1/3", Fraction(-1, 3)),
    (Fraction, "5", Fraction(5)),
    (complex, [1.0, -2.5], complex(1, -2.5)),
    (deque[int], [1, 2], deque([1, 2])),
    (deque, [1, "a"], deque([1, "a"])),
    (deque[IPv4Address], ["192.0.2.1"], deque([IPv4Address("192.0.2.1")])),
    (OrderedDict[str, int], {"b": 1, "a": 2}, OrderedDict([("b", 1), ("a", 2)])),
    (ChainMap[str, int], {"a": 1}, ChainMap({"a": 1})),
    (Counter[str], {"a": 2}, Counter({"a": 2})),
    (Counter, {"a": 2}, Counter({"a": 2})),
    (defaultdict[str, list[int]], {"a": [1]}, defaultdict(list, {"a": [1]})),
    (dict[IPv4Address, int], {"__type__": "map", "value": [["192.0.2.1", 1]]}, ...),
    (set[Fraction], {"__type__": "set", "value": ["1/2"]}, {Fraction(1, 2)}),
    (Row, [1, "a", [2]], Row(1, "a", (2,))),
]


@pytest.mark.parametrize(("annotation", "wire", "value"), ROWS)
def test_a_value_arrives_as_its_class_and_is_sent_in_the_same_form(annotation, wire, value):
    gateway, received = echo(annotation)
    assert call(gateway, "t.echo", wire) == wire
    if value is not ...:
        assert same(received[0], value)
        assert Serializer().to_wire(value) == wire
    signature = gateway.registry.get("t.echo").signature
    for schema, form in (signature.params_schema, [wire]), (signature.result_schema, wire):
        assert Draft202012Validator(schema, format_checker=FormatChecker()).is_valid(form)


@pytest.mark.parametrize(
    ("annotation", "wire", "message"),
    [
        (IPv4Address, "192.0.2.256", "an IPv4 address, as in 192.0.2.1"),
        (IPv4Address, "192.0.2.1\n", "an IPv4 address"),
        (IPv4Address, "192.0.2.01", "an IPv4 address"),
        (IPv4Address, "::1", "an IPv4 address"),
        (IPv4Address, 1, "1 is not an IPv4 address"),
        (IPv6Address, "1::2::3", "an IPv6 address, as in 2001:db8::1"),
        (IPv6Address, "fe80::1%eth0", "an IPv6 address"),
        (IPv4Network, "192.0.2.1/24", 'is an address in the network "192.0.2.0/24"'),
        (IPv4Network, "192.0.2.0/33", "an IPv4 network"),
        (IPv6Network, "2001:db8::1/32", "is an address in the network"),
        (IPv4Interface, "192.0.2.1", "an IPv4 address with its network"),
        (ZoneInfo, "Europe/Nowhere", '"Europe/Nowhere" is not a known time zone'),
        (ZoneInfo, "Europe", "is not a known time zone"),
        (ZoneInfo, "../../etc/passwd", "the name of a time zone"),
        (ZoneInfo, "", "the name of a time zone"),
        (Fraction, "1/0", "a fraction as a string, as in 1/3"),
        (Fraction, "1.5", "a fraction as a string"),
        (complex, [1], ""),
        (complex, [1, 2, 3], ""),
        (deque[int], ["a"], "is not of type"),
        (Counter[str], {"a": "b"}, "is not of type"),
        (Row, [], ""),
        (Row, [1, 2], "is not of type"),
        (Row, [1, "a", [], 4], ""),
    ],
)
def test_another_value_is_refused(annotation, wire, message):
    with pytest.raises(CallError) as caught:
        call(echo(annotation)[0], "t.echo", wire)
    assert caught.value.code == -32602
    assert message in caught.value.errors[0]["message"]


@pytest.mark.parametrize(
    ("wire", "value"), [([1], Row(1)), ([1, "a"], Row(1, "a")), ([1, "a", [2]], Row(1, "a", (2,)))]
)
def test_an_array_may_leave_out_what_a_named_tuple_has_defaults_for(wire, value):
    gateway, received = echo(Row)
    assert call(gateway, "t.echo", wire) == json.loads(json.dumps(value))
    assert received == [value]


@pytest.mark.parametrize("cls", [pydantic.HttpUrl, pydantic.AnyUrl, pydantic.EmailStr])
def test_a_text_of_pydantic_has_no_line_feed(cls):
    text = "a@b.example" if cls is pydantic.EmailStr else "https://a.example/"
    gateway, _ = echo(cls)
    schema = gateway.registry.get("t.echo").signature.params_schema
    assert call(gateway, "t.echo", text) == text
    assert not Draft202012Validator(schema, format_checker=FormatChecker()).is_valid([f"{text}\n"])
    with pytest.raises(CallError):
        call(gateway, "t.echo", f"{text}\n")


def test_a_registered_type_takes_precedence():
    class PathType(ObjectType):
        name, cls = "path", Path

        @classmethod
        def encode(cls, value):
            return {"value": str(value)}

        @classmethod
        def decode(cls, value):
            return Path(value["value"])

    serializer = Serializer([PathType])
    wire = {"__type__": "path", "value": "a"}
    assert serializer.to_wire(Path("a")) == wire

    def f(request, path: Path) -> Path:
        return path

    assert call(a_gateway(f, serializer=serializer), "t.f", wire) == wire


def test_a_missing_key_of_a_defaultdict_is_made_as_annotated():
    for annotation, made in (
        (defaultdict[str, list[int]], []),
        (defaultdict[str, int], 0),
        (defaultdict[str, set[int]], set()),
    ):
        gateway, received = echo(annotation)
        call(gateway, "t.echo", {})
        assert received[0]["new"] == made
    gateway, received = echo(defaultdict[str, Union[int, str]])
    call(gateway, "t.echo", {})
    with pytest.raises(KeyError):
        received[0]["new"]


@pytest.mark.parametrize("key", [Path, IPv4Address, IPv4Network, Fraction, ZoneInfo])
def test_classes_with_a_plain_form_are_keys(key):
    text = {Path: "a", ZoneInfo: "UTC", Fraction: "1/2"}.get(key, "192.0.2.0")
    text = "192.0.2.0/24" if key is IPv4Network else text
    gateway, received = echo(dict[key, int])
    assert call(gateway, "t.echo", {text: 1}) == {"__type__": "map", "value": [[text, 1]]}
    assert received == [{key(text): 1}]


def test_names_of_plain_objects_are_read_as_keys():
    gateway, received = echo(dict[IPv4Address, int])
    call(gateway, "t.echo", {"192.0.2.1": 1})
    assert received == [{IPv4Address("192.0.2.1"): 1}]
    with pytest.raises(CallError):
        call(gateway, "t.echo", {"localhost": 1})


ZONE_FILE = b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + bytes(6) + b"UTC\0"


def test_what_cannot_be_written_is_an_error_of_the_method():
    with pytest.raises(WireError, match="without a name"):
        Serializer().to_wire(ZoneInfo.from_file(BytesIO(ZONE_FILE)))
    with pytest.raises(WireError):
        Serializer().to_wire(Fraction(10**5000))


T = TypeVar("T", default=int)
U = TypeVar("U", default=T)


@dataclass
class Box(Generic[T, U]):
    one: T
    other: U


Many = TypeAliasType("Many", list[T], type_params=(T,))


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        (Box, {"one": 1, "other": 2}, {"one": 1, "other": "b"}),
        (Box[str], {"one": "a", "other": "b"}, {"one": "a", "other": 1}),
        (Box[str, bool], {"one": "a", "other": True}, {"one": "a", "other": "b"}),
        (Many, [1], ["a"]),
        (Many[str], ["a"], [1]),
    ],
)
def test_type_variables_have_defaults(annotation, good, bad):
    gateway, _ = echo(annotation)
    assert call(gateway, "t.echo", good) == good
    with pytest.raises(CallError):
        call(gateway, "t.echo", bad)


TEXTS = {
    IPv4Address: st.ip_addresses(v=4).map(str),
    IPv6Address: st.ip_addresses(v=6).map(str),
    IPv6Network: st.builds("{}/{}".format, st.ip_addresses(v=6), st.integers(0, 130)),
    Fraction: st.fractions().map(str),
}
NEARLY = st.text("0123456789abcdef:./% \n-", max_size=20)


@pytest.mark.parametrize("cls", TEXTS)
@settings(max_examples=examples(300), deadline=None)
@given(st.data())
def test_a_text_is_accepted_just_where_python_and_jsonschema_accept_it(cls, data):
    text = data.draw(TEXTS[cls] | NEARLY)
    gateway, received = echo(cls)
    schema = gateway.registry.get("t.echo").signature.params_schema
    is_valid = Draft202012Validator(schema, format_checker=FormatChecker()).is_valid([text])
    try:
        call(gateway, "t.echo", text)
    except CallError as error:
        is_network_of_an_address = cls is IPv6Network and "network" in str(error)
        assert not is_valid or is_network_of_an_address
        return
    assert is_valid and received == [cls(text)]
