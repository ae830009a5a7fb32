"""adjax_jsonrpc without annotations. Not beside ``ours``: its methods have the same names."""

from django.urls import include, path

from adjax_jsonrpc import registry

from .. import methods

SKIPS = {"W7t": "no type checks"}


@registry.register(name="shop.add")
def add(request, a, b=1):
    return a + b


@registry.register(name="shop.create_order")
def create_order(request, customer, items, express=False, note=None):
    return methods.create_order(customer, items, express, note)


urlpatterns = [path("rpc/", include("adjax_jsonrpc.urls"))]
