"""The same view with msgspec types: what is possible when the types are written for one library."""

from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from msgspec import Raw, Struct

SKIPS = {"W6t": "no tags"}


class Item(Struct):
    sku: str
    qty: int
    price: float


class Order(Struct):
    number: int
    customer: str
    items: list[Item]
    total: float
    express: bool
    note: str | None


class AddByPosition(Struct, array_like=True):
    a: int
    b: int = 1

    def run(self):
        return self.a + self.b


class Add(Struct):
    a: int
    b: int = 1

    run = AddByPosition.run


class CreateOrder(Struct):
    customer: str
    items: list[Item]
    express: bool = False
    note: str | None = None

    def run(self):
        total = sum([item.qty * item.price for item in self.items])
        return Order(1001, self.customer, self.items, total, self.express, self.note)


class Moments(Struct):
    moments: list[datetime]

    def run(self):
        return self.moments


class Request(Struct):
    method: str
    params: Raw
    id: int


class Success(Struct):
    id: int
    result: Any
    jsonrpc: str = "2.0"


class Failure(Struct):
    id: int
    error: dict
    jsonrpc: str = "2.0"


read = msgspec.json.Decoder(list[Request] | Request).decode
write = msgspec.json.Encoder().encode
BY_NAME = {
    "shop.add": msgspec.json.Decoder(Add).decode,
    "shop.create_order": msgspec.json.Decoder(CreateOrder).decode,
    "shop.moments": msgspec.json.Decoder(Moments).decode,
}
ARRAY = ord("[")
BY_POSITION = {"shop.add": msgspec.json.Decoder(AddByPosition).decode}


@csrf_exempt
def view(request):
    message = read(request.body)
    answer = [call(each) for each in message] if type(message) is list else call(message)
    return HttpResponse(write(answer), content_type="application/json")


def call(entry):
    decoders = BY_POSITION if memoryview(entry.params)[0] == ARRAY else BY_NAME
    try:
        return Success(entry.id, decoders[entry.method](entry.params).run())
    except msgspec.ValidationError as error:
        return Failure(entry.id, {"code": -32602, "message": str(error)})


urlpatterns = [path("rpc/", view)]
