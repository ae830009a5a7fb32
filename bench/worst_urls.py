"""The urlconf of ``bench.worst``."""

from django.urls import include, path

from . import worst_methods  # noqa: F401 - its methods register themselves

urlpatterns = [path("rpc/", include("adjax_jsonrpc.urls"))]
