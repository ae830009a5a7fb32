"""jsonrpcserver as it comes: its own loop, which checks the envelope and no types."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from jsonrpcserver import Success, dispatch

from .. import methods

SKIPS = {"W6t": "no tags", "W7t": "no type checks"}


def add(a, b=1):
    return Success(a + b)


def create_order(customer, items, express=False, note=None):
    return Success(methods.create_order(customer, items, express, note))


def moments(moments):
    return Success(methods.moments(moments))


METHODS = {"shop.add": add, "shop.create_order": create_order, "shop.moments": moments}


@csrf_exempt
def view(request):
    text = dispatch(request.body.decode(), METHODS)
    return HttpResponse(text, content_type="application/json")


urlpatterns = [path("rpc/", view)]
