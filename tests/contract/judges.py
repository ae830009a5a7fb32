"""Who judges JSON: jsonschema, ajv in a long-lived node, and the gateway."""

from __future__ import annotations

import json
import logging
import subprocess
import traceback
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from adjax_jsonrpc import Registry
from adjax_jsonrpc.gateway import Gateway, Limits
from tests.contract.registered import a_serializer
from tests.support.paths import NODE, ROOT

CLIENT = ROOT / "adjax_jsonrpc" / "static" / "adjax_jsonrpc" / "adjax.mjs"
METHOD = "t.f"
RECEIVED = object()
FORMATS = FormatChecker()


class Ajv:
    """ajv in strict mode, in a node that lives until the end."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["node", Path(__file__).with_name("ajv.mjs"), NODE / "package.json", CLIENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def judge(self, schema: Any, values: list[Any]) -> list[bool] | str:
        """Return which values are valid, or why the schema does not compile."""
        answer = self._ask({"schema": schema, "values": [json.dumps(each) for each in values]})
        return answer["error"] if "error" in answer else answer["valid"]

    def back(self, wires: list[Any]) -> list[dict[str, Any]]:
        """Return what the client sends back for what it is sent: ``text``, or an ``error``."""
        answers: list[dict[str, Any]] = self._ask({"back": [json.dumps(each) for each in wires]})
        return answers

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


class _Failures(logging.Handler):
    """Keeps the last exception that the gateway reported."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            lines = traceback.format_exception(*record.exc_info)
            text += "\n" + "".join(lines[-1:])
        self.last = text


FAILURES = _Failures()
logging.getLogger("adjax_jsonrpc").addHandler(FAILURES)
logging.getLogger("adjax_jsonrpc").propagate = False


class Served:
    """A method with one parameter that returns what it receives."""

    def __init__(self, annotation: Any, module: str) -> None:
        self.received: list[Any] = []
        self.returns: Any = RECEIVED

        def f(request: Any, value: Any) -> Any:
            self.received.append(value)
            return value if self.returns is RECEIVED else self.returns

        f.__module__ = module
        f.__annotations__ = {"value": annotation, "return": annotation}
        self.registry = Registry(a_serializer(), app_label=lambda module: "t")
        self.registry.register(f)
        self.signature = self.registry.get(METHOD).signature
        self.gateway = Gateway(self.registry, Limits(depth=None))
        self.params_schema = self.signature.params_schema
        self.result_schema = self.signature.result_schema
        self.reference = Draft202012Validator(self.params_schema, format_checker=FORMATS)
        self.result_reference = Draft202012Validator(self.result_schema, format_checker=FORMATS)

    def call(self, params: Any, bigint_tags: bool = False) -> dict[str, Any]:
        """Return the Response, as any JSON-RPC client reads it."""
        self.received.clear()
        FAILURES.last = ""
        request = {"jsonrpc": "2.0", "method": METHOD, "params": params, "id": 1}
        answer = self.gateway.handle(json.dumps(request).encode(), bigint_tags=bigint_tags)
        assert answer is not None
        response: dict[str, Any] = json.loads(answer)
        return response
