"""What a caller can find out: the methods that it may call, as an OpenRPC document."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

from ..conf import settings
from ..errors import RpcError
from ..exports.openrpc import complete_document, describe_methods
from ..integration import permissions
from ..methods.method import Method
from ..methods.registry import registry
from ..types.fastpath.codegen import FALLBACK
from .endpoint import endpoint
from .request import reads_tags


class Verbatim(dict[str, Any]):
    """An object that is sent as it is: a member ``__type__`` inside is no tag."""


def serve() -> None:
    """Serve ``rpc.discover``, which may answer ``Verbatim``."""
    registry.add_built_in("rpc.discover", discover_method, encode_fast=_send_verbatim)


def _send_verbatim(value: Any) -> Any:
    return value if type(value) is Verbatim else FALLBACK


def discover_method(request: HttpRequest) -> dict[str, Any]:
    """Answer ``rpc.discover`` so that every caller has the same document in the end.

    Its schemas speak of the member ``__type__``. A caller who reads tags gets that escaped, any
    other the document itself.
    """
    found = discover(request)
    return found if reads_tags(request) else Verbatim(found)


def discover(request: HttpRequest) -> dict[str, Any]:
    """Describe the methods that the caller may call; others are not mentioned."""
    url = request.build_absolute_uri(endpoint_path(request))
    return complete_document(_described(tuple(visible(request))), url, settings.openrpc_info)


def endpoint_path(request: HttpRequest) -> str:
    """Give the endpoint's path: this request's own, the one beside it, else that of its name.

    The first two hold for whatever the path before ``include`` captures.
    """
    for document in ("", request.path_info.rpartition("/")[2]):
        if _is_endpoint(request.path_info.removesuffix(document)):
            path = request.path.removesuffix(document)
            return escape_leading_slashes(escape_uri_path(path))
    return reverse("adjax_rpc")


def _is_endpoint(path: str) -> bool:
    try:
        return resolve(path).func is endpoint
    except Resolver404:
        return False


@lru_cache(maxsize=64)
def _described(methods: tuple[Method, ...]) -> dict[str, Any]:
    # Callers differ in what they may call, but not in many ways; and hosts are not in here.
    return describe_methods(methods, registry.serializer)


def visible(request: HttpRequest) -> list[Method]:
    """Give the methods that the caller may call, as far as that does not depend on params."""
    return [each for each in registry.methods.values() if _may_call(request, each)]


def _may_call(request: HttpRequest, method: Method) -> bool:
    if method.is_denied or (method.is_hidden and method.options.access):
        return False
    try:
        permissions.authorize(request, method)
    except RpcError:
        return False
    return True
