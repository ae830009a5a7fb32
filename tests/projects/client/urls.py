from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path
from django.utils.html import format_html

from .posts import posts


def page(request: HttpRequest) -> HttpResponse:
    meta = '<meta name="csrf-token" content="{}">'
    return HttpResponse(format_html("<!doctype html>" + meta, get_token(request)))


def token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request), content_type="text/plain")


urlpatterns = [
    path("", page),
    path("token/", token),
    path("posts/", posts),
    path("rpc/", include("adjax_jsonrpc.urls")),
]
