"""For pages that have no ``urls.py`` of their own."""

from django.urls import include, path

urlpatterns = [path("rpc/", include("adjax_jsonrpc.urls"))]
