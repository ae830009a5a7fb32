from django.urls import include, path

urlpatterns = [path("rpc/", include("adjax_jsonrpc.urls"))]
