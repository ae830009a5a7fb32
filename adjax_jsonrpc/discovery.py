"""What a caller can find out: the methods that it may call, as an OpenRPC document."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from . import access
from .conf import settings
from .errors import RpcError
from .openrpc import document
from .registry import Method, registry


def discover(request: HttpRequest) -> dict[str, Any]:
    """Describe the methods that the caller may call; others are not mentioned."""
    methods = [each for each in registry.methods.values() if _may_call(request, each)]
    url = request.build_absolute_uri(reverse("adjax_rpc"))
    return document(methods, registry.serializer, url, settings.openrpc_info)


def _may_call(request: HttpRequest, method: Method) -> bool:
    try:
        access.authorize(request, method)
    except RpcError:
        return False
    return True
