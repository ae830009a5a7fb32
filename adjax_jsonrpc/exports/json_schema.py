"""JSON Schema 2020-12 files: of Requests and Responses, of tagged values, and of each method."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from .._types import JsonSchema
from ..methods.method import Method
from ..methods.signature import Signature
from ..types.builtin_tags import BUILT_IN
from ..types.codec import tag_schema
from ..types.serializer import Serializer
from .docstrings import parse_docstring

DIALECT = "https://json-schema.org/draft/2020-12/schema"
METHODS = "methods"
"""The folder with the files of the methods."""
PARAMS, RESULT = ".params.json", ".result.json"
"""The ends of the names of a method's two files."""

_VERSION: JsonSchema = {"const": "2.0"}
_ID: JsonSchema = {"type": ["string", "number", "null"]}
_CALL: dict[str, Any] = {
    "jsonrpc": _VERSION,
    "method": {"type": "string"},
    "params": {"type": ["array", "object"]},
}
_ENVELOPE: dict[str, dict[str, Any]] = {
    "Request": {
        "description": "A call that is answered. Further members are ignored.",
        "type": "object",
        "properties": {**_CALL, "id": _ID},
        "required": ["jsonrpc", "method", "id"],
    },
    "Notification": {
        "description": "A call that is never answered.",
        "type": "object",
        "properties": {**_CALL, "id": False},
        "required": ["jsonrpc", "method"],
    },
    "Batch": {
        "description": "Several calls. Each is validated and processed separately.",
        "type": "array",
        "items": {"anyOf": [{"$ref": "#/$defs/Request"}, {"$ref": "#/$defs/Notification"}]},
        "minItems": 1,
    },
    "Error": {
        "type": "object",
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}, "data": True},
        "required": ["code", "message"],
        "additionalProperties": False,
    },
    "Success": {
        "type": "object",
        "properties": {"jsonrpc": _VERSION, "result": True, "id": _ID},
        "required": ["jsonrpc", "result", "id"],
        "additionalProperties": False,
    },
    "Failure": {
        "type": "object",
        "properties": {"jsonrpc": _VERSION, "error": {"$ref": "#/$defs/Error"}, "id": _ID},
        "required": ["jsonrpc", "error", "id"],
        "additionalProperties": False,
    },
    "Response": {"anyOf": [{"$ref": "#/$defs/Success"}, {"$ref": "#/$defs/Failure"}]},
    "BatchResponse": {
        "description": "The Responses of a Batch, matched by id. Notifications have none.",
        "type": "array",
        "items": {"$ref": "#/$defs/Response"},
        "minItems": 1,
    },
}
_MESSAGES = ("Request", "Notification", "Batch", "Response", "BatchResponse")


def files(methods: Iterable[Method], serializer: Serializer) -> dict[str, str]:
    """Return the text of each file by its path: envelope.json, tags.json and method files."""
    return {
        "envelope.json": json_text(_document("JSON-RPC 2.0", _any_of(_MESSAGES, _ENVELOPE))),
        "tags.json": json_text(_document("Tagged values", tags(serializer))),
        **method_files(methods),
    }


def method_files(methods: Iterable[Method]) -> dict[str, str]:
    """Return the text of the two files of each method by its path."""
    texts = {}
    for method in sorted(methods, key=lambda method: method.name):
        path = f"{METHODS}/{quote(method.name, safe='')}"
        docstring = parse_docstring(method.description)
        params, result = _titled_params(method), method.signature.result_schema
        described_params = _document(f"{method.name} params", params, docstring.summary)
        described_result = _document(f"{method.name} result", result, docstring.returns)
        texts[path + PARAMS] = json_text(described_params)
        texts[path + RESULT] = json_text(described_result)
    return texts


def tags(serializer: Serializer) -> dict[str, Any]:
    """Return the schema that accepts any tagged value of the built-in and registered types."""
    types = {each.name: each for each in [*BUILT_IN, *serializer.object_types] if each.name}
    return _any_of(sorted(types), {name: tag_schema(types[name]) for name in types})


def json_text(document: Mapping[str, Any]) -> str:
    """Return the text of a file. Equal documents have equal texts, and changes are small diffs."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _any_of(names: Iterable[str], definitions: Mapping[str, JsonSchema]) -> dict[str, Any]:
    return {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in names], "$defs": dict(definitions)}


def _document(title: str, schema: JsonSchema, description: str = "") -> dict[str, Any]:
    if not isinstance(schema, dict):
        schema = {} if schema else {"not": {}}
    optional = {"description": description} if description else {}
    return {"$schema": DIALECT, "title": title, **optional, **schema}


def _titled_params(method: Method) -> JsonSchema:
    """Return the schema of a method's params. Each position has the parameter's name as title."""
    signature = method.signature
    if not isinstance(signature, Signature) or "prefixItems" not in _by_position(signature):
        return signature.params_schema
    array = _by_position(signature)
    items = zip(array["prefixItems"], signature.names, strict=False)
    titled = [{**({} if item is True else item), "title": name} for item, name in items]
    by_position = {**array, "prefixItems": titled}
    whole = signature.params_schema
    return {**(whole if isinstance(whole, dict) else {}), "anyOf": [signature.by_name, by_position]}


def _by_position(signature: Signature) -> dict[str, Any]:
    return signature.by_position if isinstance(signature.by_position, dict) else {}


def files_in(folder: Path) -> dict[str, str]:
    """Return the files of methods in an export, by their names. Raises ``FileNotFoundError``."""
    if not (folder / METHODS).is_dir():
        raise FileNotFoundError(
            f"{folder} has no folder {METHODS!r}: is it an export of export_schemas?"
        )
    return {path.name: path.read_text("utf-8") for path in (folder / METHODS).glob("*.json")}


def export_of(files: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the schemas of each method, ``{"params": …, "result": …}``, from its two files."""
    made: dict[str, dict[str, Any]] = {}
    for path, text in files.items():
        for suffix, part in ((PARAMS, "params"), (RESULT, "result")):
            if path.endswith(suffix):
                name = unquote(path.rpartition("/")[2].removesuffix(suffix))
                made.setdefault(name, {"params": True, "result": True})[part] = json.loads(text)
    return made
