"""Parameters: bound, validated and decoded by the function's signature."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal, Optional, Protocol, TypedDict, Union

import pydantic
import pytest
from typing_extensions import NotRequired, Unpack

from adjax_jsonrpc import ObjectType, RegistrationError, Serializer, typed
from tests.support.calls import CallError, a_gateway, call


class Item(TypedDict):
    sku: str
    qty: int
    price: float


@dataclass
class Point:
    x: int
    y: float = 0.0
    tags: list[str] = field(default_factory=list)


@dataclass
class Span:
    since: date
    until: date = date.max


def errors_of(gateway, method, *args, **kwargs):
    with pytest.raises(CallError) as caught:
        call(gateway, method, *args, **kwargs)
    assert caught.value.code == -32602 and caught.value.message == "Invalid params"
    return caught.value.errors


# ── binding ──


def everything(request, first, /, second, third=3, *rest: int, only: str = "o", **others: bool):
    return [first, second, third, list(rest), only, others]


def test_params_bind_by_position():
    gateway = a_gateway(everything)
    assert call(gateway, "t.everything", 1, 2) == [1, 2, 3, [], "o", {}]
    assert call(gateway, "t.everything", 1, 2, 4, 5, 6) == [1, 2, 4, [5, 6], "o", {}]


def test_params_bind_by_name():
    def named(request, a, b=2, *, c=3, **others: bool):
        return [a, b, c, others]

    gateway = a_gateway(named)
    assert call(gateway, "t.named", a=1) == [1, 2, 3, {}]
    assert call(gateway, "t.named", c=0, a=1, z=True) == [1, 2, 0, {"z": True}]


def test_a_required_positional_only_parameter_has_no_name():
    (error,) = errors_of(a_gateway(everything), "t.everything", first=1, second=2)
    assert error["path"] == ""


def test_an_optional_positional_only_parameter_leaves_names_to_the_others():
    def f(request, a=1, /, b=2):
        return [a, b]

    assert call(a_gateway(f), "t.f", b=5) == [1, 5]
    assert errors_of(a_gateway(f), "t.f", a=5)[0]["keyword"] == "additionalProperties"


def test_a_required_keyword_only_parameter_has_no_position():
    def f(request, *, a: int):
        return a

    assert call(a_gateway(f), "t.f", a=1) == 1
    assert errors_of(a_gateway(f), "t.f", 1)[0]["path"] == ""


def test_the_other_form_of_params_is_named_where_only_one_is_possible():
    def by_name(request, *, a):
        return a

    def by_position(request, a, /, b=1):
        return a

    gateway = a_gateway(by_name, by_position)
    (error,) = errors_of(gateway, "t.by_name", 1)
    assert error["message"].endswith("params must be an object")
    (error,) = errors_of(gateway, "t.by_position", a=1)
    assert error["message"].endswith("params must be an array")


def test_too_many_missing_and_unknown_are_named():
    def f(request, a, b, c=1):
        return a

    gateway = a_gateway(f)
    assert errors_of(gateway, "t.f") == [
        {"path": "", "message": "missing: a, b", "keyword": "minItems"}
    ]
    (extra,) = errors_of(gateway, "t.f", 1, 2, 3, 4)
    assert extra["message"] == "too many items: 4, the maximum is 3"
    assert [each["message"] for each in errors_of(gateway, "t.f", b=1, z=2)] == [
        'the member "a" is missing',
        'unexpected members: "z"',
    ]


@pytest.mark.parametrize("name", ["request", "self", "__class__", "args"])
def test_the_request_cannot_be_supplied(name):
    def closed(request, a=1):
        return a

    def open_(request, **others):
        return sorted(others)

    errors_of(a_gateway(closed), "t.closed", **{name: 1})
    if name == "request":
        assert errors_of(a_gateway(open_), "t.open_", request=1)[0]["path"] == "/request"
    else:
        assert call(a_gateway(open_), "t.open_", **{name: 1}) == [name]


def test_a_default_that_the_method_changes_is_fresh_for_each_call():
    def collect(request, item, into: list = [], seen: dict = {}):
        into.append(item)
        seen[str(item)] = True
        return [into, seen]

    gateway = a_gateway(collect)
    assert call(gateway, "t.collect", 1) == [[1], {"1": True}]
    assert call(gateway, "t.collect", 2) == [[2], {"2": True}]
    assert call(gateway, "t.collect", item=3) == [[3], {"3": True}]
    assert call(gateway, "t.collect", 4, [0]) == [[0, 4], {"4": True}]


# ── types ──

MOMENT = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("annotation", "sent", "received"),
    [
        (None, None, None),
        (bool, True, True),
        (int, 1, 1),
        (int, 1.0, 1),
        (int, {"__type__": "bigint", "value": "9007199254740993"}, 9007199254740993),
        (float, 1, 1.0),
        (float, -0.0, -0.0),
        (str, "é", "é"),
        (list, [1, "a"], [1, "a"]),
        (list[int], [1, 2.0], [1, 2]),
        (dict, {"a": 1}, {"a": 1}),
        (dict, {"__type__": "object", "value": [["__type__", 1]]}, {"__type__": 1}),
        (dict[str, float], {"a": 1}, {"a": 1.0}),
        (tuple, [1, 2], (1, 2)),
        (tuple[int, str], [1.0, "a"], (1, "a")),
        (tuple[int, ...], [1, 2.0], (1, 2)),
        (tuple[()], [], ()),
        (Any, {"a": [{"__type__": "float", "value": "-Infinity"}]}, {"a": [float("-inf")]}),
        (Optional[int], None, None),
        (Optional[int], 2.0, 2),
        (int | None, None, None),
        (Union[int, str], "a", "a"),
        (int | float, 1, 1),
        (int | float, 1.5, 1.5),
        (int | float, 1.0, 1.0),
        (float | int, 1, 1),
        (datetime | str, "2026-11-22T09:30:00Z", MOMENT),
        (datetime | str, "tomorrow", "tomorrow"),
        (list[int | None], [1, None], [1, None]),
        (Literal["a", 2, None, True], "a", "a"),
        (Literal["a", 2, None, True], 2.0, 2),
        (Literal["a", 2, None, True], None, None),
        (Literal["a", 1, True], True, True),
        (Item, {"sku": "A", "qty": 1.0, "price": 1}, {"sku": "A", "qty": 1, "price": 1.0}),
        (Point, {"x": 1.0}, Point(1)),
        (Point, {"x": 1, "y": 2, "tags": ["a"]}, Point(1, 2.0, ["a"])),
        (list[Point], [{"x": 1}], [Point(1)]),
        (datetime, "2026-11-22T09:30:00Z", MOMENT),
        (datetime, "2026-11-22t09:30:00.000001z", MOMENT + timedelta(microseconds=1)),
        (datetime, "2026-11-22T10:30:00+01:00", MOMENT.astimezone(timezone(timedelta(hours=1)))),
        (datetime, {"__type__": "datetime", "value": "2026-11-22T09:30:00Z"}, MOMENT),
        (
            datetime,
            {"__type__": "datetime", "value": "2026-11-22T09:30:00"},
            MOMENT.replace(tzinfo=None),
        ),
    ],
)
def test_a_method_gets_what_its_annotation_says(annotation, sent, received):
    got = []

    def f(request, value):
        got.append(value)

    f.__annotations__["value"] = annotation
    gateway = a_gateway(f)
    call(gateway, "t.f", sent)
    call(gateway, "t.f", value=sent)
    for value in got:
        assert repr(value) == repr(received) and type(value) is type(received)


@pytest.mark.parametrize(
    ("annotation", "sent", "path", "message"),
    [
        (None, 0, "", "0 is not of type null"),
        (bool, 1, "", "1 is not of type boolean"),
        (int, True, "", "true is not of type integer"),
        (int, 1.5, "", "1.5 is not of type integer"),
        (int, "1", "", '"1" is not of type integer'),
        (int, None, "", "null is not of type integer"),
        (float, "1", "", '"1" is not of type number'),
        (float, True, "", "true is not of type number"),
        (float, {"__type__": "float", "value": "NaN"}, "", "is not of type number"),
        (str, 1, "", "1 is not of type string"),
        (list[int], [1, "x", 2, None], "/1", '"x" is not of type integer'),
        (dict[str, int], {"a": "x"}, "/a", '"x" is not of type integer'),
        (dict, {"__type__": "nope"}, "", ""),
        (tuple[int, str], [1], "", "too few items: 1, the minimum is 2"),
        (tuple[int, str], [1, "a", 2], "", "too many items: 3, the maximum is 2"),
        (Optional[int], "x", "", '"x" is not of type integer, null'),
        (Union[int, str], [], "", "[] is not of type integer, string"),
        (Literal["a", "b"], "c", "", '"c" is not one of "a", "b"'),
        (Literal[1], True, "", "true is not 1"),
        (
            list[Item],
            [{"sku": "A", "qty": 1, "price": "x"}],
            "/0/price",
            '"x" is not of type number',
        ),
        (Item, {"sku": "A", "qty": 1}, "", 'the member "price" is missing'),
        (Point, {"x": 1, "z": 1}, "", 'unexpected members: "z"'),
        (
            datetime,
            "2026-11-22T09:30:00",
            "",
            "needs a time zone offset, as in 2026-11-22T09:30:00Z",
        ),
        (datetime, "2026-02-30T09:30:00Z", "", 'the day of "2026-02-30T09:30:00Z" does not exist'),
        (
            datetime,
            "2026-11-22T23:59:60Z",
            "",
            "is not a date and time, as in 2026-11-22T09:30:00Z",
        ),
        (
            datetime,
            "0000-01-01T00:00:00Z",
            "",
            "is not a date and time, as in 2026-11-22T09:30:00Z",
        ),
        (
            datetime,
            "2026-11-22T09:30:00.1234567Z",
            "",
            "is not a date and time, as in 2026-11-22T09:30:00Z",
        ),
        (datetime, "2026-11-22T24:00:00Z", "", ""),
        (datetime, "2026-11-22T09:30:00Z\n", "", ""),
        (datetime, 1700000000, "", "1700000000 is not a date and time, as in"),
        (
            datetime,
            {"__type__": "datetime", "value": "2026-02-30T00:00:00Z"},
            "",
            'the day of "2026-02-30T00:00:00Z" does not exist',
        ),
        (datetime, {"__type__": "datetime"}, "", 'the member "value" is missing'),
        (
            datetime,
            {"__type__": "datetime", "value": "x"},
            "/value",
            "is not a date and time, as in 2026-11-22T09:30:00Z",
        ),
        (Any, [{"__type__": "nope"}], "/0", 'unknown tag "nope"'),
        (
            list,
            [[{"__type__": "set", "value": 1}]],
            "/0/0",
            'set: "value" must be an array and the only member',
        ),
        (
            list,
            [{"__type__": "date", "value": "2026-01-02", "more": 1}],
            "/0",
            '"value" must be the only member',
        ),
    ],
)
def test_what_an_annotation_excludes_is_refused_with_its_path(annotation, sent, path, message):
    def f(request, value):
        raise AssertionError("called")

    f.__annotations__["value"] = annotation
    gateway = a_gateway(f)
    for place, errors in (
        ("/0", errors_of(gateway, "t.f", sent)),
        ("/value", errors_of(gateway, "t.f", value=sent)),
    ):
        assert errors[0]["path"] == place + path
        assert message in errors[0]["message"]
        assert set(errors[0]) == {"path", "message", "keyword"}


def test_all_errors_are_told_at_once():
    def f(request, a: int, items: list[Item]):
        return None

    errors = errors_of(
        a_gateway(f),
        "t.f",
        a="x",
        items=[{"sku": 1, "qty": 1}, {"sku": "", "qty": True, "price": 1}],
    )
    assert [each["path"] for each in errors] == ["/a", "/items/0", "/items/0/sku", "/items/1/qty"]


NO_DAY = {"__type__": "date", "value": "2026-02-30"}


@pytest.mark.parametrize(
    ("annotation", "sent", "paths"),
    [
        (list[date], [NO_DAY, "2026-11-22", NO_DAY], ["/0", "/2"]),
        (tuple[date, int, date], [NO_DAY, 1, NO_DAY], ["/0", "/2"]),
        (dict[str, date], {"a": NO_DAY, "b/c": NO_DAY}, ["/a", "/b~1c"]),
        (
            dict[date, date],
            {"__type__": "map", "value": [[NO_DAY, NO_DAY], ["2026-11-22", NO_DAY]]},
            ["/value/0/0", "/value/0/1", "/value/1/1"],
        ),
        (set[date], {"__type__": "set", "value": [NO_DAY, NO_DAY]}, ["/value/0", "/value/1"]),
        (Span, {"since": NO_DAY, "until": NO_DAY}, ["/since", "/until"]),
        (list[Span], [{"since": NO_DAY}] * 2, ["/0/since", "/1/since"]),
        (Any, [{"a": [NO_DAY]}, NO_DAY], ["/0/a/0", "/1"]),
    ],
    ids=["list", "tuple", "dict", "map", "set", "class", "classes", "any"],
)
def test_all_errors_of_decoding_are_told_at_once(annotation, sent, paths):
    def f(request, value, other: date):
        raise AssertionError("called")

    f.__annotations__["value"] = annotation
    gateway = a_gateway(f)
    by_position = [each["path"] for each in errors_of(gateway, "t.f", sent, NO_DAY)]
    assert by_position == [*(f"/0{path}" for path in paths), "/1"]
    by_name = [each["path"] for each in errors_of(gateway, "t.f", value=sent, other=NO_DAY)]
    assert by_name == [*(f"/value{path}" for path in paths), "/other"]


def test_at_most_twenty_errors_of_decoding_are_told():
    def f(request, days: list[date]):
        return None

    assert len(errors_of(a_gateway(f), "t.f", [NO_DAY] * 30)) == 20


def test_at_most_twenty_errors_and_short_excerpts_are_told():
    def f(request, numbers: list[int]):
        return None

    errors = errors_of(a_gateway(f), "t.f", ["x" * 10_000] * 1000)
    assert len(errors) == 20
    assert max(len(each["message"]) for each in errors) < 300


def test_strict_takes_tagged_forms_only():
    @typed(strict=True)
    def f(request, when: datetime):
        return when

    tagged = {"__type__": "datetime", "value": "2026-11-22T09:30:00+00:00"}
    assert call(a_gateway(f), "t.f", tagged) == tagged
    assert errors_of(a_gateway(f), "t.f", "2026-11-22T09:30:00Z")


def test_typed_takes_a_dict_of_types_as_in_adjax_12():
    @typed({"a": int, "return": dict})
    def f(request, a, b=None):
        return {"a": a, "b": b}

    gateway = a_gateway(f)
    assert call(gateway, "t.f", 1.0, "anything") == {"a": 1, "b": "anything"}
    assert errors_of(gateway, "t.f", "1")


def test_a_dataclass_that_checks_itself_refuses_with_its_own_words():
    @dataclass
    class Even:
        number: int

        def __post_init__(self):
            if self.number % 2:
                raise ValueError(f"{self.number} is odd")

    def f(request, value):
        return value

    f.__annotations__["value"] = list[Even]
    gateway = a_gateway(f)
    assert call(gateway, "t.f", [{"number": 2}]) == [{"number": 2}]
    assert errors_of(gateway, "t.f", [{"number": 3}]) == [
        {"path": "/0/0", "message": "3 is odd", "keyword": "__type__"}
    ]


class Custom:
    def __init__(self, x):
        self.x = x


class CustomType(ObjectType):
    name = "custom"
    cls = Custom
    schema = {"x": {"type": "integer", "minimum": 0}}

    @classmethod
    def encode(cls, value):
        return {"x": value.x}

    @classmethod
    def decode(cls, value):
        return Custom(value["x"])


def test_a_registered_class_is_an_annotation():
    def f(request, value: Custom) -> Custom:
        return Custom(value.x + 1)

    gateway = a_gateway(f, serializer=Serializer([CustomType]))
    assert call(gateway, "t.f", {"__type__": "custom", "x": 1}) == {"__type__": "custom", "x": 2}
    (error,) = errors_of(gateway, "t.f", {"__type__": "custom", "x": -1})
    assert error == {
        "path": "/0/x",
        "message": "-1 is less than the minimum of 0",
        "keyword": "minimum",
    }


# ── what is refused at registration ──


def refused(function, serializer=None):
    with pytest.raises(RegistrationError) as caught:
        a_gateway(function, serializer=serializer).registry.resolve()
    message = str(caught.value)
    assert message.startswith(f"t.{function.__name__} (") and "test_signature.py:" in message
    return message


def test_a_function_without_a_request_parameter_is_refused():
    def no_parameters():
        return None

    def other_name(a, b):
        return None

    def only_keywords(*, request):
        return None

    def only_star(*args):
        return None

    for function in (no_parameters, other_name, only_keywords, only_star):
        assert "the first parameter must be the request" in refused(function)


def test_a_parameter_that_cannot_be_served_is_refused_by_name():
    class Opaque:
        pass

    def f(request, a: int, b=None):
        return None

    f.__annotations__["b"] = list[Opaque]
    assert "parameter 'b': Opaque can't be served" in refused(f)


def test_a_field_as_a_default_is_refused_by_name():
    def f(request, a: int = pydantic.Field(gt=0)):
        """Would be called with the Field itself."""

    assert "parameter 'a': Field(…) is no default: put Field into Annotated" in refused(f)


def test_an_unresolvable_annotation_is_refused():
    def f(request, a: Nowhere):  # noqa: F821
        return None

    assert "'Nowhere' is not defined" in refused(f)


def test_an_unresolvable_annotation_of_the_request_does_not_matter():
    def f(request: OnlyForTypeCheckers, a: int):  # noqa: F821
        return a

    assert call(a_gateway(f), "t.f", 1) == 1


def test_a_result_that_cannot_be_served_is_refused():
    def f(request):
        return None

    f.__annotations__["return"] = bytearray
    assert "the result: bytearray can't be served" in refused(f)


def test_a_decorated_function_keeps_its_signature():
    def decorate(function):
        @functools.wraps(function)
        def wrapper(request, *args, **kwargs):
            return ["wrapped", function(request, *args, **kwargs)]

        return wrapper

    @decorate
    def f(request, a: int):
        return a

    gateway = a_gateway(f)
    assert call(gateway, "t.f", 1) == ["wrapped", 1]
    assert errors_of(gateway, "t.f", "x")


def test_registered_types_stand_beside_typed_dicts_and_protocols():
    class Sized(Protocol):
        def size(self) -> int: ...

    def f(request, item: Item, number: Optional[int] = None) -> list[Item]:
        return [item]

    def g(request, value: Sized):
        return None

    sent = {"sku": "A", "qty": 1, "price": 2.0}
    assert call(a_gateway(f, serializer=Serializer([CustomType])), "t.f", sent) == [sent]
    g.__annotations__["value"] = Sized
    assert "parameter 'value': Sized can't be served" in refused(g, Serializer([CustomType]))


class Options(TypedDict):
    limit: int
    day: NotRequired[date]


def search(request, text: str, **options: Unpack[Options]) -> list[Any]:
    return [text, *sorted(options.items())]


def test_keywords_of_a_typed_dict_are_parameters():
    gateway = a_gateway(search)
    assert call(gateway, "t.search", text="a", limit=3) == ["a", ["limit", 3]]
    day = {"__type__": "date", "value": "2026-11-22"}
    sent = call(gateway, "t.search", text="a", limit=3, day="2026-11-22")
    assert sent == ["a", ["day", day], ["limit", 3]]
    schema = gateway.registry.get("t.search").signature.by_name
    assert schema["required"] == ["text", "limit"] and schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"text": "a"}, ""),
        ({"text": "a", "limit": "3"}, "/limit"),
        ({"text": "a", "limit": 3, "more": 1}, ""),
        ({"text": "a", "limit": 3, "day": 1}, "/day"),
    ],
)
def test_keywords_of_a_typed_dict_are_validated(params, path):
    with pytest.raises(CallError) as caught:
        call(a_gateway(search), "t.search", **params)
    assert caught.value.errors[0]["path"] == path


def test_a_member_of_the_typed_dict_is_no_other_parameter():
    def f(request, limit: int, **options: Unpack[Options]): ...

    assert "'limit' is a parameter and a member of 'options'" in refused(f)
