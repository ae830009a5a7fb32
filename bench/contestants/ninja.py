"""django-ninja: no JSON-RPC, one REST call with the same params and the same types."""

from datetime import datetime

from django.urls import path
from ninja import NinjaAPI, Schema

REST = {"shop.add": "rpc/add", "shop.create_order": "rpc/orders", "shop.moments": "rpc/moments"}
NAMES = {"shop.add": ("a", "b")}


class Item(Schema):
    sku: str
    qty: int
    price: float


class NewOrder(Schema):
    customer: str
    items: list[Item]
    express: bool = False
    note: str | None = None


class Order(NewOrder):
    number: int
    total: float


class Numbers(Schema):
    a: int
    b: int = 1


class Moments(Schema):
    moments: list[datetime]


api = NinjaAPI(openapi_url=None)


@api.post("/add", response=int)
def add(request, numbers: Numbers):
    return numbers.a + numbers.b


@api.post("/orders", response=Order)
def create_order(request, new: NewOrder):
    return {
        "number": 1001,
        "customer": new.customer,
        "items": new.items,
        "total": sum([item.qty * item.price for item in new.items]),
        "express": new.express,
        "note": new.note,
    }


@api.post("/moments", response=list[datetime])
def moments(request, body: Moments):
    return body.moments


urlpatterns = [path("rpc/", api.urls)]
