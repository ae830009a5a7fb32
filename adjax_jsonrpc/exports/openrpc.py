"""The OpenRPC document of methods, in version 1.3.2: the newest that all OpenRPC tools accept."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping
from typing import Any

from .._compat import ParameterKind as Kind
from .._types import Json
from ..errors import (
    AuthenticationRequiredError,
    CallInProgressError,
    CallTimeoutError,
    PermissionDeniedError,
    RateLimitedError,
    WireError,
)
from ..methods.method import Method
from ..methods.options import code_and_message
from ..methods.parameters import Parameter
from ..methods.signature import Signature
from ..protocol.tags import TAG
from ..schema.value_checks import exported
from ..types.serializer import Serializer
from .docstrings import parse_docstring
from .draft07 import Components, wrap_ref

VERSION = "1.3.2"
_VARIABLE = {Kind.VAR_POSITIONAL: "x-rest", Kind.VAR_KEYWORD: "x-others"}


def document(
    methods: Iterable[Method], serializer: Serializer, url: str, info: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the OpenRPC document of methods.

    ``url`` is the absolute address of the endpoint. ``info`` is OpenRPC's Info Object: at least
    ``title`` and ``version``. Extensions contain what OpenRPC can't express:

    - ``x-rest``: the schema of ``*args``
    - ``x-others``: the schema of ``**kwargs``
    - ``x-readonly``, ``x-idempotent``: whether a call may be repeated
    - ``x-idempotency-key``: the parameter or header with which a call may be repeated
    """
    return complete_document(describe_methods(methods, serializer), url, info)


def complete_document(
    description: Mapping[str, Any], url: str, info: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the document of the methods that ``describe_methods`` has described."""
    servers = [{"name": "default", "url": url}]
    return {"openrpc": VERSION, "info": dict(info), "servers": servers, **description}


def describe_methods(methods: Iterable[Method], serializer: Serializer) -> dict[str, Any]:
    """Return the members ``methods`` and ``components``, which do not depend on the URL."""
    components = Components()
    in_order = sorted(methods, key=lambda method: method.name)
    description: dict[str, Any] = {
        "methods": [_MethodObject(each, serializer, components).build() for each in in_order],
    }
    if components.schemas:
        description["components"] = {"schemas": dict(sorted(components.schemas.items()))}
    return description


class _MethodObject:
    """Builds OpenRPC's Method Object of one method."""

    def __init__(self, method: Method, serializer: Serializer, components: Components) -> None:
        self._method = method
        self._serializer = serializer
        self._components = components
        self._app = method.name.partition(".")[0]
        self._docstring = parse_docstring(method.description)
        signature = method.signature
        self._parameters = signature.parameters if isinstance(signature, Signature) else []

    def build(self) -> dict[str, Any]:
        options = self._method.options
        variable = [each for each in self._parameters if each.kind in _VARIABLE]
        return {
            "name": self._method.name,
            **_non_empty(summary=self._docstring.summary, description=self._docstring.description),
            **_non_empty(deprecated=options.deprecated),
            **self._repeatability(),
            "tags": [{"name": tag} for tag in dict.fromkeys([self._app, *options.tags])],
            "paramStructure": self._param_structure(),
            "params": self._params(),
            **{_VARIABLE[each.kind]: self._descriptor(each) for each in variable},
            "result": self._result(),
            **_non_empty(errors=self._errors(), examples=self._examples()),
        }

    def _repeatability(self) -> dict[str, Any]:
        options = self._method.options
        key = options.idempotent if isinstance(options.idempotent, str) else ""
        extensions = {
            "x-readonly": options.readonly,
            "x-idempotent": self._method.is_repeatable,
            "x-idempotency-key": key,
        }
        return _non_empty(**extensions)

    def _param_structure(self) -> str:
        kinds = {(each.kind, each.required) for each in self._parameters}
        # A required parameter takes precedence over an optional one.
        for required in (True, False):
            if (Kind.POSITIONAL_ONLY, required) in kinds:
                return "by-position"
            if (Kind.KEYWORD_ONLY, required) in kinds:
                return "by-name"
        return "either"

    def _params(self) -> list[dict[str, Any]]:
        signature = self._method.signature
        if isinstance(signature, Signature):
            return [self._descriptor(p) for p in self._parameters if p.kind not in _VARIABLE]
        return [
            {"name": name, "required": name not in signature.defaults, "schema": {}}
            for name in signature.names
        ]

    def _descriptor(self, parameter: Parameter) -> dict[str, Any]:
        params = self._method.signature.params_schema
        defs = params.get("$defs", {}) if isinstance(params, dict) else {}
        schema = self._components.convert(
            exported(parameter.codec.schema), defs, self._app, "params"
        )
        return {
            "name": parameter.name,
            **_non_empty(description=self._docstring.parameters.get(parameter.name)),
            "required": parameter.required,
            "schema": wrap_ref({**schema, **self._default(parameter)}),
        }

    def _default(self, parameter: Parameter) -> dict[str, Any]:
        if parameter.default is inspect.Parameter.empty:
            return {}
        try:
            return {"default": self._wire(parameter.default)}
        except (TypeError, WireError):  # a default that can't be sent
            return {}

    def _result(self) -> dict[str, Any]:
        schema = self._method.signature.result_schema
        defs = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        return {
            "name": "result",
            **_non_empty(description=self._docstring.returns),
            "schema": self._components.convert(schema, defs, self._app, "result"),
        }

    def _errors(self) -> list[dict[str, Any]]:
        options = self._method.options
        errors = [*options.errors]
        if options.timeout is not None:
            errors.insert(0, code_and_message(CallTimeoutError))
        if isinstance(options.idempotent, str):
            errors.insert(0, code_and_message(CallInProgressError))
        if options.throttle:
            errors.insert(0, code_and_message(RateLimitedError))
        if options.permission:
            errors.insert(0, code_and_message(PermissionDeniedError))
        if self._method.needs_login:
            errors.insert(0, code_and_message(AuthenticationRequiredError))
        return [{"code": code, "message": message} for code, message in errors]

    def _examples(self) -> list[dict[str, Any]]:
        return [
            self._example(example, number)
            for number, example in enumerate(self._method.options.examples, 1)
        ]

    def _example(self, example: Mapping[str, Any], number: int) -> dict[str, Any]:
        params = self._wire(example.get("params", []))
        names = [p["name"] for p in self._params()]
        if isinstance(params, list):
            names += [f"{names[-1] if names else 'value'}_{n}" for n in range(2, len(params) + 2)]
            params = dict(zip(names, params, strict=False))
        pairing: dict[str, Any] = {
            "name": example.get("name", f"example {number}"),
            **_non_empty(description=example.get("description")),
            "params": [{"name": name, "value": value} for name, value in params.items()],
        }
        if "result" in example:
            pairing["result"] = {"name": "result", "value": self._wire(example["result"])}
        return pairing

    def _wire(self, value: Any) -> Any:
        return _sort_sets(self._serializer.to_wire(value))


def _non_empty(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


def _sort_sets(wire: Json) -> Json:
    """Return a value with the members of its sets sorted: their order differs between processes."""
    if isinstance(wire, list):
        return [_sort_sets(item) for item in wire]
    if isinstance(wire, dict):
        wire = {name: _sort_sets(item) for name, item in wire.items()}
        if wire.get(TAG) == "set" and isinstance(wire["value"], list):
            wire["value"].sort(key=json.dumps)
    return wire
