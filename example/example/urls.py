"""The page, and the endpoint that all of its calls go to."""

from django.urls import include, path
from shop.views import index

urlpatterns = [
    path("", index, name="index"),
    path("rpc/", include("adjax_jsonrpc.urls")),
]
