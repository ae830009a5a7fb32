"""adjax_jsonrpc as its documentation shows it: annotations, ``include``, no setting."""

from __future__ import annotations

from datetime import datetime

from django.urls import include, path

from adjax_jsonrpc import registry

from ..methods import Item, Order


@registry.register(name="shop.add")
def add(request, a: int, b: int = 1) -> int:
    return a + b


@registry.register(name="shop.create_order")
def create_order(
    request, customer: str, items: list[Item], express: bool = False, note: str | None = None
) -> Order:
    return {
        "number": 1001,
        "customer": customer,
        "items": items,
        "total": sum([item["qty"] * item["price"] for item in items]),
        "express": express,
        "note": note,
    }


@registry.register(name="shop.moments")
def moments(request, moments: list[datetime]) -> list[datetime]:
    return moments


urlpatterns = [path("rpc/", include("adjax_jsonrpc.urls"))]
