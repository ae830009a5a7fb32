"""Values of random annotations as TypeScript: tsc accepts what the gateway does, and refuses likewise."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjax_jsonrpc import Registry, Serializer
from adjax_jsonrpc.exports.typescript import declarations
from adjax_jsonrpc.gateway import Gateway
from tests.support.calls import CallError, call
from tests.support.node_tools import compiled
from tests.support.strategies import ANNOTATIONS, values

pytestmark = pytest.mark.node

EACH = 200
HEAD = """\
import { createClient } from "adjax-jsonrpc";
import type { Api } from "./api.js";
// TypeScript infers one type for all items of `new Set([1, "a"])`, and refuses the second one.
type Pair = readonly [unknown, unknown];
declare const set: <const Items extends readonly unknown[]>(items: Items) => Set<Items[number]>;
declare const map: <const Items extends readonly Pair[]>(
  items: Items,
) => Map<Items[number][0], Items[number][1]>;
const { t } = createClient<Api>("/rpc/");
"""


def expression(wire: Any) -> str:
    """Return the TypeScript for a value whose wire form this is."""
    if isinstance(wire, list):
        return f"[{', '.join(map(expression, wire))}]"
    if not isinstance(wire, dict):
        return json.dumps(wire)
    if "__type__" not in wire:
        members = (f"{json.dumps(name)}: {expression(each)}" for name, each in wire.items())
        return f"{{ {', '.join(members)} }}"
    tag, value = wire["__type__"], wire.get("value")
    if tag == "datetime":
        return f"new Date({expression(value)})"
    if tag == "bytes" and isinstance(value, str):
        return f"new Uint8Array({[*b64decode(value)]})"
    if tag in ("set", "map"):
        return f"{tag}({expression(value)})"
    if tag == "object":
        return expression(dict(value)) if "__type__" not in dict(value) else "{}"
    return f"{value}n" if tag == "bigint" else value if tag == "float" else json.dumps(value)


def beside(wire: Any) -> Iterator[Any]:
    """Yield a wire form with ``true``, ``false`` or ``null`` in the place of each part.

    No constraint tells these values apart, so that a refusal is one of the type.
    """
    if isinstance(wire, list):
        for index, part in enumerate(wire):
            yield from ([*wire[:index], other, *wire[index + 1 :]] for other in beside(part))
    elif isinstance(wire, dict) and wire.get("__type__") in ("set", "map"):
        yield from ({**wire, "value": other} for other in beside(wire["value"]) if _is_list(other))
    elif isinstance(wire, dict) and "__type__" not in wire:
        for name, part in wire.items():
            yield from ({**wire, name: other} for other in beside(part))
    yield from (True, False, None)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(each not in (True, False, None) for each in value)


def collected() -> tuple[Registry, list[str], list[str]]:
    """Return methods, and calls with values that the gateway accepts and refuses."""
    registry = Registry(Serializer(), app_label=lambda module: "t")
    gateway = Gateway(registry)
    accepted: list[str] = []
    refused: list[str] = []

    @settings(
        max_examples=EACH + 50,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        annotation = data.draw(ANNOTATIONS)
        wire = registry.serializer.to_wire(data.draw(values(annotation)), bigint_tags=True)
        name = f"f{len(registry.methods)}"

        def method(request, value): ...

        method.__annotations__ = {"value": annotation}
        registry.register(name=f"t.{name}")(method)
        if '"__proto__"' in json.dumps(wire) or not _is_accepted(gateway, name, wire):
            return
        accepted.append(f"void t.{name}({expression(wire)});")
        others = [each for each in beside(wire) if not _is_accepted(gateway, name, each)]
        if others:
            other = others[len(refused) % len(others)]
            refused.append(f"void t.{name}({expression(other)});")

    collect()
    return registry, accepted[:EACH], refused[:EACH]


def _is_accepted(gateway: Gateway, name: str, wire: Any) -> bool:
    try:
        call(gateway, f"t.{name}", json.loads(json.dumps(wire)))
    except CallError as error:
        assert error.code == -32602
        return False
    return True


def test_tsc_accepts_and_refuses_values_as_the_gateway_does(tmp_path):
    registry, accepted, refused = collected()
    api = declarations(registry.methods.values(), registry.serializer, big_integers=True)
    lines = [*accepted, *refused]
    complaints = compiled(tmp_path, api, HEAD + "\n".join(lines) + "\n")
    assert "api.d.ts" not in complaints
    at = {int(number) for number in re.findall(r"snippets\.ts\((\d+),", complaints)}
    first = HEAD.count("\n") + 1
    wrongly_refused = [each for n, each in enumerate(accepted, first) if n in at]
    wrongly_accepted = [
        each for n, each in enumerate(refused, first + len(accepted)) if n not in at
    ]
    assert wrongly_refused == [], complaints
    assert wrongly_accepted == []
    assert (len(accepted), len(refused)) == (EACH, EACH)
