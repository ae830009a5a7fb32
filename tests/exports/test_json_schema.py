"""The exported files: what they hold, that they stay the same, and that ajv judges by them alike."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from adjax_jsonrpc import ObjectType, Registry, Serializer
from adjax_jsonrpc.exports.json_schema import files, method_files
from tests.support.annotations import served
from tests.support.calls import a_gateway, a_request, answer
from tests.support.node_tools import judged_by_ajv
from tests.support.paths import ROOT
from tests.support.vectors import ANNOTATIONS, TAGS


def exported(*functions, serializer=None):
    gateway = a_gateway(*functions, serializer=serializer)
    made = files(gateway.registry.methods.values(), gateway.registry.serializer)
    return {path: json.loads(text) for path, text in made.items()}


# ── what the files hold ──


def test_each_method_has_a_file_for_its_params_and_one_for_its_result():
    def f(request, a: int, b: str = "") -> bool:
        """Do it.

        Returns:
            Whether it was done.
        """

    made = exported(f)
    params, result = made["methods/t.f.params.json"], made["methods/t.f.result.json"]
    assert (params["title"], params["description"]) == ("t.f params", "Do it.")
    assert (result["title"], result["description"]) == ("t.f result", "Whether it was done.")
    for schema in (params, result):
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)
    assert [p["title"] for p in params["anyOf"][1]["prefixItems"]] == ["a", "b"]
    assert Draft202012Validator(params).is_valid({"a": 1})
    assert not Draft202012Validator(params).is_valid({"a": "1"})


def test_anything_and_nothing_are_documents_too():
    def anything(request): ...
    def impossible(request, a, /, *, b): ...

    made = exported(anything, impossible)
    assert Draft202012Validator(made["methods/t.anything.result.json"]).is_valid([1])
    assert not Draft202012Validator(made["methods/t.impossible.params.json"]).is_valid([1])


def test_a_name_is_a_file_name_whatever_it_holds():
    registry = Registry(Serializer())
    registry.register(name="t.../../x")(lambda request: None)
    assert list(method_files(registry.methods.values())) == [
        "methods/t...%2F..%2Fx.params.json",
        "methods/t...%2F..%2Fx.result.json",
    ]


def test_the_tags_accept_what_travels():
    schema = Draft202012Validator(exported()["tags.json"])
    judged = [row for row in TAGS if _is_built_in(row["wire"]) and "error" not in row]
    assert len(judged) > 20
    for row in judged:
        assert schema.is_valid(row["wire"]), row["name"]
    assert not schema.is_valid({"__type__": "nope"})
    assert not schema.is_valid({"__type__": "uuid", "value": "x"})


def _is_built_in(wire):
    return type(wire) is dict and Serializer().type_named(wire.get("__type__")) is not None


def test_registered_types_are_among_the_tags():
    class Custom: ...

    class CustomType(ObjectType):
        name, cls, schema = "custom", Custom, {"x": {"type": "integer"}}

    serializer = Serializer([CustomType])
    schema = Draft202012Validator(exported(serializer=serializer)["tags.json"])
    assert schema.is_valid({"__type__": "custom", "x": 1})
    assert not schema.is_valid({"__type__": "custom", "x": "1"})


REQUESTS = [
    a_request("t.f"),
    a_request("t.f", [1], "id"),
    a_request("t.f", {"a": 1}, 1.5),
    a_request("t.f", [], None),
    a_request("t.f", more=1),
    a_request("t.f", request_id=...),
    [a_request("t.f"), a_request("t.f", request_id=...)],
    {},
    [],
    1,
    a_request(1),
    {**a_request("t.f"), "jsonrpc": "1.0"},
    {**a_request("t.f"), "params": 1},
    {**a_request("t.f"), "params": None},
    {**a_request("t.f"), "id": {}},
    {**a_request("t.f"), "id": True},
    [1],
    [a_request("t.f"), {}],
]


def test_the_envelope_is_judged_as_the_gateway_judges_it():
    def f(request, *args, **kwargs): ...

    schema = exported()["envelope.json"]
    request = Draft202012Validator({**schema, "anyOf": schema["anyOf"][:3]})
    response = Draft202012Validator({**schema, "anyOf": schema["anyOf"][3:]})
    gateway = a_gateway(f)
    verdicts = []
    for body in REQUESTS:
        answered = answer(gateway, body)
        refused = any(
            each.get("error", {}).get("code") == -32600
            for each in (answered if isinstance(answered, list) else [answered or {}])
        )
        assert request.is_valid(body) is not refused, body
        assert answered is None or response.is_valid(answered), answered
        verdicts.append(refused)
    assert {True, False} == set(verdicts)
    assert not response.is_valid({"jsonrpc": "2.0", "id": 1, "result": 1, "error": None})


# ── what ajv says ──


@pytest.mark.node
def test_ajv_compiles_every_exported_schema_in_strict_mode(tmp_path):
    call_command("export_schemas", out=tmp_path, verbosity=0)
    paths = [*tmp_path.rglob("*"), *(ROOT / "schemas").rglob("*")]
    cases = [
        {"name": str(path), "schema": json.loads(path.read_text())}
        for path in paths
        if path.suffix == ".json" and path.name != "openrpc.json"
    ]
    assert len(cases) > 100
    done = judged_by_ajv(cases)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.node
def test_ajv_judges_the_vectors_as_the_gateway_does():
    cases = {}
    for row in ANNOTATIONS:
        gateway, _ = served(row["annotation"])
        made = method_files(gateway.registry.methods.values())
        schema = json.loads(made["methods/t.f.params.json"])
        case = cases.setdefault(row["annotation"], {"name": row["annotation"], "schema": schema})
        # An undecodable tag is well-formed JSON of the schema: only the decoder can tell.
        valid = "error" not in row or row.get("keyword") == "__type__"
        case.setdefault("rows", []).append({"instance": [row["wire"]], "valid": valid})
    done = judged_by_ajv([*cases.values()])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.node
def test_ajv_does_find_what_is_wrong():
    done = judged_by_ajv(
        [
            {"name": "a", "schema": {"type": "integer"}, "rows": [{"instance": 1, "valid": False}]},
            {"name": "b", "schema": {"typo": 1}},
        ]
    )
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "a: 1 should be refused",
        'b: strict mode: unknown keyword: "typo"',
        "2 schemas, 1 values judged, 2 wrong",
    ]
