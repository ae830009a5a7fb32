"""django-adjax 1.2, the predecessor: one URL a method, no batches, no type checks."""

from adjax.registry import registry
from adjax.views import dispatch
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from .. import methods

REST = {
    "shop.add": "rpc/contestants/add",
    "shop.create_order": "rpc/contestants/create_order",
    "shop.moments": "rpc/contestants/moments",
}
NAMES = {"shop.add": ("a", "b")}


@registry.register
def add(request, a, b=1):
    return a + b


@registry.register
def create_order(request, customer, items, express=False, note=None):
    return methods.create_order(customer, items, express, note)


@registry.register
def moments(request, moments):
    return methods.moments(moments)


urlpatterns = [path("rpc/<str:app>/<str:name>", csrf_exempt(dispatch))]
