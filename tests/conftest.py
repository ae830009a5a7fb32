"""What several test modules share: the shop, served for real, and a browser; ids of parameters."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from enum import Enum
from pathlib import Path
from typing import Any, get_origin

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import examples  # noqa: F401 - registers the profiles
from tests.support.needs import needs, running
from tests.support.postgres import run_postgres
from tests.support.servers import serve
from tests.support.shared import shared_folder

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)

settings.load_profile("all")  # unless --hypothesis-profile says another

LONGEST_ID = 40
LONGEST = [
    "test_docs",
    "test_explorer",
    "test_contract_generator",
    "test_once",
    "test_hidden_pairs",
    "test_browser",
    "test_wheel",
    "test_client_integration",
    "test_soak",
    "test_hostile",
    "test_without_assertions",
    "test_roundtrip",
    "test_contract",
    "test_contract_generator",
    "test_cross_origin",
    "test_playground",
    "test_authorization_matrix",
    "test_postgres",
    "test_once",
]


def pytest_make_parametrize_id(val: Any) -> str | None:
    """Name a parameter shortly, and the same in every process; ``None`` leaves it to pytest."""
    if isinstance(val, (str, bytes, int)):
        text = val if isinstance(val, str) else repr(val).removeprefix("b")
    elif isinstance(val, type) and get_origin(val) is None:
        text = val.__name__
    elif get_origin(val) is not None:
        text = re.sub(r"<class '([^']+)'>", r"\1", repr(val))
        text = re.sub(r"\b[a-z_]\w*\.", "", text)  # modules
    else:
        text = repr(val)
        if len(text) > LONGEST_ID or isinstance(val, (set, frozenset, Enum)):
            return None
    if " at 0x" in text:
        return None
    text = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
    return text if len(text) <= LONGEST_ID else f"{text[: LONGEST_ID - 1]}…"


def pytest_configure(config: pytest.Config) -> None:
    shared = ExitStack()
    shared.enter_context(shared_folder())
    config.add_cleanup(shared.close)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest, so that no process is left with one in the end."""
    begin = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: begin.get(item.path.stem, len(begin)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    with running(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Iterator[Any]:
    """Write lone surrogates, which some tests log, so that one process can tell another."""
    return _without_surrogates((yield))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _without_surrogates(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_without_surrogates, value))
    return value


@pytest.fixture(scope="session")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The example under gunicorn, as ``make demo`` seeds it."""
    with serve("gunicorn", tmp_path_factory.mktemp("shop")) as url:
        yield url


# Playwright keeps an event loop in this thread, so nothing of it outlives the module.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    needs("browser")
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no browser at {CHROMIUM}: apt-get install chromium, or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page of a new, empty profile on which no script may fail."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Vienna")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    context.close()
    assert failures == []


@pytest.fixture(scope="session")
def postgres() -> Iterator[dict[str, Any]]:
    """Django's settings of a database of PostgreSQL."""
    with run_postgres() as database:
        yield database
