"""The TypeScript declarations: compiled by tsc with what must and must not compile, and as text."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypedDict

import msgspec
import pytest

from adjax_jsonrpc import BigInt, ObjectType, Registry, Schema, Serializer, typed
from adjax_jsonrpc.exports.typescript import declarations
from tests.support.node_tools import compiled
from tests.support.paths import NODE, ROOT


class Item(TypedDict):
    when: datetime
    quantity: Annotated[int, Schema(minimum=1, maximum=99)]


class Tree(TypedDict):
    name: str
    children: list[Tree]


@dataclass
class Point:
    x: int
    y: float = 0.0


class Leaf(msgspec.Struct):
    names: dict[str, bool]


class Branch(msgspec.Struct):
    leaf: Leaf


class Money: ...


class MoneyType(ObjectType):
    name, cls, schema = "money", Money, {"cents": {"type": "integer"}}


class Token: ...


class TokenType(ObjectType):
    name, cls, schema = "token", Token, {"text": {"type": "string"}}


class Color(Enum):
    RED = "red"
    BLUE = 'it\'s "blue"'


class Methods:
    """Each becomes a method ``t.<name>``."""

    def nothing(request) -> None: ...
    def count(request, sku: str, most: int = 5) -> int: ...
    def percent(
        request, value: Annotated[int, Schema(minimum=0)]
    ) -> Annotated[int, Schema(minimum=0, maximum=100)]: ...
    def when(request, value: datetime) -> datetime: ...
    def day(request, value: date) -> date: ...
    def price(request, value: Decimal) -> Decimal: ...
    def paid(request, value: Money) -> Money: ...
    def total(request, value: BigInt = 0) -> BigInt: ...
    def checked(request, token: Token) -> Token: ...
    def content(request, value: bytes) -> bytes: ...
    def names(request, value: set[str]) -> set[str]: ...
    def by_day(request, value: dict[date, float]) -> dict[date, float]: ...
    def by_name(request, value: dict[str, bool]) -> dict[str, bool]: ...
    def pair(request, value: tuple[str, bool]) -> tuple[str, bool]: ...
    def size(request, value: Literal["s", "m", 3] | None) -> Literal["s", "m", 3] | None: ...
    def color(request, value: Color) -> Color: ...
    def anything(request, value=None): ...
    def tree(request, value: Tree) -> Tree: ...
    def many(request, value: list[str | bool]) -> list[str | bool]: ...
    def order(request, items: list[Item]) -> list[Item]: ...
    def move(request, point: Point) -> Point: ...
    def only_named(request, *, a: str) -> None: ...
    def only_positional(request, a: str, /) -> None: ...
    def variable(request, first: str, *rest: bool, **others: float) -> None: ...
    @typed(strict=True)
    def strict_when(request, value: datetime) -> None: ...
    @typed(strict=True)
    def strict_day(request, value: date) -> None: ...


def declared(*functions, serializer=None, big_integers=False, **options):
    registry = Registry(serializer or Serializer(), app_label=lambda module: "t")
    for function in functions:
        registry.register(**options)(function)
    return declarations(registry.methods.values(), registry.serializer, big_integers=big_integers)


def quote(request, sku: str, day: date = date.max) -> Decimal:
    """Look up a price."""
    return Decimal()


def everything():
    registry = Registry(Serializer([MoneyType, TokenType]), app_label=lambda module: "t")
    for name, function in vars(Methods).items():
        if not name.startswith("__"):
            registry.register(function)
    registry.register(name="else.f")(lambda request: None)
    for name in ("desk.v2", "desk.v2.quote", "desk.v3.a.quote"):
        registry.register(name=name)(quote)
    return declarations(registry.methods.values(), registry.serializer)


@pytest.mark.node
def test_what_must_compile_does_and_what_must_not_does_not(tmp_path):
    assert compiled(tmp_path, everything(), (NODE / "snippets.ts").read_text()) == ""


@pytest.mark.node
def test_tsc_does_find_what_is_wrong(tmp_path):
    snippets = (
        'import type { Api } from "./api.js";\nexport const n: Api["t"]["f_text"]["result"] = 1;\n'
    )
    complaints = compiled(tmp_path, declared(f_text), snippets)
    assert "snippets.ts(2,14): error TS2322" in complaints


def f_text(request) -> str:
    return ""


@pytest.mark.node
def test_the_declarations_of_whole_projects_compile(tmp_path):
    for project in ("tests.settings", "example.settings"):
        subprocess.run(
            [sys.executable, "-m", "django", "export_typescript", "--out", tmp_path / "api.d.ts"],
            env={"DJANGO_SETTINGS_MODULE": project, "PYTHONPATH": f"{ROOT}:{ROOT / 'example'}"},
            check=True,
            capture_output=True,
        )
        api = (tmp_path / "api.d.ts").read_text()
        snippets = (
            'import type { Api } from "./api.js";\nimport { createClient } from "adjax-jsonrpc";\n'
            'export const rpc = createClient<Api>("/rpc/");\n'
        )
        assert compiled(tmp_path, api, snippets) == ""


# ── as text ──


def test_a_docstring_becomes_jsdoc():
    def f(request, sku: str) -> int:
        """Count pieces.

        On every shelf. Not */ here.

        Args:
            sku: The product.

        Returns:
            The number.
        """

    assert """\
    /**
     * Count pieces.
     *
     * On every shelf. Not *\\/ here.
     *
     * @param sku The product.
     * @returns The number.
     * @deprecated
     */
    f: Method<[sku: string], { sku: string }, number>;
""" in declared(f, deprecated=True)


def test_an_integer_is_a_number_unless_large_ones_are_asked_for():
    def f(request, a: int | None) -> list[int]: ...
    def g(request, a: BigInt | None) -> list[BigInt]: ...
    def h(request) -> Annotated[BigInt, Schema(minimum=0, maximum=9)]: ...

    number = "Method<[a: number | null], { a: number | null }, number[]>"
    either = (
        "Method<[a: number | bigint | null], { a: number | bigint | null }, Array<number | bigint>>"
    )
    assert number in declared(f) and either not in declared(f)
    assert either in declared(g)
    assert either in declared(f, big_integers=True)
    assert "Method<[], {}, number>" in declared(h, big_integers=True)


def test_names_that_typescript_needs_are_not_taken():
    def f(request) -> list: ...

    f.__annotations__["return"] = list[TypedDict("Date", {"day": str})]
    text = declared(f)
    assert "export interface DateResult {\n  day: string;\n}" in text
    assert "Method<[], {}, DateResult[]>" in text


def test_types_of_one_name_are_kept_apart():
    def f(request) -> Any: ...
    def g(request) -> Any: ...

    f.__annotations__["return"] = TypedDict("Thing", {"a": str})
    g.__annotations__["return"] = TypedDict("Thing", {"b": str})
    text = declared(f, g)
    assert "export interface Thing {\n  a: string;\n}" in text
    assert "export interface ThingResult {\n  b: string;\n}" in text


def test_names_that_are_no_identifiers_are_quoted():
    def f(request) -> Any: ...

    f.__annotations__["return"] = TypedDict("Thing", {"a-b": str, "c": str})
    registry = Registry(Serializer())
    registry.register(name="my-app.f.g")(f)
    text = declarations(registry.methods.values(), registry.serializer)
    assert '  "a-b": string;\n  c: string;\n' in text
    assert '  "my-app": {\n    f: {\n      g: Method<' in text


def test_a_type_without_a_schema_may_hold_anything():
    class Custom: ...

    class CustomType(ObjectType):
        name, cls = "custom", Custom

    def f(request, a) -> None: ...

    f.__annotations__["a"] = Custom
    text = declared(f, serializer=Serializer([CustomType]))
    assert 'export type CustomTag = Tagged<"custom">;' in text
    assert "Method<[a: CustomTag], { a: CustomTag }, null>" in text


def test_a_model_of_another_library_has_one_name():
    def f(request, a: Branch) -> None: ...

    text = declared(f)
    assert "export interface BranchParams {\n  leaf: LeafParams;\n}\n" in text
    assert "Method<[a: BranchParams], { a: BranchParams }, null>" in text
