"""pjrpc with its pydantic validator."""

from datetime import datetime

import pjrpc.server
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from pjrpc.server.dispatcher import JSONEncoder
from pjrpc.server.validators.pydantic import PydanticValidatorFactory
from typing_extensions import TypedDict  # pydantic takes no other before 3.12

from .. import methods

SKIPS = {"W6t": "no tags"}


class Item(TypedDict):
    sku: str
    qty: int
    price: float


class Order(TypedDict):
    number: int
    customer: str
    items: list[Item]
    total: float
    express: bool
    note: str | None


registry = pjrpc.server.MethodRegistry(validator_factory=PydanticValidatorFactory())


@registry.add("shop.add")
def add(a: int, b: int = 1) -> int:
    return a + b


@registry.add("shop.create_order")
def create_order(
    customer: str, items: list[Item], express: bool = False, note: str | None = None
) -> Order:
    return methods.create_order(customer, items, express, note)


@registry.add("shop.moments")
def moments(moments: list[datetime]) -> list[datetime]:
    return moments


class Encoder(JSONEncoder):
    def default(self, value):
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


dispatcher = pjrpc.server.Dispatcher(json_encoder=Encoder)
dispatcher.add_methods(registry)


@csrf_exempt
def view(request):
    text, _ = dispatcher.dispatch(request.body.decode(), context=None)
    return HttpResponse(text, content_type="application/json")


urlpatterns = [path("rpc/", view)]
