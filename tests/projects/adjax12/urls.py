from django.urls import include, re_path

from .myapp import views

urlpatterns = [
    re_path(r"^$", views.index),
    re_path(r"^closed/$", views.closed),
    re_path(r"^adjax/", include("adjax_jsonrpc.urls")),
]
