"""Messages to callers: in their language, and all of them in the catalogues."""

from __future__ import annotations

import ast
import asyncio
import gettext
import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.test import AsyncClient, Client, modify_settings
from django.utils import translation

import adjax_jsonrpc
from adjax_jsonrpc import Registry, Serializer
from adjax_jsonrpc.gateway import Gateway
from tests.support.calls import a_request

PACKAGE = Path(adjax_jsonrpc.__file__).parent
CATALOGUES = sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/django.po"))
MAKE = 'run "make messages", and translate what is new'


def messages_of_the_code() -> set[str]:
    """Return the texts that are passed to ``gettext`` and ``gettext_noop``."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = node.func.id if _is_call_of_a_name(node) else ""
            if name not in ("gettext", "gettext_noop") or _is_the_translation_itself(path):
                continue
            (text,) = node.args
            assert isinstance(text, ast.Constant), f"{path}:{node.lineno}: not a text"
            found.add(text.value)
    return found


def _is_call_of_a_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def _is_the_translation_itself(path: Path) -> bool:
    return path.name == "_messages.py"


def translations(po: Path) -> dict[str, str]:
    """Read a catalogue as translators write it."""
    text = re.sub(r'"\n"', "", po.read_text())
    pairs = re.findall(r"^msgid (\".*\")\nmsgstr (\".*\")$", text, re.MULTILINE)
    assert len(pairs) == text.count("\nmsgid ") == text.count("\nmsgstr ")
    return {ast.literal_eval(one): ast.literal_eval(other) for one, other in pairs}


def test_there_is_a_german_catalogue():
    assert [path.parts[-3] for path in CATALOGUES] == ["de"]


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_has_every_message_of_the_code_and_no_other(po):
    messages = messages_of_the_code()
    assert len(messages) > 40
    assert set(translations(po)) - {""} == messages, MAKE
    assert "#, fuzzy" not in po.read_text(), MAKE


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_has_the_placeholders_of_its_message(po):
    for message, translated in translations(po).items():
        assert translated or not message, f"{message}: {MAKE}"
        if message:
            placeholders = [
                sorted(re.findall(r"%\(\w+\)s|%", each)) for each in (message, translated)
            ]
            assert placeholders[0] == placeholders[1], message


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_is_fresh(po):
    with po.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, translated in translations(po).items():
        if message:
            assert compiled.gettext(message) == translated, MAKE


# ── in the caller's language ──


LANGUAGES = {
    "de": '"x" hat nicht den Typ integer',
    "en": '"x" is not of type integer',
    "fr": '"x" is not of type integer',
}
BODY = json.dumps(a_request("shapes.add", ["x"])).encode()


@pytest.fixture
def by_header():
    middleware = {"append": "django.middleware.locale.LocaleMiddleware"}
    with modify_settings(MIDDLEWARE=middleware), translation.override(None):
        yield


def _messages(response) -> list[str]:
    error = response.json()["error"]
    assert error["message"] == "Invalid params"
    return [each["message"] for each in error["data"]["errors"]]


def test_messages_are_in_the_language_that_the_caller_asks_for(by_header):
    for language, message in LANGUAGES.items():
        headers = {"Accept-Language": language}
        response = Client(headers=headers).generic("POST", "/rpc/", BODY, "application/json")
        assert _messages(response) == [message]
        assert response["Content-Language"] == {"fr": "fr"}.get(language, language)
        assert "Accept-Language" in response["Vary"]


def test_concurrent_callers_get_their_own_languages(by_header):
    async def ask(language):
        headers = {"Accept-Language": language}
        return await AsyncClient().generic(
            "POST", "/rpc/", BODY, "application/json", headers=headers
        )

    async def ask_all():
        return await asyncio.gather(*(ask(language) for language in [*LANGUAGES] * 5))

    told = [_messages(response) for response in asyncio.run(ask_all())]
    assert told == [[message] for message in LANGUAGES.values()] * 5


def test_a_value_with_a_percent_sign_is_shown_as_it_is(by_header):
    body = json.dumps(a_request("shapes.add", ["%(limit)s %"])).encode()
    response = Client(headers={"Accept-Language": "de"}).generic(
        "POST", "/rpc/", body, "application/json"
    )
    assert _messages(response) == ['"%(limit)s %" hat nicht den Typ integer']


def test_the_form_in_a_message_is_translated_too():
    def f(request, day: date):
        return None

    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(f)
    with translation.override("de"):
        answer = Gateway(registry).handle(json.dumps(a_request("t.f", ["morgen"])).encode())
    (error,) = json.loads(answer)["error"]["data"]["errors"]
    assert error["message"] == '"morgen" ist nicht gültig, erwartet wird ein Datum wie 2026-11-22'


def test_the_log_is_not_in_the_language_of_the_caller(caplog):
    def f(request) -> int:
        return "x"

    registry = Registry(Serializer(), app_label=lambda module: "t")
    registry.register(f)
    with translation.override("de"):
        Gateway(registry).handle(json.dumps(a_request("t.f")).encode())
    assert '"x" is not of type integer' in caplog.text
