"""The documentation holds: every snippet runs, links resolve, tables and the picture are complete.

A page is a small project. The first words after a fence say what a block is in it:

``python shop/ajax.py``  a file of the project (several blocks of one name follow each other)
``html page.html``       a template; it is fetched, and its scripts run
``pycon``                a session in the project's Python, answers compared
``console``              shell commands after "$ ", output compared
``rpc``                  bodies after "--> ", the answers to them after "<-- "
``js``                   a module of a page, run by node; what it prints is compared with the
                         comment behind each ``console.log``
``sh make``              targets of the Makefile
``text rooms``           the picture of the package's rooms
``sh test_wheel.py``     run by that test module, as any block may be that names one

``demo`` behind ``console``, ``rpc`` and ``js`` means the example in the place of the page's own
project. "…" stands for what differs each time. A block of any other kind fails.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cached_property
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import pytest
from django.core.management import CommandError, call_command

import adjax_jsonrpc
from adjax_jsonrpc import RegistrationError, Registry, Schema, Serializer, conf
from adjax_jsonrpc.exports.json_schema import method_files
from adjax_jsonrpc.methods.options import MethodOptions
from tests.support.checks import ids_found
from tests.support.http_calls import send
from tests.support.needs import needs
from tests.support.paths import ROOT, TESTS
from tests.support.servers import manage, prepare, serve
from tests.support.snippets import PLACE, Block, blocks, commands, same
from tests.support.type_table import NAMES, TypeCase
from tests.test_package import PACKAGE, ROOMS

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
PROJECT = TESTS / "projects/docs"
BLOCKS = [block for page in PAGES for block in blocks(page)]
WITH_FILES = [p for p in PAGES if any(b.page == p and b.kind in ("python", "html") for b in BLOCKS)]


def of(*kinds: str) -> Any:
    chosen = [block for block in BLOCKS if block.kind in kinds]
    return pytest.mark.parametrize(
        ("project", "block"),
        [(block.page, block) for block in chosen],
        ids=map(str, chosen),
        indirect=["project"],
    )


class Project:
    """The project that a page's files make, with a server where one is asked for."""

    def __init__(self, page: Path, directory: Path, database: bytes) -> None:
        self.directory = directory
        shutil.copytree(
            PROJECT, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
        files: dict[str, str] = {}
        for block in blocks(page):
            if block.kind == "python":
                files[block.where] = files.get(block.where, "") + block.text
            elif block.kind == "html":
                files[f"templates/{block.where}"] = block.text
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            if len(Path(name).parts) > 1 and name.endswith(".py"):
                (path.parent / "__init__.py").touch()
        (directory / "settings.py").write_text(
            f"from base import *\n\n{files.get('settings.py', '')}\n"
            "if 'adjax_jsonrpc' not in INSTALLED_APPS:\n    INSTALLED_APPS += ['adjax_jsonrpc']\n"
        )
        (directory / "db.sqlite3").write_bytes(database)
        self.environment = prepare(directory, "settings")
        self._closing = ExitStack()

    @cached_property
    def url(self) -> str:
        return self._closing.enter_context(serve("gunicorn", self.directory, "settings"))

    def close(self) -> None:
        self._closing.close()


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> bytes:
    """The tables of the project's models, with a few products, and those of optional apps."""
    directory = tmp_path_factory.mktemp("docs_database")
    shutil.copytree(PROJECT, directory, dirs_exist_ok=True)
    (directory / "settings.py").write_text(
        "from base import *\n\nINSTALLED_APPS += ['adjax_jsonrpc.contrib.idempotency']\n"
    )
    (directory / "db.sqlite3").touch()
    environment = prepare(directory, "settings")
    manage(environment, "migrate", "-v0", "--run-syncdb")
    manage(
        environment,
        *("shell", "-v0", "-c"),
        "from shop.models import Product\n"
        "Product.objects.create(sku='A1', price='18.90', stock=12)\n"
        "Product.objects.create(sku='B1', price='26.90', stock=5)\n",
    )
    return (directory / "db.sqlite3").read_bytes()


@pytest.fixture(scope="module")
def projects(tmp_path_factory, database) -> Iterator[Callable[[Path], Project]]:
    """The project of a page, made once, whatever the order of the tests."""
    made: dict[Path, Project] = {}

    def project_of(page: Path) -> Project:
        if page not in made:
            made[page] = Project(page, tmp_path_factory.mktemp(page.stem), database)
        return made[page]

    yield project_of
    for each in made.values():
        each.close()


@pytest.fixture
def project(request, projects) -> Project:
    return projects(request.param)


@pytest.fixture
def url(request, block, project) -> str:
    return request.getfixturevalue("shop_url") if block.where == "demo" else project.url


# ── the blocks ──


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_something_runs_the_block(block):
    assert block.kind, f"{block}: nothing runs ```{block.language} {block.where}"
    if block.kind.startswith("test_"):
        (module,) = TESTS.glob(f"*/{block.kind}")
        assert block.page.name in module.read_text(), block


@pytest.mark.slow
@pytest.mark.parametrize("project", WITH_FILES, ids=lambda page: page.name, indirect=True)
def test_the_files_make_a_project(project):
    """Python files are imported, methods are compiled, and the system checks find nothing."""
    assert manage(project.environment, "check", "--fail-level", "WARNING").startswith("System")
    for path in project.directory.rglob("*.py"):
        compile(path.read_text(), str(path), "exec")


@pytest.mark.slow
@of("pycon")
def test_sessions(project, block):
    (project.directory / "session.txt").write_text(block.text)
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    program = (
        "import django, doctest; django.setup(); doctest.ELLIPSIS_MARKER = '…'; "
        f"doctest.testfile('session.txt', module_relative=False, optionflags={options}, "
        "raise_on_error=False, verbose=False, report=True)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project.directory,
        env=project.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", ""), f"{block}"


@pytest.mark.slow
@pytest.mark.server
@of("console")
def test_shell_commands(project, block, url):
    shown = list(commands(block.text))
    assert shown, f"{block}: no line starts with '$ '"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command, expected in shown:
        result = subprocess.run(
            ["bash", "-c", command.replace(PLACE, url)],
            cwd=project.directory,
            env={**project.environment, "PATH": path},
            capture_output=True,
            text=True,
            timeout=120,
        )
        printed = result.stdout.replace(url, PLACE)
        assert same(printed, expected), f"{block}: {command}\n{printed}\n{result.stderr}"


@pytest.mark.slow
@pytest.mark.server
@of("rpc")
def test_bodies_and_answers(project, block, url):
    exchanges = list(_exchanges(block.text))
    assert exchanges, f"{block}: no line starts with '--> '"
    for body, expected in exchanges:
        answer = send(url, body.encode())
        if not expected:
            assert (answer.status, answer.content) == (204, b""), f"{block}: {answer}"
            continue
        text = json.dumps(answer.json, ensure_ascii=False)
        assert same(text, json.dumps(json.loads(expected), ensure_ascii=False)), f"{block}: {text}"


def _exchanges(text: str) -> Iterator[tuple[str, str]]:
    for exchange in re.split(r"^--> ", text, flags=re.MULTILINE)[1:]:
        body, _, answer = exchange.partition("\n<-- ")
        yield body.removesuffix("<--\n").strip(), answer.strip()


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.server
@of("js")
def test_modules_of_pages(project, block, url, tmp_path):
    _run(block, [{"kind": "module", "text": block.text}], url, tmp_path)


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.server
@of("html")
def test_pages(project, block, url, tmp_path):
    answer = send(url, method="GET", path=f"/{block.where}", content_type=None)
    html = answer.content.decode()
    assert answer.status == 200
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    assert scripts, f"{block}: {html}"
    program = []
    for attributes, text in scripts:
        src = re.search(r'src="([^"]+)"', attributes)
        kind = "module" if 'type="module"' in attributes else "classic"
        program.append({"kind": kind, **({"src": src[1]} if src else {"text": text})})
    # A browser runs modules after everything else.
    _run(block, sorted(program, key=lambda each: each["kind"]), url, tmp_path)


def _run(block: Block, program: list[dict[str, str]], url: str, directory: Path) -> None:
    needs("node")
    (directory / "program.json").write_text(json.dumps(program))
    result = subprocess.run(
        ["node", str(PROJECT / "run.mjs"), "program.json"],
        cwd=directory,
        env={**os.environ, "BASE": url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, f"{block}: {result.stderr}"
    expected = re.findall(r"console\.log\(.*?// (.*)$", block.text, re.MULTILINE)
    assert expected, f"{block}: no console.log with what it prints"
    assert same(result.stdout, "\n".join(expected)), f"{block}: {result.stdout}"


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind == "sh make"], ids=str)
def test_targets_of_the_makefile(block):
    for line in block.text.splitlines():
        command = shlex.split(line, comments=True)
        assert command[0] == "make", f"{block}: {line}"
        if len(command) > 1:
            subprocess.run([*command, "--dry-run"], cwd=ROOT, capture_output=True, check=True)


def test_the_example_of_a_breaking_change(tmp_path):
    """The released method and the one of now, as the page shows their difference."""

    def released(request, sku: Annotated[str, Schema(maxLength=8)]) -> int: ...
    def now(request, sku: Annotated[str, Schema(maxLength=12)], warehouse: str) -> int: ...

    for name, function in {"released": released, "now": now}.items():
        registry = Registry(Serializer(), app_label=lambda module: "shop")
        function.__annotations__ = get_type_hints(function, globals(), locals(), True)
        registry.register(name="shop.stock")(function)
        for path, text in method_files(registry.methods.values()).items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
    (block,) = [each for each in BLOCKS if each.kind == "diff"]
    printed = StringIO()
    with pytest.raises(CommandError, match="1 changes break"):
        call_command("diff_schemas", tmp_path / "released", tmp_path / "now", stdout=printed)
    expected = [line for line in block.text.splitlines() if not line.startswith("$ ")]
    assert sorted(printed.getvalue().splitlines()) == sorted(expected)


# ── links, tables, the picture ──


def slugs(page: Path) -> set[str]:
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    found = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return found | set(re.findall(r'<a id="([^"]+)">', prose))  # headings that had another name


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CHANGELOG.md", *DECISIONS], ids=lambda page: page.name
)
def test_links_lead_somewhere(page):
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in slugs(path), f"{page.name}: {target}"


def test_every_page_is_on_the_map():
    index = (ROOT / "docs/index.md").read_text()
    missing = [p.name for p in (ROOT / "docs").glob("*.md") if f"]({p.name})" not in index]
    assert missing == ["index.md"]
    index = (ROOT / "docs/decisions/index.md").read_text()
    assert [p.name for p in DECISIONS if f"]({p.name})" not in index] == ["index.md"]


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without the row of titles."""
    text = (ROOT / page).read_text()
    section = text.partition(f"\n{heading}\n")[2]
    assert section, f"{page} has no {heading}"
    lines = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines[0].splitlines()]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in rows[2:]]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_setting_is_in_the_table():
    rows = {code(row[0])[0]: row for row in table("docs/settings.md", "## All settings")}
    names = {
        *conf.Settings.defaults,
        *re.findall(r"ADJAX_[A-Z_]+", Path(conf.__file__).read_text()),
    }
    assert rows.keys() == {name for name in names if not name.endswith("_")}
    for name, default in conf.Settings.defaults.items():
        assert eval(code(rows[name][1])[0]) == default, name


def test_every_check_is_named_beside_its_setting():
    package = Path(adjax_jsonrpc.__file__).parent
    text = "".join(path.read_text() for path in package.rglob("*.py"))
    ids = set(re.findall(r"adjax_jsonrpc\.[EW]\d+", text))
    documented = set(re.findall(r"adjax_jsonrpc\.[EW]\d+", (ROOT / "docs/settings.md").read_text()))
    assert documented == ids
    rows = table("docs/settings.md", "## System checks")
    assert [each for row in rows for each in code(row[0])] == sorted(ids)
    for name, _, _, check in table("docs/settings.md", "## All settings"):
        wrong = {
            "adjax_jsonrpc.E001": -1,
            "adjax_jsonrpc.E003": "no/such/template",
            "adjax_jsonrpc.E013": "nowhere",
        }
        for each in code(check):
            assert each in ids_found(**{code(name)[0]: wrong.get(each, "")}), name


def test_the_picture_shows_every_room_in_its_order():
    (block,) = [b for b in BLOCKS if b.kind == "text rooms"]
    shown = [line.split()[0].rstrip("/") for line in block.text.splitlines() if line[:1].strip()]
    rooms = [name for name in reversed(ROOMS) if (PACKAGE / name / "__init__.py").exists()]
    assert [name for name in shown if name in rooms] == rooms


ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
STOPS = re.findall(r"`adjax_jsonrpc/([a-z_/]+)\.py` · `(\w+(?:\.\w+)?)`", ARCHITECTURE)


@pytest.mark.parametrize(("path", "name"), STOPS, ids=[name for _, name in STOPS])
def test_every_stop_of_a_walk_is_there(path, name):
    found = import_module(f"adjax_jsonrpc.{path.replace('/', '.')}")
    for part in name.split("."):
        found = getattr(found, part)


def test_a_walk_has_at_most_eight_stops():
    walks = re.findall(r"(?m)(?:^[0-9]\. .*\n(?:   .*\n)*)+", ARCHITECTURE)
    lengths = [len(re.findall(r"(?m)^[0-9]\. ", walk)) for walk in walks]
    assert len(lengths) >= 3 and max(lengths) <= 8


def test_every_option_of_a_method_is_in_its_table():
    options = ["name", *MethodOptions.__annotations__]
    assert [code(row[0])[0] for row in table("docs/methods.md", "## Options")] == options


# ── the tables of types: each row is tried ──


@pytest.mark.parametrize(
    "row", table("docs/types.md", "## Annotations"), ids=lambda row: code(row[0])[0]
)
def test_annotations(row):
    """Each column is what an annotation of the first one really has."""
    annotations, values, forms, schemas, types = (code(cell) for cell in row)
    wanted = eval(values[0], NAMES)
    for annotation in annotations:
        case = TypeCase(annotation)
        for form in forms:
            assert case.send(form) == json.loads(forms[0]), f"{annotation} {form}"
            assert type(case.received[-1]) is type(wanted), f"{annotation} {form}"
            assert case.received[-1] == wanted, f"{annotation} {form}"
        assert [*map(_read_schema, case.schema())] == [*map(_read_schema, schemas)], annotation
        assert [*dict.fromkeys([case.params_type, case.result_type])] == types, annotation


def _read_schema(text: str) -> Any:
    return text if text.startswith("tag ") else json.loads(text)


@pytest.mark.parametrize(
    "row", table("docs/types.md", "## What is refused"), ids=lambda row: code(row[0])[0]
)
def test_refused_annotations(row):
    """Each annotation is refused, and the message says what to write."""
    instead = code(row[1])
    for annotation in code(row[0]):
        with pytest.raises(RegistrationError) as caught:
            TypeCase(annotation)
        assert not instead or instead[0] in str(caught.value)


@pytest.mark.parametrize("row", table("docs/types.md", "## Tags"), ids=lambda row: code(row[0])[0])
def test_tags(row):
    """Each example is what the Python value is sent as, and is read as that value."""
    (name, *_), (form, *_), (value, *_) = (code(cell) for cell in row[:3])
    wire = json.loads(form)
    assert wire["__type__"] == name
    serializer = Serializer()
    wanted = eval(value, NAMES)
    assert repr(serializer.from_wire(json.loads(form))) == repr(wanted)
    assert serializer.to_wire(wanted, bigint_tags=True) == wire


def test_the_tests_that_the_threat_model_names_are_there():
    named = re.findall(
        r"`(test_\w+\.py|tests/\w+|client/test)`", (ROOT / "SECURITY.md").read_text()
    )
    assert len(named) > 20
    for name in named:
        assert (ROOT / name).exists() or len([*TESTS.glob(f"*/{name}")]) == 1, name
