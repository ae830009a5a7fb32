"""System checks of methods, each with its id."""

from __future__ import annotations

import pytest

from adjax_jsonrpc import Registry
from adjax_jsonrpc.checks import methods


def test_every_schema_is_held_against_json_schemas_own(monkeypatch):
    registry = Registry(app_label=lambda module: "t")

    @registry.register
    def f(request):
        return None

    registry.get("t.f").signature.params_schema = {"type": "nothing"}
    monkeypatch.setattr(methods, "registry", registry)
    (found,) = methods.check_schemas(None)
    assert found.id == "adjax_jsonrpc.E004"
    assert found.msg.startswith("t.f (") and "test_methods.py" in found.msg


@pytest.mark.parametrize(
    ("example", "right"),
    [
        ({"params": [1], "result": 2}, True),
        ({"params": {"a": 1}}, True),
        ({"params": ["one"]}, False),
        ({"params": [1], "result": "two"}, False),
        ({"params": 1}, False),
        ({"params": [object()]}, False),
    ],
)
def test_an_example_is_a_call_that_the_method_takes(monkeypatch, example, right):
    registry = Registry(app_label=lambda module: "t")

    @registry.register(examples=[example])
    def f(request, a: int) -> int:
        return a

    monkeypatch.setattr(methods, "registry", registry)
    found = methods.check_examples(None)
    assert [each.id for each in found] == ([] if right else ["adjax_jsonrpc.E006"])
