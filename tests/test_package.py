"""The package as a whole: its public names, and imports that only go downward."""

from __future__ import annotations

import ast
from pathlib import Path

import adjax_jsonrpc

PACKAGE = Path(adjax_jsonrpc.__file__).parent

# From the bottom up; a module imports only from floors below its own.
FLOORS = [
    {"typing", "vocabulary", "docstrings", "hints"},
    {"errors"},
    {"internal", "tags", "wire", "rates"},
    {"builtin", "source", "native", "keywords", "kinds", "typed", "subschemas"},
    {"exact"},
    {"exact_objects"},
    {"codec", "sending", "draft07", "typescript_types", "alternatives", "changes", "reasons"},
    {"reference"},
    {"explain", "schemadiff"},
    {"serializer"},
    {"schema", "envelope"},
    {"foreign"},
    {"structures"},
    {"containers"},
    {"entries"},
    {"parameters"},
    {"signature"},
    {"method"},
    {"once"},
    {"hooks"},
    {"answers"},
    {"admission", "alone"},
    {"keyed"},
    {"mounting", "dispatch", "openrpc", "typescript", "exports"},
    {"registry", "as_one", "observed", "together", "guard"},
    {"gateway"},
    {"conf"},
    {"access"},
    {"transactions", "failures", "sensitive", "throttling", "idempotency"},
    {"signals"},
    {"http", "middleware", "authentication"},
    {"checks", "checks_methods", "endpoint"},
    {"discovery"},
    {"views", "templatetags.adjax", "utils.types"},
    {"urls", "apps"},
]
DJANGO_FROM = 23


def _floor(module: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if module in floor)


def _modules() -> dict[str, Path]:
    paths = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
    }
    return {name: path for name, path in paths.items() if not name.startswith("management.")}


def _imports(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text())
    only_for_types = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and getattr(test.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(test)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in only_for_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.level:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found += [(node.level, name) for name in names]
        elif isinstance(node, ast.ImportFrom):
            found.append((0, node.module))
        elif isinstance(node, ast.Import):
            found += [(0, alias.name) for alias in node.names]
    return found


def test_every_exported_name_exists():
    for name in adjax_jsonrpc.__all__:
        assert hasattr(adjax_jsonrpc, name)
    assert adjax_jsonrpc.__all__ == sorted(adjax_jsonrpc.__all__)


def test_imports_only_go_downward():
    for name, path in _modules().items():
        for level, imported in _imports(path):
            if level:
                assert _floor(imported) < _floor(name), f"{name} imports {imported}"


def test_below_the_line_nothing_imports_django():
    for name, path in _modules().items():
        if _floor(name) < DJANGO_FROM:
            assert not [i for level, i in _imports(path) if i.split(".")[0] == "django"], name


def test_one_module_imports_jsonrpcserver():
    importing = {
        name
        for name, path in _modules().items()
        for _, imported in _imports(path)
        if imported.split(".")[0] in ("jsonrpcserver", "oslash")
    }
    assert importing == {"vocabulary"}


def test_no_assertion_stands_in_for_a_check():
    for name, path in _modules().items():
        tree = ast.parse(path.read_text())
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)], name
