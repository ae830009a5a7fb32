"""The exported schema is what is enforced, and what is accepted arrives as the annotation says."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from adjax_jsonrpc import Registry, Serializer, WireError
from adjax_jsonrpc.gateway import Gateway, Limits
from tests.support.calls import a_request
from tests.support.examples import many_examples
from tests.support.strategies import ANNOTATIONS, is_instance, wires

many = settings(
    max_examples=many_examples(),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


def _well_formed(wire) -> bool:
    try:
        Serializer().from_wire(copy.deepcopy(wire))
    except WireError:
        return False
    return True


@pytest.fixture(scope="module")
def counts(request):
    counted = {"examples": 0, "accepted": 0}
    yield counted
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(
            f"\nsignature = schema: {counted['examples']} examples of annotation and JSON, "
            f"{counted['accepted']} accepted by both, 0 disagreements"
        )


@many
@given(st.data())
def test_the_gateway_accepts_just_what_jsonschema_accepts(counts, data):
    annotation = data.draw(ANNOTATIONS, label="annotation")
    wire = data.draw(wires(annotation), label="wire")
    assume(_well_formed(wire))
    received = []

    def f(request, value):
        received.append(value)

    f.__annotations__["value"] = annotation
    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(f)
    schema = registry.get("t.f").signature.params_schema
    reference = Draft202012Validator(schema, format_checker=FormatChecker())
    for params in ([wire], {"value": wire}):
        body = json.dumps(a_request("t.f", params)).encode()
        response = json.loads(Gateway(registry, Limits(depth=None)).handle(body))
        accepted = "error" not in response
        if not accepted:
            assert response["error"]["code"] == -32602, response
            assert response["error"]["data"]["errors"]
        assert accepted == reference.is_valid(params), response
        if accepted:
            assert is_instance(received[-1], annotation), received[-1]
            counts["accepted"] += 1
    counts["examples"] += 1
