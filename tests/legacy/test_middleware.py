"""django-adjax 1.2's middleware."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.test import RequestFactory

from adjax_jsonrpc.middleware import CsrfEnforceMiddleware, DispatchErrorMiddleware
from adjax_jsonrpc.views import DispatchError


def test_a_dispatch_error_of_another_view_is_answered_as_in_adjax_12():
    response = DispatchErrorMiddleware(lambda request: HttpResponse()).process_exception(
        RequestFactory().get("/"), DispatchError("no more")
    )
    assert response.status_code == 422
    assert json.loads(response.content) == {"error": True, "message": "no more"}


def test_other_exceptions_are_left_alone():
    middleware = DispatchErrorMiddleware(lambda request: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError("x")) is None


def test_every_page_gets_a_csrf_cookie():
    request = RequestFactory().get("/")
    CsrfEnforceMiddleware(lambda request: HttpResponse()).process_view(request, None, (), {})
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]
