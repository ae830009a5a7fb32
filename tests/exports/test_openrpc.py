"""The OpenRPC document: what it says of a method, who sees it, and what OpenRPC's tools say to it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypedDict

import pytest
from django.contrib.auth.models import Permission, User
from django.test import RequestFactory
from jsonschema import Draft7Validator, Draft202012Validator

from adjax_jsonrpc import Registry, RpcError, Schema, Serializer, registry
from adjax_jsonrpc.exports.draft07 import draft07
from adjax_jsonrpc.exports.openrpc import document
from adjax_jsonrpc.http.discovery import discover
from adjax_jsonrpc.views import interface_methods
from tests.support.calls import INFO, a_request, described
from tests.support.node_tools import judged_by_the_tools
from tests.support.paths import ROOT


class Node(TypedDict):
    name: str
    children: list[Node]


@dataclass
class Point:
    x: int
    y: int = 0
    seen: set[str] = field(default_factory=set)


def one(function, **options):
    (method,) = described(function, **options)["methods"]
    return method


# ── what it says ──


def test_the_document_names_its_version_and_an_absolute_url():
    def f(request): ...

    made = described(f)
    assert (made["openrpc"], made["info"]) == ("1.3.2", INFO)
    assert made["servers"] == [{"name": "default", "url": "http://a/rpc/"}]


def test_a_docstring_becomes_summary_description_and_parameters():
    def f(request, sku: str, most: int = 5) -> int:
        """Count pieces.

        On every shelf.

        Args:
            sku: The product.
            most: Where to stop.

        Returns:
            The number.
        """

    method = one(f)
    assert (method["summary"], method["description"]) == ("Count pieces.", "On every shelf.")
    sku, most = method["params"]
    assert sku == {
        "name": "sku",
        "description": "The product.",
        "required": True,
        "schema": {"type": "string"},
    }
    assert (most["required"], most["schema"]["default"]) == (False, 5)
    assert method["result"]["description"] == "The number."


def test_a_method_has_the_tags_errors_and_deprecation_it_was_given():
    class ClosedError(RpcError):
        code, message = 1002, "Closed"

    def f(request): ...

    method = one(f, tags=["stock"], errors=[ClosedError, (7, "seven")], deprecated=True)
    assert method["tags"] == [{"name": "t"}, {"name": "stock"}]
    assert method["errors"] == [
        {"code": 1002, "message": "Closed"},
        {"code": 7, "message": "seven"},
    ]
    assert method["deprecated"] is True
    assert not one(f).keys() & {"errors", "deprecated", "examples", "summary", "description"}


def test_a_protected_method_says_how_it_refuses():
    def f(request): ...

    assert [e["code"] for e in one(f, login_required=True)["errors"]] == [-32001]
    assert [e["code"] for e in one(f, permission="a.b")["errors"]] == [-32001, -32002]


def test_examples_are_written_as_they_travel():
    def f(request, price: Decimal, tags: set[str] = frozenset()) -> datetime: ...

    examples = [
        {"params": [Decimal("1.10"), {"b", "a"}], "result": datetime(2026, 11, 22)},
        {"name": "by name", "description": "As one would.", "params": {"price": Decimal(1)}},
    ]
    first, second = one(f, examples=examples)["examples"]
    assert first == {
        "name": "example 1",
        "params": [
            {"name": "price", "value": {"__type__": "decimal", "value": "1.10"}},
            {"name": "tags", "value": {"__type__": "set", "value": ["a", "b"]}},
        ],
        "result": {
            "name": "result",
            "value": {"__type__": "datetime", "value": "2026-11-22T00:00:00"},
        },
    }
    assert (second["name"], second["description"]) == ("by name", "As one would.")


def test_param_structure_is_how_a_function_can_be_called():
    def either(request, a, b=1): ...
    def by_position(request, a, /, *, b=1): ...
    def by_name(request, a=1, /, *, b): ...
    def neither(request): ...

    found = {
        m["name"]: m["paramStructure"]
        for m in described(either, by_position, by_name, neither)["methods"]
    }
    assert found == {
        "t.either": "either",
        "t.by_position": "by-position",
        "t.by_name": "by-name",
        "t.neither": "either",
    }


def test_what_openrpc_has_no_word_for_is_in_extensions():
    def f(request, a: str, *rest: bool, **others: str): ...

    method = one(f)
    assert [p["name"] for p in method["params"]] == ["a"]
    assert method["x-rest"]["schema"] == {"type": "boolean"}
    assert method["x-others"]["schema"] == {"type": "string"}


def test_mounted_methods_are_described_by_their_names():
    registry = Registry(Serializer())
    registry.mount("legacy", {"add": lambda a, b=1: a})
    (method,) = document(registry.methods.values(), registry.serializer, "http://a/", INFO)[
        "methods"
    ]
    assert [(p["name"], p["required"]) for p in method["params"]] == [("a", True), ("b", False)]


def test_a_default_that_cannot_be_sent_is_left_out():
    def f(request, a: Any = object()): ...

    assert one(f)["params"][0]["schema"] == {}


# ── its schemas ──


def test_definitions_are_shared_as_components():
    def f(request, node: Node) -> Node: ...
    def g(request, nodes: list[Node]) -> None: ...

    made = described(f, g)
    assert list(made["components"]["schemas"]) == ["Node"]
    assert made["methods"][0]["params"][0]["schema"] == {"$ref": "#/components/schemas/Node"}
    children = made["components"]["schemas"]["Node"]["properties"]["children"]
    assert children["items"] == {"$ref": "#/components/schemas/Node"}


def test_definitions_of_one_name_that_differ_are_kept_apart():
    def f(request, point: Point) -> Point: ...

    made = described(f)
    schemas = made["components"]["schemas"]
    by_role = [
        made["methods"][0][role]["schema"]["$ref"].rpartition("/")[2] for role in ("result",)
    ] + [made["methods"][0]["params"][0]["schema"]["$ref"].rpartition("/")[2]]
    assert len(set(by_role)) == 2
    result, params = (schemas[name] for name in by_role)
    assert params["required"] == ["x"]
    assert set(result["required"]) == {"x", "y", "seen"}


@pytest.mark.parametrize(
    ("schema", "converted"),
    [
        (
            {"type": "array", "prefixItems": [{"type": "null"}], "items": False},
            {"type": "array", "items": [{"type": "null"}], "additionalItems": False},
        ),
        ({"prefixItems": [True]}, {"items": [True]}),
        ({"items": {"prefixItems": [True]}}, {"items": {"items": [True]}}),
        (
            {"$ref": "#/$defs/a", "title": "A"},
            {"title": "A", "allOf": [{"$ref": "a"}]},
        ),
        ({"properties": {"$ref": {"const": {"prefixItems": []}}}},) * 2,
        ({"contains": True, "minContains": 0, "maxContains": 3}, {}),
        ({"dependentRequired": {"a": ["b"]}}, {"dependencies": {"a": ["b"]}}),
        ({"dependentSchemas": {"a": {"prefixItems": []}}}, {"dependencies": {"a": {"items": []}}}),
        ({"unevaluatedProperties": False}, {}),
        (True, True),
    ],
)
def test_draft_07_says_the_same_or_less(schema, converted):
    assert draft07(schema, lambda name: name) == converted


def test_components_accept_what_the_method_accepts():
    def f(
        request, pair: tuple[int, Annotated[str, Schema(maxLength=2)]], node: Node | None = None
    ): ...

    made = described(f)
    before = Registry(Serializer(), app_label=lambda module: "t")
    before.register(f)
    original = before.get("t.f").signature.params_schema["anyOf"][0]
    definitions = before.get("t.f").signature.params_schema["$defs"]
    pair, node = (param["schema"] for param in made["methods"][0]["params"])
    for name, schema, values in [
        ("pair", pair, [[1, "ab"], [1, "abc"], [1], [1, "a", 2], "no"]),
        ("node", node, [None, {"name": "a", "children": []}, {"name": "a"}, 3]),
    ]:
        old = Draft202012Validator({**original["properties"][name], "$defs": definitions})
        new = Draft7Validator({**schema, "components": made["components"]})
        for value in values:
            assert old.is_valid(value) == new.is_valid(value), value


# ── who sees what ──


def discovered(client):
    response = client.post("/rpc/", a_request("rpc.discover"), "application/json")
    return {method["name"] for method in response.json()["result"]["methods"]}


@pytest.mark.django_db
def test_what_a_caller_may_not_call_it_does_not_see(client):
    protected = {"shapes.whoami", "shapes.later_whoami"}
    assert not discovered(client) & {*protected, "shapes.powerful"}
    assert "shapes.add" in discovered(client)
    user = User.objects.create_user("ann")
    client.force_login(user)
    assert discovered(client) & {*protected, "shapes.powerful"} == protected
    user.user_permissions.add(Permission.objects.get(codename="add_user"))
    assert "shapes.powerful" in discovered(client)
    assert "shapes.powerful" not in client.get("/rpc/").content.decode()


def test_the_gateways_own_method_is_not_among_the_methods(client):
    assert "rpc.discover" not in discovered(client)
    assert "rpc" not in interface_methods(registry.methods.values(), "/rpc/")


@pytest.mark.django_db
def test_a_document_is_made_once_for_all_who_may_call_the_same(settings):
    settings.ALLOWED_HOSTS = ["*"]
    first = discover(RequestFactory().get("/", headers={"Host": "one.example"}))
    second = discover(RequestFactory().get("/", headers={"Host": "two.example"}))
    assert first["methods"] is second["methods"]
    assert [each["servers"][0]["url"] for each in (first, second)] == [
        "http://one.example/rpc/",
        "http://two.example/rpc/",
    ]
    ann = RequestFactory().get("/")
    ann.user = User.objects.create_user("ann")
    assert len(discover(ann)["methods"]) > len(first["methods"])
    settings.ADJAX_DEFAULT_ACCESS = "deny"
    assert len(discover(RequestFactory().get("/"))["methods"]) < len(first["methods"])


def test_openrpc_json_is_the_same_document(client):
    response = client.get("/rpc/openrpc.json", HTTP_HOST="shop.example:8443", secure=True)
    assert response["Content-Type"] == "application/json"
    assert response.json()["servers"][0]["url"] == "https://shop.example:8443/rpc/"
    assert {m["name"] for m in response.json()["methods"]} == discovered(client)


@pytest.mark.parametrize("reads_tags", [False, True])
def test_rpc_discover_gives_the_same_document_to_every_caller(client, reads_tags):
    accept = {"HTTP_ACCEPT": "application/vnd.adjax+json"} if reads_tags else {}
    response = client.post("/rpc/", a_request("rpc.discover"), "application/json", **accept)
    result = response.json()["result"]
    if reads_tags:
        result = Serializer().from_wire(result)
    assert result == client.get("/rpc/openrpc.json").json()
    assert "__type__" in json.dumps(result["components"])


def test_openrpc_json_is_asked_for_again_and_sent_once(client):
    response = client.get("/rpc/openrpc.json")
    assert response["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Authorization"} <= set(response["Vary"].split(", "))
    again = client.get("/rpc/openrpc.json", HTTP_IF_NONE_MATCH=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/rpc/openrpc.json").status_code == 200
    assert client.post("/rpc/openrpc.json").status_code == 405


def test_the_project_says_what_its_methods_are(client, settings):
    settings.ADJAX_OPENRPC_INFO = {"title": "The shop", "version": "7"}
    assert client.get("/rpc/openrpc.json").json()["info"] == {"title": "The shop", "version": "7"}


# ── what OpenRPC's tools say ──


def exported(project, path, folder):
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        f"call_command('export_schemas', out={str(folder)!r}, verbosity=0)"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": project, "PYTHONPATH": f"{path}:{ROOT}"},
        check=True,
    )
    return folder / "openrpc.json"


@pytest.mark.node
def test_openrpcs_tools_accept_the_documents(tmp_path):
    def f(request, a: int, when: datetime, *, pair: tuple[int, str] = (1, "a")): ...
    def tree(request, node: Node) -> Node: ...

    examples = [
        {"params": {"a": 1, "when": datetime(2026, 11, 22)}, "result": None},
        {"params": {"a": 2**70, "when": datetime(2026, 11, 22), "pair": (2, "b")}},
    ]
    small, recursive = tmp_path / "small.json", tmp_path / "recursive.json"
    small.write_text(json.dumps(described(f, examples=examples, errors=[(1, "one")])))
    recursive.write_text(json.dumps(described(tree)))
    documents = [
        small,
        recursive,
        exported("tests.settings", ROOT, tmp_path / "tests"),
        exported("example.settings", ROOT / "example", tmp_path / "example"),
    ]
    done = judged_by_the_tools(documents)
    assert done.returncode == 0, done.stderr
    assert "small.json: 1 methods, 2 examples judged" in done.stdout
    assert "recursive.json: 1 methods, recursive" in done.stdout


@pytest.mark.node
def test_openrpcs_tools_do_find_what_is_wrong(tmp_path):
    def f(request, a: int): ...

    wrong_example = described(f, examples=[{"params": ["one"]}])
    no_schema = described(f)
    del no_schema["methods"][0]["params"][0]["schema"]
    for document_ in (wrong_example, no_schema):
        path = tmp_path / "wrong.json"
        path.write_text(json.dumps(document_))
        assert judged_by_the_tools([path]).returncode == 1
