"""``path("rpc/", include("adjax_jsonrpc.urls"))``: the endpoint, interface.js, openrpc.json."""

from collections.abc import Callable
from typing import cast

from django.http import HttpResponse
from django.urls import path

from .endpoint import endpoint
from .views import interface, openrpc

urlpatterns = [
    path("", cast("Callable[..., HttpResponse]", endpoint), name="adjax_rpc"),
    path("interface.js", interface, name="adjax_interface"),
    path("openrpc.json", openrpc, name="adjax_openrpc"),
]
