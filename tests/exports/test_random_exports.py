"""Methods of random annotations: tsc, ajv and OpenRPC's tools take every export, and judge alike."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker

from adjax_jsonrpc.exports.json_schema import method_files
from adjax_jsonrpc.exports.openrpc import document
from adjax_jsonrpc.exports.typescript import declarations
from tests.support.calls import INFO
from tests.support.node_tools import compiled, judged_by_ajv, judged_by_the_tools
from tests.support.random_methods import random_methods

pytestmark = pytest.mark.node

USE = 'import type { Api } from "./api.js";\nexport type Methods = Api["t"];\n'


def _verdicts():
    registry, forms = random_methods()
    verdicts = {}
    for name, method in registry.methods.items():
        schema = Draft202012Validator(
            method.signature.params_schema, format_checker=FormatChecker()
        )
        verdicts[name] = schema.is_valid([forms[name]])
    assert set(verdicts.values()) == {True, False}
    return verdicts


def test_ajv_compiles_and_judges_them_as_jsonschema_does():
    registry, forms = random_methods()
    files = {
        path.removeprefix("methods/").removesuffix(".json"): json.loads(text)
        for path, text in method_files(registry.methods.values()).items()
    }
    verdicts = _verdicts()
    cases = []
    for name, schema in files.items():
        method, _, role = name.rpartition(".")
        rows = [{"instance": [forms[method]], "valid": verdicts[method]}]
        cases.append({"name": name, "schema": schema, "rows": rows if role == "params" else []})
    done = judged_by_ajv(cases)
    assert done.returncode == 0, done.stdout + done.stderr


def test_openrpcs_tools_accept_them_and_draft_07_judges_alike(tmp_path):
    registry, forms = random_methods()
    made = document(registry.methods.values(), registry.serializer, "http://a/rpc/", INFO)
    path = tmp_path / "openrpc.json"
    path.write_text(json.dumps(made))
    done = judged_by_the_tools([path])
    assert done.returncode == 0, done.stderr
    verdicts = _verdicts()
    for method in made["methods"]:
        schema = {**method["params"][0]["schema"], "components": made["components"]}
        judge = Draft7Validator(schema, format_checker=FormatChecker())
        assert judge.is_valid(forms[method["name"]]) is verdicts[method["name"]], method["name"]


def test_tsc_compiles_their_declarations(tmp_path):
    registry, _ = random_methods()
    api = declarations(registry.methods.values(), registry.serializer)
    assert compiled(tmp_path, api, USE) == ""
