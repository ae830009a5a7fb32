"""Four models, one behaviour: the same fields as a dataclass, an attrs class, a pydantic model and a
Struct of msgspec accept, receive, send, refuse and declare the same."""

from __future__ import annotations

import dataclasses
import enum
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, TypeVar, Union
from uuid import UUID

import annotated_types as at
import attrs
import msgspec
import pydantic
import pytest
from typing_extensions import NotRequired, TypedDict

from adjax_jsonrpc import ObjectType, Schema, Serializer
from adjax_jsonrpc.exports.typescript import declarations
from tests.support.calls import CallError, a_gateway, call

T = TypeVar("T")
KINDS = ("dataclass", "attrs", "pydantic", "msgspec")
FACTORIES = {
    "dataclass": lambda made: dataclasses.field(default_factory=made),
    "attrs": lambda made: attrs.field(factory=made),
    "pydantic": lambda made: pydantic.Field(default_factory=made),
    "msgspec": lambda made: msgspec.field(default_factory=made),
}


class Make:
    """Makes models of one kind: ``make("Name", x=int, y=(str, "default"))``."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.list_field = FACTORIES[kind](list)
        self.bases: tuple[Any, ...] = {
            "pydantic": (pydantic.BaseModel,),
            "msgspec": (msgspec.Struct,),
        }.get(kind, ())

    def __call__(
        self, name: str, *bases: Any, _check: Any = None, _frozen=False, **fields: Any
    ) -> Any:
        def body(namespace):
            namespace |= {"__module__": __name__, "__orig_bases__": (*own, *bases)}
            namespace["__annotations__"] = {
                field: each[0] if type(each) is tuple else each for field, each in fields.items()
            }
            namespace |= {f: each[1] for f, each in fields.items() if type(each) is tuple}
            if self.kind == "pydantic":
                namespace["model_config"] = {"arbitrary_types_allowed": True, "frozen": _frozen}
            if _check is not None:
                hook = {"pydantic": "model_post_init", "attrs": "__attrs_post_init__"}
                namespace[hook.get(self.kind, "__post_init__")] = lambda self, *_: _check(self)

        options = {"frozen": _frozen} if self.kind == "msgspec" else {}
        own = () if bases and bases[0] is not Generic[T] else self.bases
        cls = types.new_class(name, types.resolve_bases((*own, *bases)), options, body)
        if self.kind == "dataclass":
            return dataclass(frozen=_frozen)(cls)
        return attrs.define(frozen=_frozen)(cls) if self.kind == "attrs" else cls


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __eq__(self, other):
        return type(other) is Money and other.cents == self.cents


class MoneyType(ObjectType):
    name, cls = "money", Money
    schema = {"cents": {"type": "integer"}}

    @classmethod
    def encode(cls, value):
        return {"cents": value.cents}

    @classmethod
    def decode(cls, value):
        return Money(value["cents"])


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Item(TypedDict):
    sku: str
    at: NotRequired[date]


class Pair(NamedTuple):
    first: int
    second: str


def tagged(name: str, value: Any) -> dict[str, Any]:
    return {"__type__": name, "value": value}


class Row(NamedTuple):
    """``fields`` of the model, ``wire`` and what the model has then, what is ``sent``, a value that
    is refused and where, and the TypeScript of params and results."""

    name: str
    fields: Any
    wire: Any
    value: Any
    sent: Any
    wrong: Any
    path: Any
    params: str
    result: str


def field(name, annotation, wire, value, sent, wrong, path, params, result) -> Row:
    """A row with one field ``f``."""
    return Row(
        name,
        {"f": annotation},
        {"f": wire},
        {"f": value},
        {"f": wire if sent is ... else sent},
        {"f": wrong},
        f"/0/f{path}",
        f"f: {params}",
        f"f: {result}",
    )


UTC = timezone.utc
MOMENT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
AT = tagged("datetime", "2026-11-22T09:30:00+00:00")
DAY = tagged("date", "2026-11-22")
ID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"


def not_thirteen(model):
    if model.f == 13:
        raise ValueError("unlucky")


# fmt: off
ROWS: list[Row] = [
    field('bool', bool, True, True, ..., 1, '', 'boolean', 'boolean'),
    field('str', str, 'a', 'a', ..., 1, '', 'string', 'string'),
    field('int', int, 3, 3, ..., '3', '', 'number', 'number'),
    field('int as a float', int, 3.0, 3, 3, 3.5, '', 'number', 'number'),
    field('large int', int, 1152921504606846976, 2**60, ..., True, '', 'number', 'number'),
    field('float', float, 1, 1.0, 1.0, '1', '', 'number', 'number'),
    field('none', None, None, None, ..., 0, '', 'null', 'null'),
    field('any', Any, {'a': [1]}, {'a': [1]}, ..., {'__type__': 'nothing'}, '', 'unknown', 'unknown'),
    field('datetime', datetime, '2026-11-22T09:30:00Z', MOMENT, AT, '2026-11-22T09:30:00', '', 'Tagged<"datetime", Date> | string', 'Tagged<"datetime", Date>'),
    field('naive datetime', datetime, {'__type__': 'datetime', 'value': '2026-11-22T09:30:00'}, datetime(2026, 11, 22, 9, 30), ..., 3, '', 'Tagged<"datetime", Date> | string', 'Tagged<"datetime", Date>'),
    field('date', date, '2026-11-22', date(2026, 11, 22), DAY, '2026-02-30', '', 'Tagged<"date", never> | string', 'Tagged<"date", string>'),
    field('time', time, '09:30:00', time(9, 30), tagged('time', '09:30:00'), '9', '', 'Tagged<"time", never> | string', 'Tagged<"time", string>'),
    field('negative timedelta', timedelta, '-P1DT2H', -timedelta(days=1, hours=2), tagged('duration', '-P1DT2H'), '1 day', '', 'Tagged<"duration", never> | string', 'Tagged<"duration", string>'),
    field('decimal', Decimal, '1.10', Decimal('1.10'), tagged('decimal', '1.10'), 1.1, '', 'Tagged<"decimal", never> | string', 'Tagged<"decimal", string>'),
    field('uuid', UUID, ID, UUID(ID), tagged('uuid', ID), 'x', '', 'Tagged<"uuid", never> | string', 'Tagged<"uuid", string>'),
    field('bytes', bytes, 'aGk=', b'hi', tagged('bytes', 'aGk='), 'a', '', 'Uint8Array | ArrayBuffer | string', 'Uint8Array'),
    field('registered type', Money, {'__type__': 'money', 'cents': 5}, Money(5), ..., {'__type__': 'money', 'cents': '5'}, '/cents', 'MoneyTag', 'MoneyTag'),
    field('enum', Size, 's', Size.SMALL, ..., 'm', '', 'Size', 'Size'),
    field('int enum', Level, 2, Level.HIGH, ..., 3, '', 'Level', 'Level'),
    field('literal', Literal['a', 3], 3, 3, ..., 4, '', '"a" | 3', '"a" | 3'),
    field('optional', Optional[date], None, None, ..., 0, '', 'Tagged<"date", never> | string | null', 'Tagged<"date", string> | null'),
    field('optional with a value', Optional[date], '2026-11-22', date(2026, 11, 22), DAY, 3, '', 'Tagged<"date", never> | string | null', 'Tagged<"date", string> | null'),
    field('union', Union[int, str], 'a', 'a', ..., None, '', 'number | string', 'number | string'),
    field('int or float', Union[int, float], 1.5, 1.5, ..., 'a', '', 'number', 'number'),
    field('date or str', Union[date, str], '2026-11-22', date(2026, 11, 22), DAY, 3, '', 'Tagged<"date", never> | string', 'Tagged<"date", string> | string'),
    field('list', list[int], [1, 2], [1, 2], ..., [1, 'a'], '/1', 'readonly number[]', 'number[]'),
    field('list of dates', list[date], ['2026-11-22'], [date(2026, 11, 22)], [DAY], ['x'], '/0', 'ReadonlyArray<Tagged<"date", never> | string>', 'Array<Tagged<"date", string>>'),
    field('sequence', Sequence[int], [1], [1], ..., 1, '', 'readonly number[]', 'number[]'),
    field('tuple', tuple[int, str], [1, 'a'], (1, 'a'), ..., [1], '', 'readonly [number, string]', '[number, string]'),
    field('long tuple', tuple[int, ...], [1, 2], (1, 2), ..., ['a'], '/0', 'readonly number[]', 'number[]'),
    field('set', set[int], [1], {1}, tagged('set', [1]), [1, 1], '', 'ReadonlySet<number> | readonly number[]', 'Set<number>'),
    field('set of dates', set[date], {'__type__': 'set', 'value': ['2026-11-22']}, {date(2026, 11, 22)}, tagged('set', [DAY]), ['2026-13-01'], '/0', 'ReadonlySet<Tagged<"date", never> | string> | ReadonlyArray<Tagged<"date", never> | string>', 'Set<Tagged<"date", string>>'),
    field('frozenset', frozenset[str], {'__type__': 'set', 'value': ['a']}, frozenset({'a'}), ..., 'a', '', 'ReadonlySet<string> | readonly string[]', 'Set<string>'),
    field('colliding set', set[int], [0], {0}, tagged('set', [0]), [n * (2**61 - 1) for n in range(1, 18)], '', 'ReadonlySet<number> | readonly number[]', 'Set<number>'),
    field('dict', dict[str, date], {'a': '2026-11-22'}, {'a': date(2026, 11, 22)}, {'a': DAY}, {'a': 1}, '/a', '{ [name: string]: Tagged<"date", never> | string } | ReadonlyMap<string, Tagged<"date", never> | string>', '{ [name: string]: Tagged<"date", string> }'),
    field('mapping', Mapping[str, int], {'a': 1}, {'a': 1}, ..., [], '', '{ [name: string]: number } | ReadonlyMap<string, number>', '{ [name: string]: number }'),
    field('dict with int keys', dict[int, str], {'__type__': 'map', 'value': [[1, 'one']]}, {1: 'one'}, ..., {'a': 'one'}, '', 'ReadonlyMap<number, string> | { [name: string]: string }', 'Map<number, string> | { [name: string]: never }'),
    field('dict with date keys', dict[date, int], {'__type__': 'map', 'value': [['2026-11-22', 1]]}, {date(2026, 11, 22): 1}, tagged('map', [[DAY, 1]]), {'__type__': 'map', 'value': [['2026-11-22']]}, '/value/0', 'ReadonlyMap<Tagged<"date", never> | string, number> | { [name: string]: number }', 'Map<Tagged<"date", string>, number> | { [name: string]: never }'),
    field('bare dict', dict, {'a': None}, {'a': None}, ..., {'__type__': 'nothing'}, '', '{ [name: string]: unknown } | ReadonlyMap<string, unknown>', '{ [name: string]: unknown }'),
    field('typed dict', Item, {'sku': 'a', 'at': '2026-11-22'}, {'sku': 'a', 'at': date(2026, 11, 22)}, {'sku': 'a', 'at': DAY}, {'sku': 'a', 'x': 1}, '', 'ItemParams', 'Item'),
    field('named tuple', Pair, [1, 'a'], Pair(1, 'a'), ..., ['a', 'a'], '/0', 'PairParams', 'Pair'),
    field('lists of lists', list[list[Decimal]], [['1']], [[Decimal('1')]], [[tagged('decimal', '1')]], [['x']], '/0/0', 'ReadonlyArray<ReadonlyArray<Tagged<"decimal", never> | string>>', 'Array<Array<Tagged<"decimal", string>>>'),
    field('list of a registered type', list[Money], [{'__type__': 'money', 'cents': 1}], [Money(1)], ..., [{'__type__': 'money', 'cents': 1}, 2], '/1', 'readonly MoneyTag[]', 'MoneyTag[]'),
    field('minimum', Annotated[int, at.Ge(1)], 1, 1, ..., 0, '', 'number', 'number'),
    field('bounds', Annotated[float, at.Interval(gt=0, lt=1)], 0.5, 0.5, ..., 1, '', 'number', 'number'),
    field('multiple', Annotated[int, at.MultipleOf(3)], 6, 6, ..., 7, '', 'number', 'number'),
    field('length', Annotated[str, at.Len(1, 2)], 'ab', 'ab', ..., 'abc', '', 'string', 'string'),
    field('pattern', Annotated[str, Schema(pattern='^[a-c]+$')], 'abc', 'abc', ..., 'abd', '', 'string', 'string'),
    field('length of a list', Annotated[list[int], at.MinLen(1)], [1], [1], ..., [], '', 'readonly number[]', 'number[]'),
    field('constrained items', list[Annotated[int, at.Le(5)]], [5], [5], ..., [5, 6], '/1', 'readonly number[]', 'number[]'),
    Row('nested model', lambda make: make('Model', f=make('Inner', x=date)), {'f': {'x': '2026-11-22'}}, {'f': {'x': date(2026, 11, 22)}}, {'f': {'x': DAY}}, {'f': {'x': 1}}, '/0/f/x', 'f: InnerParams', 'f: Inner'),
    Row('list of models', lambda make: make('Model', f=list[make('Inner', x=date)]), {'f': [{'x': '2026-11-22'}]}, {'f': [{'x': date(2026, 11, 22)}]}, {'f': [{'x': DAY}]}, {'f': [{'x': DAY}, {'x': 1}]}, '/0/f/1/x', 'f: readonly InnerParams[]', 'f: Inner[]'),
    Row('dict of models', lambda make: make('Model', f=dict[str, make('Inner', x=int)]), {'f': {'a': {'x': 1}}}, {'f': {'a': {'x': 1}}}, {'f': {'a': {'x': 1}}}, {'f': {'a': {}}}, '/0/f/a', 'f: { [name: string]: Inner } | ReadonlyMap<string, Inner>', 'f: { [name: string]: Inner }'),
    Row('optional model', lambda make: make('Model', f=Optional[make('Inner', x=int)]), {'f': None}, {'f': None}, {'f': None}, {'f': {'x': 'a'}}, '/0/f/x', 'f: Inner | null', 'f: Inner | null'),
    Row('tuple with a model', lambda make: make('Model', f=tuple[make('Inner', x=date), int]), {'f': [{'x': '2026-11-22'}, 1]}, {'f': ({'x': date(2026, 11, 22)}, 1)}, {'f': [{'x': DAY}, 1]}, {'f': [{'x': 1}, 1]}, '/0/f/0/x', 'f: readonly [InnerParams, number]', 'f: [Inner, number]'),
    Row('default', {'f': (int, 3)}, {}, {'f': 3}, {'f': 3}, {'f': 'a'}, '/0/f', 'f?: number', 'f: number'),
    Row('default of None', {'f': (Optional[date], None)}, {}, {'f': None}, {'f': None}, {'f': 1}, '/0/f', 'f?: Tagged<"date", never> | string | null', 'f: Tagged<"date", string> | null'),
    Row('default that is no JSON', {'f': (date, date(2026, 11, 22))}, {}, {'f': date(2026, 11, 22)}, {'f': DAY}, {'f': 1}, '/0/f', 'f?: Tagged<"date", never> | string', 'f: Tagged<"date", string>'),
    Row('default factory', lambda make: make('Model', f=(list[int], make.list_field)), {}, {'f': []}, {'f': []}, {'f': 1}, '/0/f', 'f?: readonly number[]', 'f: number[]'),
    Row('generic model', lambda make: make('Model', f=make('Box', Generic[T], x=T)[date]), {'f': {'x': '2026-11-22'}}, {'f': {'x': date(2026, 11, 22)}}, {'f': {'x': DAY}}, {'f': {'x': 1}}, '/0/f/x', 'f: Box_dateParams', 'f: Box_date'),
    Row('inherited generic model', lambda make: make('Model', make('Box', Generic[T], f=T)[date]), {'f': '2026-11-22'}, {'f': date(2026, 11, 22)}, {'f': DAY}, {'f': 1}, '/0/f', 'f: Tagged<"date", never> | string', 'f: Tagged<"date", string>'),
    Row('inherited fields', lambda make: make('Model', make('Base', f=date), y=(int, 0)), {'f': '2026-11-22'}, {'f': date(2026, 11, 22), 'y': 0}, {'f': DAY, 'y': 0}, {'f': DAY, 'y': 'a'}, '/0/y', 'f: Tagged<"date", never> | string; y?: number', 'f: Tagged<"date", string>; y: number'),
    Row('union of models', lambda make: make('Model', f=Union[make('Cat', k=Literal['cat'], n=int), make('Dog', k=Literal['dog'], n=date)]), {'f': {'k': 'dog', 'n': '2026-11-22'}}, {'f': {'k': 'dog', 'n': date(2026, 11, 22)}}, {'f': {'k': 'dog', 'n': DAY}}, {'f': {'k': 'cat', 'n': 'a'}}, '/0/f/n', 'f: Cat | DogParams', 'f: Cat | Dog'),
    Row('model or a set', lambda make: make('Model', f=Union[make('Loose', n=(int, 0)), set[int]]), {'f': tagged('set', [1])}, {'f': {1}}, {'f': tagged('set', [1])}, {'f': 1}, '/0/f', 'f: LooseParams | ReadonlySet<number> | readonly number[]', 'f: Loose | Set<number>'),
    Row('set of frozen models', lambda make: make('Model', f=set[make('Key', _frozen=True, x=int)]), {'f': [{'x': 1}]}, {'f': {(('x', 1),)}}, {'f': tagged('set', [{'x': 1}])}, {'f': [{'x': 'a'}]}, '/0/f/0/x', 'f: ReadonlySet<Key> | readonly Key[]', 'f: Set<Key>'),
    Row('keys that are frozen models', lambda make: make('Model', f=dict[make('Key', _frozen=True, x=int), int]), {'f': tagged('map', [[{'x': 1}, 2]])}, {'f': {(('x', 1),): 2}}, {'f': tagged('map', [[{'x': 1}, 2]])}, {'f': tagged('map', [[{'x': 'a'}, 2]])}, '/0/f/value/0/0/x', 'f: ReadonlyMap<Key, number> | { [name: string]: never }', 'f: Map<Key, number> | { [name: string]: never }'),
    Row('check of the whole model', lambda make: make('Model', _check=not_thirteen, f=int), {'f': 1}, {'f': 1}, {'f': 1}, {'f': 13}, '/0', 'f: number', 'f: number'),
    Row('check of an item', lambda make: make('Model', f=list[make('Inner', _check=not_thirteen, f=int)]), {'f': [{'f': 1}]}, {'f': [{'f': 1}]}, {'f': [{'f': 1}]}, {'f': [{'f': 1}, {'f': 13}, {'f': 13}]}, ['/0/f/1', '/0/f/2'], 'f: readonly Inner[]', 'f: Inner[]'),
    Row('missing member', {'f': int, 'g': int}, {'f': 1, 'g': 2}, {'f': 1, 'g': 2}, {'f': 1, 'g': 2}, {'f': 1}, '/0', 'f: number; g: number', 'f: number; g: number'),
    Row('several errors', {'f': int, 'g': date}, {'f': 1, 'g': '2026-11-22'}, {'f': 1, 'g': date(2026, 11, 22)}, {'f': 1, 'g': DAY}, {'f': 'a', 'g': 1}, ['/0/f', '/0/g'], 'f: number; g: Tagged<"date", never> | string', 'f: number; g: Tagged<"date", string>'),
]
# fmt: on


def plain(value: Any) -> Any:
    """The attributes of models instead of the models."""
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(map(plain, value))
    if isinstance(value, (set, frozenset)):
        return type(value)(
            tuple(each.items()) if isinstance(each := plain(item), dict) else each for item in value
        )
    if isinstance(value, dict):
        return {plain_key(key): plain(each) for key, each in value.items()}
    if isinstance(value, pydantic.BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if attrs.has(type(value)):
        return {each.name: plain(getattr(value, each.name)) for each in attrs.fields(type(value))}
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


def plain_key(key: Any) -> Any:
    found = plain(key)
    return tuple(found.items()) if isinstance(found, dict) else found


def served(row: Row, kind: str):
    make = Make(kind)
    fields = row.fields
    model = fields(make) if callable(fields) else make("Model", **fields)
    received = []

    def f(request, value):
        received.append(value)
        return value

    f.__annotations__ = {"value": model, "return": model}
    return a_gateway(f, serializer=Serializer([MoneyType])), received, model


table = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
each_kind = pytest.mark.parametrize("kind", KINDS)


@table
@each_kind
def test_the_same_arrives_and_is_sent(row, kind):
    gateway, received, model = served(row, kind)
    result = call(gateway, "t.f", row.wire)
    assert isinstance(received[0], model if isinstance(model, type) else object)
    assert plain(received[0]) == row.value
    assert result == row.sent
    call(gateway, "t.f", row.sent)  # what is sent is accepted
    assert plain(received[1]) == row.value


@table
@each_kind
def test_the_same_is_refused_at_the_same_place(row, kind):
    gateway, received, _ = served(row, kind)
    with pytest.raises(CallError) as caught:
        call(gateway, "t.f", row.wrong)
    assert caught.value.code == -32602 and not received
    paths = [error["path"] for error in caught.value.errors]
    assert paths == (row.path if isinstance(row.path, list) else [row.path])


@table
@each_kind
def test_the_same_is_declared_in_typescript(row, kind):
    gateway, _, _ = served(row, kind)
    text = declarations(gateway.registry.methods.values(), gateway.registry.serializer)
    assert (members_of(text, 1), members_of(text, 2)) == (row.params, row.result)


@each_kind
def test_a_default_of_none_is_sent_as_null_and_not_accepted(kind):
    model = Make(kind)("Model", f=(int, None), g=(Annotated[float, at.Gt(0)], None))

    def f(request, value):
        return value

    f.__annotations__ |= {"value": model, "return": model}
    gateway = a_gateway(f)
    assert call(gateway, "t.f", {}) == {"f": None, "g": None}
    assert call(gateway, "t.f", {"f": 1, "g": 0.5}) == {"f": 1, "g": 0.5}
    with pytest.raises(CallError) as caught:
        call(gateway, "t.f", {"f": None})
    assert [error["path"] for error in caught.value.errors] == ["/0/f"]
    text = declarations(gateway.registry.methods.values(), gateway.registry.serializer)
    assert members_of(text, 1) == "f?: number; g?: number"
    assert members_of(text, 2) == "f: number | null; g: number | null"


def members_of(text: str, part: int) -> str:
    """The members of the model in params (1) or in results (2)."""
    method = text.partition("Method<[value: ")[2].partition(">;\n  };")[0]
    name = method.partition("]")[0] if part == 1 else method.rpartition(", ")[2]
    body = text.partition(f"export interface {name} {{\n")[2].partition("\n}")[0]
    if not body:
        body = text.partition(f"export type {name} = ")[2].partition(";\n")[0]
    joined = "; ".join(line.strip().rstrip(";") for line in body.splitlines())
    # Whether a number may be a bigint is the same for all types, and tested for the export.
    return re.sub(r"(R?)(?:eadonly)?Array<(\w+)>", _short_array, joined.replace(" | bigint", ""))


def _short_array(found: re.Match) -> str:
    return f"{'readonly ' if found[1] else ''}{found[2]}[]"


def test_the_table_has_sixty_rows():
    assert len(ROWS) == len({row.name for row in ROWS}) >= 60
