"""A union decodes a value by the branch that accepts it, in a time proportional to its size."""

from __future__ import annotations

import json
from dataclasses import dataclass, make_dataclass
from datetime import date
from typing import Union

import pytest

from adjax_jsonrpc.types import unions
from tests.support.calls import a_gateway, a_request


@dataclass
class Number:
    mark: int | None = None
    next: Number | Text | None = None


@dataclass
class Text:
    mark: str | None = None
    next: Number | Text | None = None


def described(value: Number | Text | None) -> list[str]:
    names = []
    while value is not None:
        names.append(type(value).__name__)
        value = value.next
    return names


def a_chain(*marks) -> dict:
    value = None
    for mark in reversed(marks):
        value = {"mark": mark, "next": value}
    return value


def chosen(params):
    def f(request, value: Number | Text) -> list[str]:
        return described(value)

    answer = json.loads(a_gateway(f).handle(json.dumps(a_request("t.f", params)).encode()))
    return answer.get("result", answer)


def test_the_first_branch_that_accepts_a_value_with_all_inside_decodes_it():
    assert chosen([a_chain(1, None, "a", 2, "b")]) == ["Number", "Number", "Text", "Number", "Text"]
    assert "error" in chosen([a_chain(1, "a", 1.5)])


def test_a_nested_value_is_not_validated_anew_at_each_level(monkeypatch):
    def refuse(schema):
        pytest.fail("a branch is validated with all that is inside")

    monkeypatch.setattr(unions, "validator", refuse)
    assert chosen([a_chain(*[None] * 60, "a")]) == ["Number"] * 60 + ["Text"]
    assert chosen([a_chain(*["a"] * 90)]) == ["Text"] * 90


WIDE = [make_dataclass(f"W{n}", [("day", date), (f"m{n}", int, 0)]) for n in range(30)]


def test_the_branches_of_a_wide_union_are_chosen_by_the_names_of_members(monkeypatch):
    def f(request, value):
        return type(value).__name__

    f.__annotations__ = {"value": Union[tuple(WIDE)], "return": str}
    monkeypatch.setattr(unions, "validator", lambda schema: pytest.fail("no need to validate"))
    gateway = a_gateway(f)
    for n in (0, 17, 29):
        params = [{"day": "2026-11-22", f"m{n}": 1}]
        answer = json.loads(gateway.handle(json.dumps(a_request("t.f", params)).encode()))
        assert answer["result"] == f"W{n}"
