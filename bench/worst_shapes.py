"""The worst bodies known, one for each kind of work: ``SHAPES`` makes each in any size."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

Build = Callable[[int], bytes]
"""Size in bytes → a body of about that size."""


class Shape(NamedTuple):
    """A kind of body.

    ``is_async``: it is posted to an ASGI application. ``is_observed``: a signal has a receiver.
    """

    name: str
    build: Build
    is_async: bool = False
    headers: dict[str, str] = {}
    is_observed: bool = False
    settings: dict[str, Any] = {}

    @property
    def reason(self) -> str:
        """Why it is above the budget, ``""`` if it is not expected to be."""
        return REASONS.get(self.name, "")


def call(method: str, params: bytes, request_id: bytes = b"1") -> bytes:
    return b'{"jsonrpc":"2.0","method":"worst.%s","params":%s,"id":%s}' % (
        method.encode(),
        params,
        request_id,
    )


def fill(item: bytes, size: int) -> bytes:
    """Repeat ``item`` with commas between."""
    return b",".join([item] * max(1, size // (len(item) + 1)))


def number(make: Callable[[int], bytes], size: int) -> bytes:
    """Join ``make(0)``, ``make(1)``, …, with commas between, to ``size`` bytes."""
    parts: list[bytes] = []
    length = 0
    while length < size:
        parts.append(make(len(parts)))
        length += len(parts[-1]) + 1
    return b",".join(parts)


def items(method: str, item: str) -> Build:
    """Return what builds a call with a list of one item, again and again."""
    return lambda size: call(method, b"[[%s]]" % fill(item.encode(), size))


def numbered(method: str, make: Callable[[int], str], around: str = "[[%s]]") -> Build:
    """Return what builds a call with items that differ."""
    before, after = around.encode().split(b"%s")
    return lambda size: call(method, before + number(lambda n: make(n).encode(), size) + after)


def text(method: str, unit: str, around: str = '["%s"]') -> Build:
    """Return what builds a call with one long text."""
    before, after = around.encode().split(b"%s")
    sent = unit.encode()
    return lambda size: call(method, before + sent * (size // len(sent)) + after)


def towers(method: str, opening: str, inner: str, closing: str, depth: int, around: str) -> Build:
    """Return what builds a call with as many values nested ``depth`` deep as fit."""
    tower = opening * depth + inner + closing * depth
    before, after = around.encode().split(b"%s")
    return lambda size: call(method, before + fill(tower.encode(), size) + after)


def tag(name: str, value: str) -> str:
    return f'{{"__type__":"{name}","value":{value}}}'


def batch(entry: Callable[[int], str], most: int | None = None) -> Build:
    """Return what builds a batch of entries; with ``most``, of that many with longer params."""

    def build(size: int) -> bytes:
        return b"[%s]" % number(lambda n: entry(n).encode(), size)

    return build


def entries(count: int, method: str, item: str) -> Build:
    """Return what builds a batch of ``count`` calls that share the size."""

    def build(size: int) -> bytes:
        one = call(method, b"[[%s]]" % fill(item.encode(), max(1, size // count - 60)))
        return b"[%s]" % b",".join([one] * count)

    return build


def _permuted(size: int) -> bytes:
    """Integers in an order that no sort finds quickly."""
    values = list(range(size // 6))
    random.Random(1).shuffle(values)
    return b",".join(b"%d" % value for value in values)


def _exponents(size: int) -> bytes:
    """Return numbers of few bytes and many digits."""
    made = (b"%d.%d%de%d" % (n % 9 + 1, n // 9 % 10, n // 90 % 10, 307 - n // 900) for n in count())
    return number(lambda n: next(made), size)


MODULUS = 2**61 - 1
"""Integers that differ by this have the same hash in CPython."""

NODE = '{"when":"2026-11-22T09:30:00Z","next":'
DATETIME = '"2026-11-22T09:30:00.123456+01:00"'
W29 = '{"kind":"a","when":"2026-11-22T09:30:00Z","m29":1}'
NEARLY = '{"kind":"a","when":"2026-11-22T09:30:00Z","m29":"1"}'

NUMBERS = [
    Shape("integers: 1e308", items("ints", "1e308")),
    Shape("integers: 1e308, asynchronous", items("aints", "1e308"), is_async=True),
    Shape("integers: 1.1e308, all different", lambda n: call("ints", b"[[%s]]" % _exponents(n))),
    Shape("integers: 1e22", items("ints", "1e22")),
    Shape("integers: 1.0", items("ints", "1.0")),
    Shape("integers of 4,300 digits", items("ints", "9" * 4300)),
    Shape("integers of 30 digits", items("ints", "9" * 30)),
    Shape("one integer as long as the body", lambda n: call("ints", b"[[%s]]" % (b"9" * n))),
    Shape("bigint tags of 4,300 digits", items("ints", tag("bigint", '"' + "9" * 4300 + '"'))),
    Shape("bigint tags of 1 digit", items("ints", tag("bigint", '"1"'))),
    Shape("multipleOf of 1e308", items("bounded", "1e308")),
    Shape("multipleOf of 300 digits", items("bounded", "3" * 300)),
    Shape("floats of one digit", items("floats", "1")),
    Shape("floats with 700 decimals", items("floats", "0." + "12345" * 140)),
    Shape("one float as long as the body", lambda n: call("floats", b"[[0.%s]]" % (b"1" * n))),
    Shape("floats from integers out of range", items("floats", "9" * 400)),
    Shape("untyped 1e308", items("any", "1e308")),
]

TAGS = [
    Shape("untyped datetime tags", items("any", tag("datetime", DATETIME))),
    Shape("untyped date tags", items("any", tag("date", '"2026-11-22"'))),
    Shape("untyped decimal tags", items("any", tag("decimal", '"1"'))),
    Shape("untyped duration tags", items("any", tag("duration", '"P1DT2H3M4.5S"'))),
    Shape(
        "untyped uuid tags",
        items("any", tag("uuid", '"%s"' % ("0" * 8 + "-0000" * 3 + "-" + "0" * 12))),
    ),
    Shape("untyped bytes tags", items("any", tag("bytes", '""'))),
    Shape(
        "one bytes tag as long as the body",
        text("any", "AAAA", '[{"__type__":"bytes","value":"%s"}]'),
    ),
    Shape("one decimal as long as the body", text("decimals", "9", '[["%s"]]')),
    Shape("decimals with large exponents", items("decimals", '"1E9999"')),
    Shape("untyped empty sets", items("any", tag("set", "[]"))),
    Shape("untyped sets of one", items("any", tag("set", "[1]"))),
    Shape("untyped empty maps", items("any", tag("map", "[]"))),
    Shape("untyped objects", items("any", tag("object", '[["a",1]]'))),
    Shape("tags of a registered type", items("any", '{"__type__":"worst.money","amount":""}')),
    Shape(
        "an unknown tag at the end",
        lambda n: call(
            "any", b'[[%s,{"__type__":"no"}]]' % fill(tag("date", '"2026-11-22"').encode(), n)
        ),
    ),
    Shape("an unknown tag with a long name", text("any", "x", '[{"__type__":"%s"}]')),
    Shape(
        "a bad tag at the end",
        lambda n: call("any", b'[[%s,{"__type__":"date","value":""}]]' % fill(b"0", n)),
    ),
    Shape("an escaped tag name", items("any", '{"\\u005f_type__":"date","value":"2026-11-22"}')),
    Shape(
        "tags nested in lists", towers("any", "[", tag("date", '"2026-11-22"'), "]", 90, "[[%s]]")
    ),
    Shape(
        "sets nested in sets", towers("any", '{"__type__":"set","value":[', "1", "]}", 45, "[[%s]]")
    ),
    Shape(
        "maps nested as keys",
        towers("any", '{"__type__":"map","value":[[', "1", ",1]]}", 30, "[[%s]]"),
    ),
    Shape(
        "lists nested as members of a set",
        towers("set_any", "[", "1", "]", 80, '[{"__type__":"set","value":[%s]}]'),
    ),
    Shape("datetimes", items("datetimes", DATETIME)),
    Shape(
        "datetimes, the last one wrong",
        lambda n: call("datetimes", b'[[%s,"x"]]' % fill(DATETIME.encode(), n)),
    ),
    Shape("tagged datetimes", items("datetimes", tag("datetime", DATETIME))),
    Shape("dates", items("dates", '"2026-11-22"')),
    Shape("tagged dates", items("dates", tag("date", '"2026-11-22"'))),
    Shape("times", items("times", '"09:30:00.1"')),
    Shape("durations", items("durations", '"PT1S"')),
    Shape("uuids", items("uuids", '"%s"' % ("0" * 8 + "-0000" * 3 + "-" + "0" * 12))),
    Shape("empty bytes", items("bytes", '""')),
    Shape("tagged money", items("money", '{"__type__":"worst.money","amount":""}')),
]

COLLECTIONS = [
    Shape(
        "a set of equal integers",
        lambda n: call("set_any", b'[{"__type__":"set","value":[%s]}]' % fill(b"1", n)),
    ),
    Shape(
        "an untyped set of equal integers",
        lambda n: call("any", b'[{"__type__":"set","value":[%s]}]' % fill(b"1", n)),
    ),
    Shape(
        "an untyped set of colliding integers",
        numbered("any", lambda n: str(n * MODULUS), '[{"__type__":"set","value":[%s]}]'),
    ),
    Shape(
        "sets of colliding integers",
        lambda n: call(
            "sets",
            b"[[%s]]" % fill(b"[%s]" % b",".join(b"%d" % (k * MODULUS) for k in range(16)), n),
        ),
    ),
    Shape("empty sets", items("sets", "[]")),
    Shape(
        "an untyped map of colliding keys",
        numbered("any", lambda n: f"[{n * MODULUS},0]", '[{"__type__":"map","value":[%s]}]'),
    ),
    Shape(
        "a map of equal keys",
        lambda n: call("map", b'[{"__type__":"map","value":[%s]}]' % fill(b"[1,1]", n)),
    ),
    Shape("a set of strings", numbered("set_text", lambda n: f'"{n}"', "[[%s]]")),
    Shape("a set of equal strings", items("set_text", '"a"')),
    Shape("a set of dates", items("set_dates", '"2026-11-22"')),
    Shape(
        "untyped set of tagged decimals",
        numbered("any", lambda n: tag("decimal", f'"{n}.5"'), '[{"__type__":"set","value":[%s]}]'),
    ),
    Shape("unique items: integers", lambda n: call("unique", b"[[%s]]" % _permuted(n))),
    Shape("unique items: objects", numbered("unique", lambda n: f'{{"a":{n}}}')),
    Shape("unique items: equal lists", items("unique", "[]")),
    Shape("unique items: colliding numbers", numbered("unique", lambda n: str(n * MODULUS))),
    Shape("an object of many members", numbered("dict", lambda n: f'"{n}":0', "[{%s}]")),
    Shape(
        "an object of many dates", numbered("dict_dates", lambda n: f'"{n}":"2026-11-22"', "[{%s}]")
    ),
    Shape("a pattern for many member names", numbered("named", lambda n: f'"x{n}":0', "[{%s}]")),
]

UNIONS = [
    Shape("a recursive union, 90 deep", lambda n: call("node", b"[%s]" % _nodes(n))),
    Shape("many objects of a recursive union", items("nodes", NODE + "null}")),
    Shape(
        "objects of a recursive union, 45 deep", towers("nodes", NODE, "null", "}", 45, "[[%s]]")
    ),
    Shape(
        "objects of a recursive union, wrong at the bottom",
        towers("nodes", NODE, "5", "}", 90, "[[%s]]"),
    ),
    Shape(
        "a recursive alias in lists, 90 deep",
        towers("tree", "[", '"2026-11-22"', "]", 90, "[[%s]]"),
    ),
    Shape(
        "a recursive alias in objects, 90 deep",
        towers("tree", '{"a":', '"2026-11-22"', "}", 90, "[[%s]]"),
    ),
    Shape(
        "a recursive alias, asynchronous",
        towers("atree", '{"a":', "1", "}", 90, "[[%s]]"),
        is_async=True,
    ),
    Shape("a recursive alias, wrong at the bottom", towers("tree", "[", "null", "]", 90, "[[%s]]")),
    Shape("a recursive alias, flat", items("tree", "[]")),
    Shape("a wide union, its last branch", items("wide", W29)),
    Shape("a wide union, almost matching", items("wide", NEARLY)),
    Shape("a wide union, empty objects", items("wide", "{}")),
    Shape(
        "lists of integers or dates",
        lambda n: call("lists", b"[[[%s]]]" % fill(b'"2026-11-22"', n)),
    ),
    Shape("many lists of integers or dates", items("lists", '["2026-11-22"]')),
    Shape("empty lists of integers or dates", items("lists", "[]")),
    Shape(
        "objects of integers or dates",
        numbered("either", lambda n: f'"{n}":"2026-11-22"', "[{%s}]"),
    ),
    Shape("integers, dates, floats or null", items("optionals", 'null,1,1.5,"2026-11-22"')),
    Shape("literals", items("literals", '"b"')),
]


def _nodes(size: int) -> bytes:
    """Return 90 nested objects of a recursive union; the innermost one is as long as the body."""
    days = fill(b'"2026-11-22"', size)
    return b'{"when":%s,"next":' % DATETIME.encode() * 90 + (
        b'{"when":%s,"days":[%s]}' % (DATETIME.encode(), days) + b"}" * 90
    )


MODELS = [
    Shape("dataclasses", items("items", '{"sku":"","qty":1}')),
    Shape("typed dicts", items("rows", '{"a":1,"b":""}')),
    Shape("named tuples", items("pairs", '[1,"2026-11-22"]')),
    Shape("enums", items("colors", '"red"')),
    Shape("attrs classes", items("attrs", '{"sku":"","day":"2026-11-22","tags":[1]}')),
    Shape("pydantic models", items("models", '{"name":""}')),
    Shape(
        "pydantic models with many numbers",
        lambda n: call("models", b'[[{"name":"","numbers":[%s]}]]' % _permuted(n)),
    ),
    Shape(
        "pydantic models with colliding numbers",
        numbered("models", lambda n: str(n * MODULUS), '[[{"name":"","numbers":[%s]}]]'),
    ),
    Shape("Structs", items("structs", '{"name":""}')),
    Shape(
        "Structs with colliding numbers",
        numbered("structs", lambda n: str(n * MODULUS), '[[{"name":"","numbers":[%s]}]]'),
    ),
    Shape(
        "Structs with colliding keys",
        numbered("structs", lambda n: f'"{n * MODULUS}":0', '[[{"name":"","counts":{%s}}]]'),
    ),
]

ERRORS = [
    Shape("every item wrong", items("rows", '{"a":"x","b":0}')),
    Shape("every integer wrong", items("ints", '"x"')),
    Shape(
        "the last item wrong",
        lambda n: call("rows", b'[[%s,{"a":"x"}]]' % fill(b'{"a":1,"b":""}', n)),
    ),
    Shape("one wrong text as long as the body", text("ints", "x")),
    Shape("one wrong text with escapes", text("ints", "\\u0001")),
    Shape(
        "an unknown member as long as the body", text("strict_row", "x", '[{"a":1,"b":"","%s":1}]')
    ),
    Shape(
        "many unknown members", numbered("strict_row", lambda n: f'"x{n}":0', '[{"a":1,"b":"",%s}]')
    ),
    Shape("many unknown parameters", numbered("text", lambda n: f'"x{n}":0', "{%s}")),
    Shape("too many parameters by position", lambda n: call("text", b"[%s]" % fill(b"0", n))),
    Shape(
        "a wrong value of many members",
        lambda n: call("ints", b"[[{%s}]]" % number(lambda k: b'"%d":0' % k, n)),
    ),
    Shape("a wrong value, deep", towers("matrix", "[", "0", "]", 90, "[[%s]]")),
    Shape("wrong at depth 3", items("matrix", '[["x"]]')),
    Shape("a wrong member with a long name", text("dict_dates", "x", '[{"%s":1}]')),
    Shape("a long name with slashes", text("dict_dates", "~/", '[{"%s":1}]')),
    Shape("duplicates: unique items", items("unique", '"aaaaaaaa"')),
    Shape("*args of wrong dates", lambda n: call("rest", b"[%s]" % fill(b'"x"', n))),
    Shape("**kwargs of dates", numbered("rest", lambda n: f'"x{n}":"2026-11-22"', "{%s}")),
    Shape("a result that breaks its schema", items("broken_result", '"x"')),
]

TEXTS = [
    Shape("one text of one character", text("text", "x")),
    Shape("one text of escapes", text("text", "\\u00e9")),
    Shape("one text of surrogate pairs", text("text", "\\ud83d\\ude00")),
    Shape("one text of two-byte characters", text("text", "é")),
    Shape("one text of four-byte characters", text("text", "😀")),
    Shape("empty texts", items("texts", '""')),
    Shape("texts with a wide character each", items("texts", '"😀"')),
    Shape("a pattern that backtracks", text("matching", "a", '[["%sb"]]')),
    Shape("short texts for a pattern", items("matching", '"a"')),
    Shape("emails", items("emails", '"a@b.cd"')),
    Shape("one email as long as the body", text("emails", "a.", '[["%sa@b.cd"]]')),
    Shape("one datetime as long as the body", text("datetimes", "2", '[["%s"]]')),
    Shape("one duration as long as the body", text("durations", "1", '[["P%sD"]]')),
]

BODIES = [
    Shape("not UTF-8 at the end", lambda n: call("text", b'["%s\xff"]' % (b"x" * n))),
    Shape("not JSON at the end", lambda n: call("ints", b"[[%s]]" % fill(b"0", n)) + b"x"),
    Shape("a lone surrogate at the end", lambda n: call("text", b'["%s\\ud800"]' % (b"x" * n))),
    Shape(
        "a number out of range at the end", lambda n: call("ints", b"[[%s,1e999]]" % fill(b"0", n))
    ),
    Shape("not JSON after many objects", lambda n: b"[%s" % fill(b"{}", n)),
    Shape("opening brackets", lambda n: b"[" * n),
    Shape("opening braces", lambda n: b'{"":' * (n // 4)),
    Shape("brackets in pairs", lambda n: call("any", b"[[%s]]" % fill(b"[]", n))),
    Shape("nested 100 deep, again and again", towers("any", "[", "", "]", 95, "[[%s]]")),
    Shape(
        "nested 101 deep at the end",
        lambda n: call("any", b"[[%s,%s]]" % (fill(b"[]", n), b"[" * 101 + b"]" * 101)),
    ),
    Shape("quotes and backslashes", text("text", '\\\\\\"[')),
    Shape(
        "repeated params",
        lambda n: (
            b'{"jsonrpc":"2.0","method":"worst.ints",%s,"params":[[]],"id":1}'
            % fill(b'"params":[[[[]]]]', n)
        ),
    ),
    Shape(
        "a repeated method",
        lambda n: (
            b'{"jsonrpc":"2.0",%s,"method":"worst.ints","params":[[]],"id":1}'
            % fill(b'"method":"x"', n)
        ),
    ),
    Shape("repeated members", lambda n: call("dict", b"[{%s}]" % fill(b'"a":[]', n))),
    Shape(
        "unknown members of the Request",
        lambda n: (
            b'{"jsonrpc":"2.0","method":"worst.ints","params":[[]],"id":1,%s}'
            % number(lambda k: b'"x%d":[]' % k, n)
        ),
    ),
    Shape("whitespace", lambda n: b" " * n + call("ints", b"[[]]")),
    Shape("a long id", lambda n: call("ints", b"[[]]", b'"%s"' % (b"x" * n))),
    Shape("a long number as id", lambda n: call("ints", b"[[]]", b"9" * n)),
    Shape("an id of decimals", lambda n: call("ints", b"[[]]", b"0.%s" % (b"1" * n))),
    Shape("a long method name", lambda n: call("x" * n, b"[]")),
    Shape("an unknown method with many params", items("unknown", "[]")),
    Shape("a batch of numbers", lambda n: b"[%s]" % fill(b"1", n)),
    Shape("a batch of empty objects", lambda n: b"[%s]" % fill(b"{}", min(n, 300))),
    Shape(
        "99 entries with a fraction as id",
        lambda n: (
            b"[%s]" % b",".join([call("ints", b"[[%s]]" % fill(b"0", n // 99), b"1.10")] * 99)
        ),
    ),
    Shape(
        "100 entries that are no Request",
        lambda n: b"[%s]" % b",".join([b'{"x":[%s]}' % fill(b"0", n // 100)] * 100),
    ),
    Shape("100 calls", entries(100, "ints", "1.0")),
    Shape("100 unknown methods", entries(100, "unknown", "[]")),
    Shape(
        "100 Notifications",
        lambda n: (
            b"[%s]"
            % b",".join(
                [
                    b'{"jsonrpc":"2.0","method":"worst.ints","params":[[%s]]}'
                    % fill(b'"x"', n // 100)
                ]
                * 100
            )
        ),
    ),
    Shape("100 wrong calls", entries(100, "ints", '"x"')),
]

CALLERS = [
    Shape("a hidden method", items("hidden", "0")),
    Shape("a hidden method with empty objects", items("hidden_any", "{}")),
    Shape("a hidden method with wrong params", items("hidden", '"x"')),
    Shape("100 hidden calls", entries(100, "hidden_any", "{}")),
    Shape("a hidden method, observed", items("hidden_any", "{}"), is_observed=True),
    Shape(
        "a call with params in signals",
        items("any", "{}"),
        is_observed=True,
        settings={"ADJAX_SIGNAL_PARAMS": True},
    ),
    Shape("a permission that is missing", items("staff", "0")),
    Shape("a refusing access function", items("access", "{}")),
    Shape(
        "a call with a key",
        lambda n: call("keyed", b'{"value":[%s],"key":"k%d"}' % (fill(b"{}", n), n)),
    ),
    Shape(
        "a keyed call with sorted members",
        lambda n: call(
            "keyed",
            b'{"value":{%s},"key":"m%d"}'
            % (number(lambda k: b'"%d":1' % (k * 7919 % 1000003), n), n),
        ),
    ),
    Shape("a call with defaults", lambda n: call("defaults", b"[1,[%s]]" % fill(b"0", n))),
]

RESULTS = [
    Shape("the params as they are", items("back", "[]")),
    Shape("dates for numbers", items("back_dates", "0")),
    Shape("decimals for numbers", items("back_decimals", "0")),
    Shape("a class with the params", items("back_class", "[]")),
    Shape("a set of numbers", items("back_set", "0")),
    Shape("results with lone surrogates", items("back_surrogates", "0")),
    Shape("an error with the params", items("fail", "{}")),
    Shape(
        "a result for bigint tags",
        lambda n: call("back", b"[[%s]]" % fill(b"9007199254740993", n)),
        headers={"Accept": "application/vnd.adjax+json"},
    ),
]

SHAPES = [
    *NUMBERS,
    *TAGS,
    *COLLECTIONS,
    *UNIONS,
    *MODELS,
    *ERRORS,
    *TEXTS,
    *BODIES,
    *CALLERS,
    *RESULTS,
]

BY_HTTP = [
    "integers: 1e308",
    "untyped datetime tags",
    "objects of a recursive union, 45 deep",
    "every item wrong",
    "opening brackets",
    "a hidden method with empty objects",
    "100 unknown methods",
    "the params as they are",
]
"""Shapes that are posted by HTTP, too."""

_EMPTY = "an empty list or dict of Python takes 64 bytes and more, its text 3"
_NESTED = "a list inside a list of Python takes 88 bytes, its text 2"
_LONG = "the objects of Python that the text stands for take that much"

REASONS = {
    **dict.fromkeys(
        [
            "a recursive alias, flat",
            "empty lists of integers or dates",
            "brackets in pairs",
            "unique items: equal lists",
            "an unknown method with many params",
            "100 unknown methods",
            "100 hidden calls",
            "a wide union, empty objects",
            "a refusing access function",
            "a hidden method with empty objects",
            "a hidden method, observed",
            "not JSON after many objects",
            "nested 101 deep at the end",
            "a call with a key",
            "an error with the params",
            "a class with the params",
        ],
        _EMPTY,
    ),
    **dict.fromkeys(
        [
            "a recursive alias in lists, 90 deep",
            "a recursive alias in objects, 90 deep",
            "a recursive alias, asynchronous",
            "a recursive alias, wrong at the bottom",
            "lists nested as members of a set",
            "nested 100 deep, again and again",
            "tags nested in lists",
            "a wrong value, deep",
            "wrong at depth 3",
        ],
        _NESTED,
    ),
    **dict.fromkeys(
        [
            "Structs",
            "pydantic models with many numbers",
            "a map of equal keys",
            "a pattern for many member names",
            "a set of equal strings",
            "a set of numbers",
            "texts with a wide character each",
        ],
        _LONG,
    ),
    "a wide union, its last branch": "jsonschema-rs keeps a verdict for each branch and object",
    "floats of one digit": "a float of Python takes 32 bytes with its place in a list, its text 2",
    "integers: 1.1e308, all different": "each is an integer of 309 digits",
    "literals": _LONG,
    "Structs with colliding keys": "each key is validated by the pattern of integers",
    "objects of a recursive union, 45 deep": "each object is validated for both classes, in Python",
    "empty sets": "an empty set of Python takes 216 bytes, its text 3",
    "pydantic models": "pydantic takes 12 µs and 800 bytes for an instance of the smallest model",
    "a batch of empty objects": "at most 100 entries, each with an error of 100 bytes",
    "a call with params in signals": "ADJAX_SIGNAL_PARAMS asks for copies of the params",
}
