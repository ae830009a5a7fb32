"""The package as a whole: its public names, its rooms, and imports that only go downward."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import adjax_jsonrpc
from adjax_jsonrpc.methods.options import MethodOptions, MountOptions, Options

PACKAGE = Path(adjax_jsonrpc.__file__).parent

# From the bottom up. Each imports from itself and from what stands before it.
ROOMS = [
    "protocol",
    "schema",
    "types",
    "methods",
    "calls",
    "exports",
    "conf",
    "integration",
    "authentication",
    "http",
    "checks",
    "views",
    "contrib",
    "testing",
]
GROUND = {"errors", "legacy", "signals"}  # below all rooms, as are names that begin with "_"
WITHOUT_DJANGO = ["protocol", "schema", "types", "methods", "calls", "exports"]

DOCUMENTED = [
    "adjax_jsonrpc.authentication.Caller",
    "adjax_jsonrpc.authentication.basic",
    "adjax_jsonrpc.authentication.bearer",
    "adjax_jsonrpc.authentication.explicit",
    "adjax_jsonrpc.authentication.session",
    "adjax_jsonrpc.errors.AnswerNotStoredError",
    "adjax_jsonrpc.errors.InvalidParamsError",
    "adjax_jsonrpc.errors.OutcomeUnknownError",
    "adjax_jsonrpc.gateway.Gateway",
    "adjax_jsonrpc.gateway.Hooks",
    "adjax_jsonrpc.gateway.Limits",
    "adjax_jsonrpc.middleware.CsrfEnforceMiddleware",
    "adjax_jsonrpc.middleware.DispatchErrorMiddleware",
    "adjax_jsonrpc.registry.registry",
    "adjax_jsonrpc.serializer.ObjectType",
    "adjax_jsonrpc.serializer.serializer",
    "adjax_jsonrpc.signals.batch_finished",
    "adjax_jsonrpc.signals.call_failed",
    "adjax_jsonrpc.signals.call_finished",
    "adjax_jsonrpc.signals.call_started",
    "adjax_jsonrpc.templatetags.adjax.adjax_scripts",
    "adjax_jsonrpc.urls.urlpatterns",
    "adjax_jsonrpc.utils.types.typed",
    "adjax_jsonrpc.views.DispatchError",
    "adjax_jsonrpc.views.endpoint",
]


def modules() -> dict[str, Path]:
    """Every module by its name inside the package, packages by the name of their folder."""
    names = {
        path: path.relative_to(PACKAGE).with_suffix("").parts for path in PACKAGE.rglob("*.py")
    }
    return {
        ".".join(parts[:-1] if parts[-1] == "__init__" else parts): path
        for path, parts in names.items()
        if parts != ("__init__",)
    }


MODULES = modules()


def imported_by(name: str) -> Iterator[tuple[bool, str]]:
    """What a module imports: whether from this package, and the module's name.

    Imports inside of functions and under ``TYPE_CHECKING`` count, too.
    """
    path = MODULES[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((False, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield False, node.module or ""
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            found = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{found}.{alias.name}".lstrip(".")
                yield True, inner if inner in MODULES else found


def floor(name: str) -> int:
    first = name.partition(".")[0]
    if first.startswith("_") or first in GROUND:
        return -1
    return ROOMS.index(first) if first in ROOMS else len(ROOMS)


def test_every_exported_name_exists():
    for name in adjax_jsonrpc.__all__:
        assert hasattr(adjax_jsonrpc, name)
    assert adjax_jsonrpc.__all__ == sorted(adjax_jsonrpc.__all__)


@pytest.mark.parametrize("path", DOCUMENTED)
def test_documented_import_paths_exist(path):
    module, _, name = path.rpartition(".")
    assert hasattr(import_module(module), name)


def test_a_name_of_the_package_is_not_hidden_by_a_module_of_that_name():
    for name in ("registry", "serializer"):
        import_module(f"adjax_jsonrpc.{name}")
        assert not hasattr(getattr(adjax_jsonrpc, name), "__file__")


def test_imports_between_rooms_only_go_downward():
    for name in MODULES:
        for inside, imported in imported_by(name):
            if inside:
                assert floor(imported) <= floor(name), f"{name} imports {imported}"


def test_no_modules_import_one_another():
    graph = {name: {i for inside, i in imported_by(name) if inside and i} for name in MODULES}
    graph["apps"] = set()  # Django's start-up: nothing may be imported before apps are there
    TopologicalSorter(graph).prepare()  # raises for a circle


def test_rooms_have_a_sentence_of_purpose():
    for name, path in MODULES.items():
        docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
        assert docstring.partition("\n")[0].endswith((".", ":")), name


def test_the_top_of_the_package_is_small():
    assert len([name for name in MODULES if "." not in name and _is_module(name)]) + 1 <= 20


def _is_module(name: str) -> bool:
    return MODULES[name].name != "__init__.py"


def test_no_module_is_long():
    lengths = {name: path.read_text().count("\n") for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_below_the_settings_nothing_imports_django():
    for name in MODULES:
        if name.partition(".")[0] in WITHOUT_DJANGO:
            django = [i for _, i in imported_by(name) if i.partition(".")[0] == "django"]
            assert django == [], name


def test_one_module_imports_jsonrpcserver():
    importing = {
        name
        for name in MODULES
        for inside, imported in imported_by(name)
        if not inside and imported.partition(".")[0] in ("jsonrpcserver", "oslash")
    }
    assert importing == {"_jsonrpcserver"}


def test_one_module_uses_private_names_of_others():
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                is_private = node.attr.startswith("_") and not node.attr.startswith("__")
                if is_private and node.value.id in ("asyncio", "inspect", "typing", "json"):
                    assert name == "_compat", f"{name}: {node.value.id}.{node.attr}"


def test_no_assertion_stands_in_for_a_check():
    for name, path in MODULES.items():
        tree = ast.parse(path.read_text())
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)], name


def test_options_are_declared_in_one_place():
    derived = {"error_classes"}
    assert set(MethodOptions.__annotations__) == set(Options.__dataclass_fields__) - derived
    assert set(MountOptions.__annotations__) < set(MethodOptions.__annotations__)
