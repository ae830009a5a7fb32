"""``path("rpc/", include("adjax_jsonrpc.urls"))``: the endpoint and interface.js."""

from django.urls import path

from .views import endpoint, interface

urlpatterns = [
    path("", endpoint, name="adjax_rpc"),
    path("interface.js", interface, name="adjax_interface"),
]
