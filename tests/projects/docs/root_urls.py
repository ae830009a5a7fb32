"""The page's own ``urls``, its HTML snippets as pages, and the static files without DEBUG."""

from django.contrib.staticfiles.views import serve
from django.shortcuts import render
from django.urls import include, path


def page(request, name):
    return render(request, f"{name}.html")


urlpatterns = [
    path("static/<path:path>", serve, {"insecure": True}),
    path("<str:name>.html", page),
    path("", include("urls")),
]
