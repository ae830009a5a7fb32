"""What many tests need: a call, or a document of methods, in one line."""

from __future__ import annotations

import json
from typing import Any

from adjax_jsonrpc import Registry, Serializer
from adjax_jsonrpc.exports.openrpc import document
from adjax_jsonrpc.gateway import Gateway

INFO = {"title": "Test", "version": "1"}


def a_request(method: str, params: Any = None, request_id: Any = 1, **members: Any) -> dict:
    """Make a Request; without ``params`` where they are ``None``, ``...`` as id for none."""
    made = {"jsonrpc": "2.0", "method": method, "id": request_id, **members}
    if params is not None:
        made["params"] = params
    if request_id is ...:
        del made["id"]
    return made


def a_gateway(*functions: Any, serializer: Serializer | None = None, **options: Any) -> Gateway:
    """Serve functions as the methods ``t.<name>``."""
    registry = Registry(serializer or Serializer(), app_label=lambda module: "t")
    for function in functions:
        registry.register(function)
    return Gateway(registry, **options)


def described(*functions: Any, **options: Any) -> dict[str, Any]:
    """Return the OpenRPC document of functions as the methods ``t.<name>``."""
    registry = Registry(Serializer(), app_label=lambda module: "t")
    for function in functions:
        registry.register(**options)(function)
    return document(registry.methods.values(), registry.serializer, "http://a/rpc/", INFO)


def answer(gateway: Gateway, body: Any, **kwargs: Any) -> Any:
    """Send a body, written as JSON where it isn't bytes, and read the answer."""
    content = gateway.handle(
        body if isinstance(body, bytes) else json.dumps(body).encode(), **kwargs
    )
    return None if content is None else json.loads(content)


def call(gateway: Gateway, method: str, *args: Any, **kwargs: Any) -> Any:
    """Call a method by position or by name; return its result or raise its error as a dict."""
    response = answer(gateway, a_request(method, kwargs or list(args)))
    if "error" in response:
        raise CallError(response["error"])
    return response["result"]


class CallError(Exception):
    """An error object that a call was answered with."""

    def __init__(self, error: dict) -> None:
        super().__init__(error)
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: Any = error.get("data")

    @property
    def errors(self) -> list[dict]:
        """The entries of an Invalid params error."""
        return self.data["errors"]
