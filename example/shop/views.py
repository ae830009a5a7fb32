"""The one page; everything on it comes by calls."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def index(request: HttpRequest) -> HttpResponse:
    header = settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-")
    context = {"csrf_cookie": settings.CSRF_COOKIE_NAME, "csrf_header": header}
    return render(request, "shop/index.html", context)
