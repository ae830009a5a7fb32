"""What a caller can find out: the methods that it may call, as an OpenRPC document."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from . import access, http
from .conf import settings
from .errors import RpcError
from .method import Method
from .openrpc import described, placed
from .registry import registry
from .source import INEXACT


class Verbatim(dict[str, Any]):
    """An object that is sent as it is: a member ``__type__`` inside is no tag."""


def serve() -> None:
    """Serve ``rpc.discover``, which may answer ``Verbatim``."""
    registry.serve("rpc.discover", discover_method)
    method = registry.get("rpc.discover")
    if method is not None:
        method.signature.send_exact = _send_verbatim


def _send_verbatim(value: Any) -> Any:
    return value if type(value) is Verbatim else INEXACT


def discover_method(request: HttpRequest) -> dict[str, Any]:
    """Answer ``rpc.discover`` so that every caller has the same document in the end.

    Its schemas speak of the member ``__type__``. A caller who reads tags gets that escaped, any
    other the document itself.
    """
    found = discover(request)
    return found if http.reads_tags(request) else Verbatim(found)


def discover(request: HttpRequest) -> dict[str, Any]:
    """Describe the methods that the caller may call; others are not mentioned."""
    url = request.build_absolute_uri(endpoint_path(request))
    return placed(_described(tuple(visible(request))), url, settings.openrpc_info)


def endpoint_path(request: HttpRequest) -> str:
    """Give the path of the endpoint that is below the same ``include`` as this request's own."""
    match = request.resolver_match
    args, kwargs = ((), {}) if match is None else (match.args, match.kwargs)
    return reverse("adjax_rpc", args=args, kwargs=kwargs)


@lru_cache(maxsize=64)
def _described(methods: tuple[Method, ...]) -> dict[str, Any]:
    # Callers differ in what they may call, but not in many ways; and hosts are not in here.
    return described(methods, registry.serializer)


def visible(request: HttpRequest) -> list[Method]:
    """Give the methods that the caller may call, as far as that does not depend on params."""
    return [each for each in registry.methods.values() if _may_call(request, each)]


def _may_call(request: HttpRequest, method: Method) -> bool:
    if method.is_denied or (method.is_hidden and method.options.access):
        return False
    try:
        access.authorize(request, method)
    except RpcError:
        return False
    return True
