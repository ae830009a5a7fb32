"""System checks of methods: their examples and their schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.checks import CheckMessage, Error, register
from jsonschema import Draft202012Validator, SchemaError
from jsonschema_rs import meta

from ..errors import RpcError, WireError
from ..methods.method import Method
from ..methods.registry import registry


@register
def check_examples(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E006: an example is not a valid call, or its result is not valid."""
    found: list[CheckMessage] = []
    for method in registry.methods.values():
        for example in method.options.examples:
            try:
                _check_example(method, example)
            except (RpcError, WireError, TypeError) as error:
                data = getattr(error, "data", None)
                found.append(
                    Error(
                        f"{method.name} ({method.place}): example {example!r} is wrong: {error}",
                        hint=f"Errors: {data}." if isinstance(data, dict) else None,
                        id="adjax_jsonrpc.E006",
                    )
                )
    return found


def _check_example(method: Method, example: Mapping[str, Any]) -> None:
    params = registry.serializer.to_wire(example.get("params", []))
    if not isinstance(params, (list, dict)):
        raise WireError("params must be a list or a dict")
    method.signature.bind(params, tags=True)
    if "result" in example:
        method.signature.check_result(registry.serializer.to_wire(example["result"]))


@register
def check_schemas(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """adjax_jsonrpc.E004: a schema is not valid against the metaschema of JSON Schema."""
    found: list[CheckMessage] = []
    for method in registry.methods.values():
        for schema in (method.signature.params_schema, method.signature.result_schema):
            if meta.is_valid(schema):  # much faster than jsonschema, which explains
                continue
            try:
                Draft202012Validator.check_schema(schema)
            except SchemaError as error:
                found.append(
                    Error(
                        f"{method.name} ({method.place}): {error.message}",
                        hint=f"Look at {error.json_path} in the schema.",
                        id="adjax_jsonrpc.E004",
                    )
                )
    return found
