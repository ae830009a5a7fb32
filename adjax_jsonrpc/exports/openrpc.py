"""The OpenRPC document of some methods: version 1.3.2, the newest that all its tools accept."""

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
    declared,
)
from ..methods.method import Method
from ..methods.parameters import Parameter
from ..methods.signature import Signature
from ..protocol.tags import TAG
from ..types.serializer import Serializer
from .docstrings import parse
from .draft07 import Components, beside_reference

VERSION = "1.3.2"
_VARIABLE = {Kind.VAR_POSITIONAL: "x-rest", Kind.VAR_KEYWORD: "x-others"}


def document(
    methods: Iterable[Method], serializer: Serializer, url: str, info: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe methods that are called at the absolute ``url``.

    ``info`` is OpenRPC's Info Object: at least ``title`` and ``version``. What OpenRPC has no
    word for is in extensions: the schema of ``*args`` in ``x-rest``, of ``**kwargs`` in
    ``x-others``. ``x-readonly`` and ``x-idempotent`` are methods that may be called again;
    ``x-idempotency-key`` names the parameter or header that makes any call so.
    """
    return placed(described(methods, serializer), url, info)


def placed(description: Mapping[str, Any], url: str, info: Mapping[str, Any]) -> dict[str, Any]:
    """Complete what ``described`` gives to a document."""
    servers = [{"name": "default", "url": url}]
    return {"openrpc": VERSION, "info": dict(info), "servers": servers, **description}


def described(methods: Iterable[Method], serializer: Serializer) -> dict[str, Any]:
    """Describe methods, wherever they are called."""
    components = Components()
    in_order = sorted(methods, key=lambda method: method.name)
    made: dict[str, Any] = {
        "methods": [_Described(each, serializer, components).method() for each in in_order],
    }
    if components.schemas:
        made["components"] = {"schemas": dict(sorted(components.schemas.items()))}
    return made


class _Described:
    """One method's Method Object, part by part."""

    def __init__(self, method: Method, serializer: Serializer, components: Components) -> None:
        self._method = method
        self._serializer = serializer
        self._components = components
        self._app = method.name.partition(".")[0]
        self._says = parse(method.description)
        signature = method.signature
        self._parameters = signature.parameters if isinstance(signature, Signature) else []

    def method(self) -> dict[str, Any]:
        options = self._method.options
        variable = [each for each in self._parameters if each.kind in _VARIABLE]
        return {
            "name": self._method.name,
            **_present(summary=self._says.summary, description=self._says.description),
            **_present(deprecated=options.deprecated),
            **self._repeating(),
            "tags": [{"name": tag} for tag in dict.fromkeys([self._app, *options.tags])],
            "paramStructure": self._structure(),
            "params": self._params(),
            **{_VARIABLE[each.kind]: self._descriptor(each) for each in variable},
            "result": self._result(),
            **_present(errors=self._errors(), examples=self._examples()),
        }

    def _repeating(self) -> dict[str, Any]:
        options = self._method.options
        key = options.idempotent if isinstance(options.idempotent, str) else ""
        said = {
            "x-readonly": options.readonly,
            "x-idempotent": self._method.is_repeatable,
            "x-idempotency-key": key,
        }
        return _present(**said)

    def _structure(self) -> str:
        kinds = {(each.kind, each.required) for each in self._parameters}
        for required in (True, False):  # of what is in the way, that which is required decides
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
        schema = self._components.convert(parameter.codec.schema, defs, self._app, "params")
        return {
            "name": parameter.name,
            **_present(description=self._says.parameters.get(parameter.name)),
            "required": parameter.required,
            "schema": beside_reference({**schema, **self._default(parameter)}),
        }

    def _default(self, parameter: Parameter) -> dict[str, Any]:
        if parameter.default is inspect.Parameter.empty:
            return {}
        try:
            return {"default": self._wire(parameter.default)}
        except (TypeError, WireError):  # what can't be sent can't be shown
            return {}

    def _result(self) -> dict[str, Any]:
        schema = self._method.signature.result_schema
        defs = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        return {
            "name": "result",
            **_present(description=self._says.returns),
            "schema": self._components.convert(schema, defs, self._app, "result"),
        }

    def _errors(self) -> list[dict[str, Any]]:
        options = self._method.options
        errors = [*options.errors]
        if options.timeout is not None:
            errors.insert(0, declared(CallTimeoutError(options.timeout)))
        if isinstance(options.idempotent, str):
            errors.insert(0, declared(CallInProgressError(0)))
        if options.throttle:
            errors.insert(0, declared(RateLimitedError(0)))
        if options.permission:
            errors.insert(0, declared(PermissionDeniedError))
        if self._method.needs_login:
            errors.insert(0, declared(AuthenticationRequiredError))
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
        made: dict[str, Any] = {
            "name": example.get("name", f"example {number}"),
            **_present(description=example.get("description")),
            "params": [{"name": name, "value": value} for name, value in params.items()],
        }
        if "result" in example:
            made["result"] = {"name": "result", "value": self._wire(example["result"])}
        return made

    def _wire(self, value: Any) -> Any:
        return _in_order(self._serializer.to_wire(value))


def _present(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


def _in_order(wire: Json) -> Json:
    """Put the values of sets in an order that is the same in every process."""
    if isinstance(wire, list):
        return [_in_order(item) for item in wire]
    if isinstance(wire, dict):
        wire = {name: _in_order(item) for name, item in wire.items()}
        if wire.get(TAG) == "set" and isinstance(wire["value"], list):
            wire["value"].sort(key=json.dumps)
    return wire
