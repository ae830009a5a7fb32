"""Methods: registered, named, refused, mounted."""

from __future__ import annotations

import itertools
import json
import logging
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from jsonrpcserver import Error, JsonRpcError, Success

from adjax_jsonrpc import RegistrationError, Registry, RpcError
from adjax_jsonrpc import registry as project_registry
from adjax_jsonrpc.gateway import Gateway
from tests.support.calls import CallError, a_request, answer, call


@pytest.fixture
def registry():
    return Registry(app_label=lambda module: "t")


def f(request):
    return "f"


def g(request):
    return "g"


def test_register_works_bare_and_with_options(registry):
    assert registry.register(f) is f
    assert registry.register(name="t.other", login_required=True)(g) is g
    assert list(registry.methods) == ["t.f", "t.other"]
    assert registry.get("t", "f") is registry.get("t.f")
    assert registry.get("t.other").options.login_required


def test_an_unknown_option_is_refused_with_the_nearest_one(registry):
    with pytest.raises(TypeError, match="there is no option 'atomc', did you mean 'atomic'"):
        registry.register(atomc=True)
    with pytest.raises(TypeError, match="there is no option 'atomic'$"):  # not one of mount
        registry.mount("t", {}, atomic=True)


@pytest.mark.parametrize("option", ["login_required", "hidden", "atomic", "readonly", "deprecated"])
@pytest.mark.parametrize("value", ["no", 0, []])
def test_an_option_that_is_true_or_false_takes_nothing_else(registry, option, value):
    registry.register(name="a.f", **{option: value})(f)
    with pytest.raises(RegistrationError, match=f"{option}: .* is neither True nor False"):
        registry.resolve()


def test_idempotent_takes_a_name_or_true(registry):
    registry.register(name="a.f", idempotent=3)(f)
    with pytest.raises(RegistrationError, match="idempotent: 3 is neither"):
        registry.resolve()


def test_a_permission_requires_a_login(registry):
    registry.register(permission="a.b")(f)
    registry.register(permission=["a.b", "c.d"])(g)
    assert registry.get("t.f").options.permission == ("a.b",)
    assert registry.get("t.g").options.permission == ("a.b", "c.d")
    assert registry.get("t.f").needs_login


def test_the_app_label_is_djangos():
    assert project_registry.get("shapes.add").function.__module__ == "tests.shapes.ajax"


def test_outside_of_an_app_the_package_stands_for_it():
    registry = Registry()
    registry.register(f)
    assert list(registry.methods) == ["methods.f"]


def test_two_functions_with_one_name_are_refused(registry):
    registry.register(f)
    registry.register(name="t.f")(g)
    with pytest.raises(
        RegistrationError, match=r"t\.f is registered twice: .*test_registry\.py:\d+ and"
    ):
        registry.resolve()


def test_the_same_function_twice_is_no_conflict(registry):
    registry.register(f)
    registry.register(f)
    assert list(registry.methods) == ["t.f"]


@pytest.mark.parametrize("name", ["rpc.discover", "rpc.f"])
def test_names_under_rpc_are_the_gateways_own(registry, name):
    registry.register(name=name)(f)
    with pytest.raises(RegistrationError, match="names that start with 'rpc.' are reserved"):
        registry.resolve()


@pytest.mark.parametrize("name", ["f", ".f", "t."])
def test_a_name_has_an_app_and_a_function(registry, name):
    registry.register(name=name)(f)
    with pytest.raises(RegistrationError, match="<app label>.<function>"):
        registry.resolve()


def test_annotations_may_name_what_is_defined_later(registry):
    def early(request, a: Later) -> int:  # noqa: F821
        return a

    registry.register(early)
    early.__globals__["Later"] = int
    try:
        assert call(Gateway(registry), "t.early", 1) == 1
    finally:
        del early.__globals__["Later"]


def test_what_is_refused_stays_refused(registry):
    def wrong(a):
        return a

    registry.register(wrong)
    for _ in range(2):
        with pytest.raises(RegistrationError):
            registry.resolve()


def test_first_requests_may_come_at_the_same_time():
    registry = Registry(app_label=lambda module: "t")
    for index in range(50):
        registry.register(name=f"t.f{index}")(lambda request: None)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: len(registry.methods), range(8)))
    assert found == [50] * 8


# ── mounted jsonrpcserver methods ──


def _mounted(registry, **methods):
    registry.mount("legacy", methods)
    return Gateway(registry)


def test_a_methods_dict_of_jsonrpcserver_is_served(registry):
    gateway = _mounted(registry, ping=lambda: Success("pong"), add=lambda a, b=1: Success(a + b))
    assert call(gateway, "legacy.ping") == "pong"
    assert call(gateway, "legacy.add", 1, 2) == 3
    assert call(gateway, "legacy.add", a=1) == 2


def test_an_asynchronous_methods_dict_is_served(registry):
    async def later(a):
        return Success(a)

    async def fails():
        raise JsonRpcError(4, "four")

    gateway = _mounted(registry, later=later, fails=fails)
    assert call(gateway, "legacy.later", 5) == 5
    with pytest.raises(CallError) as caught:
        call(gateway, "legacy.fails")
    assert caught.value.code == 4


def test_mounted_methods_refuse_as_jsonrpcserver_does(registry):
    gateway = _mounted(registry, add=lambda a, b: Success(a + b), no=lambda: Error(5, "five", [5]))
    with pytest.raises(CallError) as caught:
        call(gateway, "legacy.add", 1)
    assert (caught.value.code, caught.value.data) == (-32602, "missing a required argument: 'b'")
    with pytest.raises(CallError) as caught:
        call(gateway, "legacy.no")
    assert (caught.value.code, caught.value.message, caught.value.data) == (5, "five", [5])


def test_a_mounted_method_leaks_no_exception_text(registry, caplog):
    def boom():
        raise ValueError("the secret")

    async def later_boom():
        raise ValueError("the secret")

    gateway = _mounted(registry, boom=boom, later_boom=later_boom)
    with caplog.at_level(logging.CRITICAL, logger="jsonrpcserver"):
        for name in ("legacy.boom", "legacy.later_boom"):
            response = answer(gateway, a_request(name))
            assert response["error"]["code"] == -32603
            assert "secret" not in json.dumps(response)


def test_a_mounted_method_may_take_the_request_as_context(registry):
    registry.mount("legacy", {"m": lambda context, a: Success([context, a])}, context=True)
    response = answer(Gateway(registry), a_request("legacy.m", [1]), request="the request")
    assert response["result"] == ["the request", 1]


def test_tags_reach_mounted_methods_decoded(registry):
    gateway = _mounted(registry, kind=lambda value: Success(type(value).__name__))
    assert call(gateway, "legacy.kind", {"__type__": "set", "value": []}) == "set"
    with pytest.raises(CallError) as caught:
        call(gateway, "legacy.kind", {"__type__": "nope"})
    assert caught.value.errors[0]["path"] == "/0"


# ── start-up, in a process of its own ──


def start(tmp_path, **files):
    package = tmp_path / "broken"
    package.mkdir()
    (package / "__init__.py").touch()
    for name, text in files.items():
        (package / f"{name}.py").write_text(textwrap.dedent(text))
    code = """
        import django
        from django.conf import settings
        settings.configure(INSTALLED_APPS=["adjax_jsonrpc", "broken"], SECRET_KEY="x")
        django.setup()
        from adjax_jsonrpc import registry
        print(*registry.methods)
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(map(str, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )


REGISTER = "from adjax_jsonrpc import registry\n@registry.register\n"


@pytest.mark.slow
@pytest.mark.every_python
def test_methods_are_found_in_every_apps_ajax_module(tmp_path):
    done = start(tmp_path, ajax=REGISTER + "def f(request): ...")
    assert (done.returncode, done.stdout) == (0, "broken.f\n"), done.stderr


@pytest.mark.slow
@pytest.mark.every_python
def test_an_import_error_inside_a_module_is_loud(tmp_path):
    for name in ("ajax", "types"):
        path = tmp_path / name
        path.mkdir()
        done = start(path, **{name: "import nowhere_to_be_found"})
        assert done.returncode == 1
        assert f'broken/{name}.py", line 1' in done.stderr
        assert "No module named 'nowhere_to_be_found'" in done.stderr


@pytest.mark.slow
@pytest.mark.every_python
def test_types_are_known_before_methods_are_compiled(tmp_path):
    done = start(
        tmp_path,
        things="class Thing: pass",
        types="""
            from adjax_jsonrpc import ObjectType, serializer
            from .things import Thing
            @serializer.enable
            class ThingType(ObjectType):
                name = "thing"
                cls = Thing
        """,
        ajax="from .things import Thing\n" + REGISTER + "def f(request, thing: Thing): ...",
    )
    assert done.stdout == "broken.f\n", done.stderr


@pytest.mark.slow
@pytest.mark.every_python
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(): ...", "broken.f ({place}ajax.py:2): the first parameter must be the request"),
        ("def f(request, a: object.__class__): ...", "parameter 'a': type can't be served"),
    ],
)
def test_what_cannot_be_served_stops_the_start(tmp_path, source, message):
    done = start(tmp_path, ajax=REGISTER + source)
    assert done.returncode == 1
    assert message.format(place=f"{tmp_path}/broken/") in done.stderr


# ── what a method declares for readers ──


class OutOfStockError(RpcError):
    code = 1001
    message = "Out of stock"

    def __init__(self, sku):
        super().__init__(self.code, self.message, {"sku": sku})


class ClosedError(RpcError):
    def __init__(self):
        super().__init__(1002, "Closed")


class SilentError(RpcError):
    def __init__(self, sku):
        super().__init__(1003, "Silent", sku)


def test_declared_errors_are_classes_instances_or_pairs(registry):
    declared = [OutOfStockError, ClosedError, RpcError(7, "seven"), (8, "eight")]
    registry.register(errors=declared)(f)
    assert registry.get("t.f").options.errors == (
        (1001, "Out of stock"),
        (1002, "Closed"),
        (7, "seven"),
        (8, "eight"),
    )


@pytest.mark.parametrize("error", [SilentError, ValueError, "eight", ("8", "eight"), (8,)])
def test_an_error_that_says_no_code_is_refused(registry, error):
    with pytest.raises(RegistrationError, match="errors: "):
        registry.register(errors=[error])


def test_a_method_of_the_gateway_can_be_called_and_stands_apart(registry):
    registry.add_built_in("rpc.hello", lambda request: "hello")
    assert call(Gateway(registry), "rpc.hello") == "hello"
    assert list(registry.methods) == []


def test_threads_may_resolve_and_change_the_default_at_the_same_time():
    own = Registry(app_label=lambda module: "t")
    failures = []

    def follow(each):
        try:
            for _ in range(50):
                each()
        except Exception as error:
            failures.append(error)

    def add():
        number = next(numbers)
        own.register(name=f"t.m{number}")(lambda request, a: a)
        assert f"t.m{number}" in own.served

    def change():
        own.default_access = "authenticated" if own.default_access == "open" else "open"

    numbers = itertools.count()
    threads = [threading.Thread(target=follow, args=(each,)) for each in (add, add, change, change)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failures == []
    assert len(own.served) == 100
    assert {each.default_access for each in own.served.values()} == {own.default_access}
