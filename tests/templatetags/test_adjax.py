"""``{% adjax_scripts %}``."""

from __future__ import annotations

from django.template import Context, Template
from django.test import RequestFactory, override_settings

from adjax_jsonrpc.templatetags.adjax import adjax_scripts

TEMPLATE = "{% load adjax %}{% adjax_scripts %}"
SCRIPTS = (
    '<script src="/static/adjax_jsonrpc/adjax.js"></script>'
    '<script src="/rpc/interface.js"></script>'
)


def render(request=None, **context):
    return Template(TEMPLATE).render(
        Context({"request": request, **context} if request else context)
    )


def test_both_scripts_are_loaded():
    assert render() == SCRIPTS
    assert adjax_scripts() == SCRIPTS


def test_the_page_gets_a_csrf_cookie():
    request = RequestFactory().get("/")
    assert render(request) == SCRIPTS
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]


def test_the_nonce_of_django_csp_is_honoured():
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"
    assert render(request).count(' nonce="n0nce"') == 2


def test_the_nonce_of_djangos_own_csp_is_honoured():
    assert render(csp_nonce="n0nce").count(' nonce="n0nce"') == 2


def test_where_no_script_can_read_the_cookie_the_page_holds_the_token():
    for settings in ({"CSRF_COOKIE_HTTPONLY": True}, {"CSRF_USE_SESSIONS": True}):
        request = RequestFactory().get("/")
        request.session = {}
        with override_settings(**settings):
            html = render(request)
        assert html.startswith('<meta name="csrf-token" content="') and html.endswith(SCRIPTS)
