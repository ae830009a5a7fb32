"""adjax_jsonrpc without annotations. Not beside ``ours``: its methods have the same names."""

from django.urls import include, path

from adjax_jsonrpc import registry

SKIPS = {"W7t": "no type checks"}


@registry.register(name="shop.add")
def add(request, a, b=1):
    return a + b


@registry.register(name="shop.create_order")
def create_order(request, customer, items, express=False, note=None):
    return {
        "number": 1001,
        "customer": customer,
        "items": items,
        "total": sum([item["qty"] * item["price"] for item in items]),
        "express": express,
        "note": note,
    }


urlpatterns = [path("rpc/", include("adjax_jsonrpc.urls"))]
