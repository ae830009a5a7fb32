"""The HTTP binding: docs/wire.md, row by row, under Django's WSGI and ASGI handlers."""

from __future__ import annotations

import asyncio
import io
import json
import re

import pytest
from django.conf import settings as django_settings
from django.template import Context, Template
from django.test import AsyncClient, Client, override_settings
from django.test.client import AsyncRequestFactory, RequestFactory
from django.urls import Resolver404, include, path, re_path, resolve, reverse

from adjax_jsonrpc import views
from adjax_jsonrpc.http.discovery import endpoint_path
from adjax_jsonrpc.views import endpoint
from tests.support.calls import a_request

URL = "/rpc/"
ADD = json.dumps(a_request("shapes.add", [1, 2])).encode()
ADDED = {"jsonrpc": "2.0", "result": 3, "id": 1}


class Sync:
    """Sends through Django's WSGI handler."""

    def post(self, body, content_type="application/json", url=URL, **headers):
        headers["Content-Type"] = content_type
        return Client(raise_request_exception=False).generic("POST", url, body, headers=headers)

    def request(self, method, url=URL):
        return Client(raise_request_exception=False).generic(method, url)


class Async:
    """Sends through Django's ASGI handler."""

    def post(self, body, content_type="application/json", url=URL, **headers):
        return asyncio.run(
            AsyncClient(raise_request_exception=False).generic(
                "POST", url, body, content_type, headers=headers
            )
        )

    def request(self, method, url=URL):
        return asyncio.run(AsyncClient(raise_request_exception=False).generic(method, url))


@pytest.fixture(params=[Sync, Async], ids=["WSGI", "ASGI"])
def http(request):
    return request.param()


def assert_refused(response, status, code):
    """Every refusal is one JSON error object."""
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    body = json.loads(response.content)
    assert set(body) == {"jsonrpc", "error", "id"} and body["jsonrpc"] == "2.0"
    assert body["error"]["code"] == code and body["id"] is None
    return body["error"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/json;charset=latin-1",
        "application/json-rpc",
        "application/jsonrequest",
    ],
)
def test_a_post_of_json_is_processed(http, content_type):
    response = http.post(ADD, content_type)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content) == ADDED


def test_a_charset_changes_nothing(http):
    body = json.dumps(a_request("shapes.echo", ["é"]), ensure_ascii=False).encode()
    response = http.post(body, "application/json; charset=latin-1")
    assert json.loads(response.content)["result"] == "é"


def test_a_batch_is_answered_by_an_array(http):
    batch = [a_request("shapes.add", [1, 2], 1), a_request("shapes.later", [5], 2)]
    response = http.post(json.dumps(batch))
    assert [each["result"] for each in json.loads(response.content)] == [3, 5]


def test_only_notifications_are_answered_by_204(http):
    for body in (a_request("shapes.add", [1], ...), [a_request("shapes.add", [1], ...)]):
        response = http.post(json.dumps(body))
        assert response.status_code == 204 and response.content == b""
        assert not response.headers.get("Content-Length")
        assert "Content-Type" not in response


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b" ", -32700),
        (b"{", -32700),
        (b"\xff", -32700),
        (b"[" * 5000, -32700),
        (b"[]", -32600),
        (b"{}", -32600),
        (b"1", -32600),
    ],
)
def test_a_body_that_is_no_call_is_an_error_by_200(http, body, code):
    assert_refused(http.post(body), 200, code)


def test_a_methods_error_is_an_error_by_200(http):
    for how, code in (("value", -32603), ("rpc", 7), ("exit", -32603), ("dispatch", -32000)):
        response = http.post(json.dumps(a_request("shapes.fail", [how])))
        assert response.status_code == 200
        assert json.loads(response.content)["error"]["code"] == code


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused(http, method):
    response = http.request(method)
    assert response.status_code == 405 and response["Allow"] == "POST, OPTIONS"
    if method != "HEAD":
        assert_refused(response, 405, -32600)


def test_options_are_answered(http):
    response = http.request("OPTIONS")
    assert response.status_code == 204 and response["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "json",
    ],
)
def test_other_content_types_are_refused(http, content_type):
    assert_refused(http.post(ADD, content_type), 415, -32600)


def test_an_encoded_body_is_refused(http):
    assert_refused(http.post(ADD, **{"Content-Encoding": "gzip"}), 415, -32600)
    assert http.post(ADD, **{"Content-Encoding": "identity"}).status_code == 200


@pytest.mark.parametrize(
    "limits", [{"ADJAX_MAX_BODY_BYTES": 100}, {"DATA_UPLOAD_MAX_MEMORY_SIZE": 100}]
)
def test_a_body_over_the_limit_is_refused(http, limits):
    with override_settings(**limits):
        error = assert_refused(
            http.post(json.dumps(a_request("shapes.echo", ["x" * 100]))), 413, -32005
        )
        assert error["data"] == {"limit": "body_bytes", "maximum": 100}
        assert http.post(ADD).status_code == 200


def test_the_limit_of_calls_may_be_above_djangos(http):
    body = json.dumps(a_request("shapes.echo", ["x" * 500]))
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100, ADJAX_MAX_BODY_BYTES=1000):
        assert http.post(body).status_code == 200
        assert_refused(http.post(body * 2), 413, -32005)
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100, ADJAX_MAX_BODY_BYTES=None):
        assert http.post(body).status_code == 200
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=None):
        assert http.post(body).status_code == 200


def _wsgi(body, **environ):
    request = RequestFactory().post(URL, b" ", content_type="application/json")
    request.environ.update(environ)
    request.META.update(environ)
    request._stream = io.BytesIO(body)
    request.environ["wsgi.input"] = io.BytesIO(body)
    return endpoint(request)


def test_a_body_shorter_than_announced_is_refused_and_nothing_runs():
    error = assert_refused(_wsgi(ADD, CONTENT_LENGTH=str(len(ADD) + 1)), 400, -32700)
    assert error["data"] == f"the body ended after {len(ADD)} of {len(ADD) + 1} bytes"


@pytest.mark.parametrize("length", ["9" * 30, "9" * 5000])
def test_a_length_beyond_all_bounds_is_refused(length):
    assert_refused(_wsgi(ADD, CONTENT_LENGTH=length), 413, -32005)


@pytest.mark.parametrize("length", ["-5", "x", "1.5", "²"])
def test_a_length_that_is_no_number_is_refused_or_ignored(length):
    assert _wsgi(ADD, CONTENT_LENGTH=length).status_code in (200, 400)


def test_a_body_that_cannot_be_read_is_refused():
    class Broken(io.BytesIO):
        def read(self, *args):
            raise OSError("gone")

    request = RequestFactory().post(URL, ADD, content_type="application/json")
    request._stream = Broken()
    assert_refused(endpoint(request), 400, -32700)


def test_a_chunked_body_is_read_where_the_server_offers_its_end():
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    response = _wsgi(ADD, **chunked, **{"wsgi.input_terminated": True})
    assert json.loads(response.content) == ADDED
    assert_refused(_wsgi(ADD, **chunked), 411, -32600)
    with override_settings(ADJAX_MAX_BODY_BYTES=10):
        response = _wsgi(ADD, **chunked, **{"wsgi.input_terminated": True})
        assert_refused(response, 413, -32005)


def test_a_body_of_unknown_length_is_read_under_asgi():
    request = AsyncRequestFactory().post(URL, ADD, content_type="application/json")
    del request.META["CONTENT_LENGTH"]

    async def respond():
        return await endpoint(request)

    assert json.loads(asyncio.run(respond()).content) == ADDED


def test_a_body_that_was_read_before_is_read_again_where_django_kept_it():
    request = RequestFactory().post(URL, ADD, content_type="application/json")
    assert request.body == ADD
    assert json.loads(endpoint(request).content) == ADDED
    request = RequestFactory().post(URL, ADD, content_type="application/json")
    request.read(1)
    assert_refused(endpoint(request), 400, -32700)


def test_output_is_utf8_and_strict(http):
    response = http.post(json.dumps(a_request("shapes.echo", ["é\u2028😀"])))
    assert "é\u2028😀" in response.content.decode("utf-8")
    for what in ("nan", "surrogate", "cycle", "generator", "object"):
        response = http.post(json.dumps(a_request("shapes.give", [what])))
        answer = json.loads(response.content, parse_constant=pytest.fail)
        assert answer.get("result") == {"__type__": "float", "value": "NaN"} or (
            answer["error"]["code"] == -32603
        )


@pytest.mark.parametrize(
    ("accept", "result"),
    [
        ("*/*", 2**60),
        ("application/json", 2**60),
        (
            "application/vnd.adjax+json, application/json",
            {"__type__": "bigint", "value": str(2**60)},
        ),
    ],
)
def test_accept_decides_how_large_integers_are_sent(http, accept, result):
    response = http.post(json.dumps(a_request("shapes.give", ["big"])), Accept=accept)
    assert json.loads(response.content)["result"] == result


@pytest.mark.parametrize(
    ("how", "code", "data"),
    [
        ("404", -32004, None),
        ("missing", -32004, None),
        ("denied", -32002, None),
        (
            "validation",
            -32602,
            {"errors": [{"path": "/name", "message": "too long", "keyword": "invalid"}]},
        ),
        (
            "validation_plain",
            -32602,
            {"errors": [{"path": "", "message": "not today", "keyword": "invalid"}]},
        ),
    ],
)
def test_djangos_exceptions_have_codes(http, how, code, data):
    response = http.post(json.dumps(a_request("shapes.fail", [how])))
    error = json.loads(response.content)["error"]
    assert (error["code"], error.get("data")) == (code, data)
    assert b"secret" not in response.content


def test_a_model_instance_is_refused_with_advice(http, caplog):
    http.post(json.dumps(a_request("shapes.a_user")))
    assert "a model instance (auth.User) can't be sent: return a dict" in caplog.text


def test_lazy_strings_and_querysets_of_values_are_sent(http):
    response = http.post(json.dumps(a_request("shapes.lazy")))
    assert json.loads(response.content)["result"] == "yes"


def test_the_endpoint_is_no_coroutine_function_under_wsgi_and_one_under_asgi():
    from asgiref.sync import iscoroutinefunction

    assert not iscoroutinefunction(endpoint)

    async def on_a_loop():
        return iscoroutinefunction(endpoint)

    assert asyncio.run(on_a_loop())


# ── interface.js ──


def interface():
    response = Client().get("/rpc/interface.js")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/javascript"
    return response.content.decode()


def _parsed(script):
    """Read the four arguments the way a browser does: a JavaScript string, then JSON."""
    found = re.fullmatch(
        r"window\.(\w+) = new adjax\.Interface\(JSON\.parse\('(.*)'\), JSON\.parse\('(.*)'\), "
        r"'(.*)', JSON\.parse\('(.*)'\)\);\n",
        script,
    )
    assert found, script
    unquote = lambda text: json.loads(json.loads(f'"{text}"'))
    variable, data, views, tag, options = found.groups()
    return variable, unquote(data), unquote(views), tag, unquote(options)


def test_interface_describes_every_method():
    variable, data, views, tag, options = _parsed(interface())
    assert (variable, data, tag) == ("ADJAX", {}, "__type__")
    assert views["shapes"]["add"] == {"args": ["a", "b"], "defaults": {"b": 1}, "url": "/rpc/"}
    assert views["shapes"]["everything"]["args"] == ["first", "second", "only"]
    assert views["legacy"]["subtract"]["args"] == ["a", "b"]
    assert views["legacy_context"]["method"]["args"] == []
    assert options == {
        "url": "/rpc/",
        "csrf": {"cookieName": "csrftoken", "headerName": "X-CSRFTOKEN"},
        "maxBatchSize": 100,
    }


def test_interface_is_script_safe():
    awkward = {"</script>": "'\"\\\u2028\u2029<!--", "amp": "&"}
    with override_settings(ADJAX_DATA=awkward, ADJAX_VARIABLE="RPC"):
        script = interface()
    for text in ("</", "<!--", "\u2028", "\u2029"):
        assert text not in script
    variable, data, *_ = _parsed(script)
    assert (variable, data) == ("RPC", awkward)


def test_defaults_that_are_dates_or_cannot_be_sent_do_no_harm():
    _, _, views, _, _ = _parsed(interface())
    assert views["shapes"]["awkward_defaults"]["defaults"] == {
        "when": {"__type__": "datetime", "value": "2026-11-22T00:00:00"},
        "quote": 'it\'s "quoted" </script>',
    }


def test_a_projects_own_template_from_adjax_12_still_works(tmp_path):
    (tmp_path / "mine").write_text(
        "window.{{ variable }} = new adjax.Interface(JSON.parse('{{ data }}'), "
        "JSON.parse('{{ views }}'), '{{ type }}');"
    )
    templates = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [tmp_path],
            "APP_DIRS": True,
        }
    ]
    with override_settings(
        ADJAX_TEMPLATE="mine", TEMPLATES=templates, ADJAX_CONTENT_TYPE="text/javascript"
    ):
        response = Client().get("/rpc/interface.js")
    assert response["Content-Type"] == "text/javascript"
    assert response.content.startswith(b"window.ADJAX = new adjax.Interface(JSON.parse('{}')")


# ── where it is mounted ──


def test_each_request_has_a_match_of_its_own():
    first, second = resolve(reverse("adjax_rpc")), resolve(reverse("adjax_rpc"))
    assert first.func is second.func is endpoint
    assert first.url_name == "adjax_rpc"
    assert first is not second
    first.kwargs["tenant"] = "a"
    first.namespaces.append("a")
    assert second.kwargs == {}
    assert second.namespaces == []
    assert resolve(reverse("adjax_rpc")).kwargs == {}


@pytest.mark.parametrize("rest", ["x", "/", "interface.jsx", "\n"])
def test_nothing_else_is_served_below_the_endpoint(rest):
    with pytest.raises(Resolver404):
        resolve(reverse("adjax_rpc") + rest)


def mounted_at(*patterns):
    return override_settings(ROOT_URLCONF=patterns)


URLS = include("adjax_jsonrpc.urls")
BY_NAME = path("<slug:shop>/rpc/", URLS)
CAPTURING = {
    "by name": [BY_NAME],
    "by position": [re_path(r"^(\w+)/rpc/", URLS)],
    "with more": [re_path(r"^(\w+)/rpc/", URLS, {"more": 1})],
    "the first of two": [BY_NAME, path("other/<slug:shop>/rpc/", URLS)],
    "in a namespace": [path("<slug:shop>/rpc/", include(([*URLS[0].urlpatterns], "a"), "b"))],
    "mounted alone": [path("<slug:shop>/rpc/", endpoint), path("", URLS)],
    "anything": [re_path(r"^(?:(.*)/)?rpc/", URLS)],
}


def addresses(http, place):
    """What interface.js, openrpc.json and rpc.discover call the endpoint."""
    interface = http.request("GET", f"{place}interface.js").content.decode("unicode-escape")
    documents = [json.loads(http.request("GET", f"{place}openrpc.json").content)]
    discovered = http.post(json.dumps(a_request("rpc.discover")), url=place)
    documents.append(json.loads(discovered.content)["result"])
    urls = [each["servers"][0]["url"].removeprefix("http://testserver") for each in documents]
    return {*re.findall(r"\burl\W+?(/[^\"'\\]+)", interface), *urls}


@pytest.mark.parametrize("name", ["by name", "by position", "mounted alone", "in a namespace"])
def test_what_the_path_captures_is_for_methods_to_read(http, name):
    with mounted_at(*CAPTURING[name]):
        response = http.post(json.dumps(a_request("shapes.captured")), url="/north/rpc/")
    assert json.loads(response.content)["result"] == ["north"]


@pytest.mark.parametrize("name", [name for name in CAPTURING if name != "mounted alone"])
def test_each_document_names_the_endpoint_beside_it(http, name):
    with mounted_at(*CAPTURING[name]):
        assert addresses(http, "/north/rpc/") == {"/north/rpc/"}


def test_a_document_far_from_the_endpoint_names_it(http):
    with mounted_at(path("js/<slug:shop>/interface.js", views.interface), path("call/", URLS)):
        served = http.request("GET", "/js/north/interface.js").content.decode("unicode-escape")
    assert set(re.findall(r"\burl\W+?(/[\w/]+)", served)) == {"/call/"}


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("/rpc/", "/rpc/"),
        ("/a b/é/rpc/", "/a%20b/%C3%A9/rpc/"),
        ("//elsewhere.example/rpc/", "/%2Felsewhere.example/rpc/"),
    ],
)
def test_what_is_captured_leads_nowhere_else(place, address):
    with mounted_at(*CAPTURING["anything"]):
        request = RequestFactory().get("/")
        request.path = request.path_info = f"{place}interface.js"
        assert endpoint_path(request) == address


class PopsTheShop:
    """As middleware does that finds the tenant of a request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        request.shop = kwargs.pop("shop", None)


def test_middleware_may_take_away_what_the_path_captures():
    middleware = [*django_settings.MIDDLEWARE, "tests.http.test_endpoint.PopsTheShop"]
    with mounted_at(BY_NAME), override_settings(MIDDLEWARE=middleware):
        assert addresses(Sync(), "/north/rpc/") == {"/north/rpc/"}


def test_the_page_says_what_the_path_of_its_scripts_captures():
    with mounted_at(BY_NAME):
        page = Template("{% load adjax %}{% adjax_scripts shop=name %}")
        assert "/south/rpc/interface.js" in page.render(Context({"name": "south"}))
