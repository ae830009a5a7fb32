"""adjax_jsonrpc with its endpoint mounted before ``include``, as docs/performance.md shows it."""

from django.urls import include, path

from adjax_jsonrpc.views import endpoint

from . import ours  # noqa: F401 - its methods are served

urlpatterns = [
    path("rpc/", endpoint),
    path("rpc/", include("adjax_jsonrpc.urls")),
]
