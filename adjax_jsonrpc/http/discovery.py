"""``rpc.discover``: the methods that a caller may call, as an OpenRPC document."""

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
from .request import accepts_tags


class UnescapedDict(dict[str, Any]):
    """A dict that is sent without change: a member ``__type__`` in it is not escaped."""


def add_discover() -> None:
    """Add the method ``rpc.discover``, which may return an ``UnescapedDict``."""
    registry.add_built_in("rpc.discover", discover_method, encode_fast=_encode_unescaped)


def _encode_unescaped(value: Any) -> Any:
    return value if type(value) is UnescapedDict else FALLBACK


def discover_method(request: HttpRequest) -> dict[str, Any]:
    """Return the document of ``rpc.discover``.

    Its schemas contain a member ``__type__`` that is data. This member is escaped only for callers
    who decode tags, so that all callers read the same document.
    """
    found = discover(request)
    return found if accepts_tags(request) else UnescapedDict(found)


def discover(request: HttpRequest) -> dict[str, Any]:
    """Return the OpenRPC document with the methods that the caller may call."""
    url = request.build_absolute_uri(endpoint_path(request))
    return complete_document(_document(tuple(visible_methods(request))), url, settings.openrpc_info)


def endpoint_path(request: HttpRequest) -> str:
    """Return the path of the endpoint that belongs to a request.

    It is the path of the request itself, or without its last part (``interface.js``,
    ``openrpc.json``); both contain what the path before ``include`` captures. Otherwise it is
    the path of the URL name ``adjax_rpc``.
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
def _document(methods: tuple[Method, ...]) -> dict[str, Any]:
    # Cached without the URL. There are few different sets of methods that callers may call.
    return describe_methods(methods, registry.serializer)


def visible_methods(request: HttpRequest) -> list[Method]:
    """Return the methods that the caller may call, if ``access`` allows the params.

    Hidden methods with ``access`` are not among them.
    """
    return [each for each in registry.methods.values() if _may_call(request, each)]


def _may_call(request: HttpRequest, method: Method) -> bool:
    if method.is_denied or (method.is_hidden and method.options.access):
        return False
    try:
        permissions.authorize(request, method)
    except RpcError:
        return False
    return True
