"""Hidden is hidden: whole answers, with all headers, are those of a method that is not there."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import AsyncClient, Client, override_settings

from tests.support.examples import examples
from tests.support.hidden_pairs import Answer, Message, answer_from, make_callers, pairs

URL = "/rpc/"
BY_TOKEN = ["tests.gates.callers.by_token"]
SESSION = ["adjax_jsonrpc.authentication.session"]
PROJECTS = {
    "plain": {},
    "tokens": {"ADJAX_AUTHENTICATION": [*BY_TOKEN, *SESSION]},
    "tokens only": {"ADJAX_AUTHENTICATION": BY_TOKEN},
    "basic": {"ADJAX_AUTHENTICATION": ["adjax_jsonrpc.authentication.basic", *SESSION]},
    "throttled": {"ADJAX_THROTTLE": "tests.gates.callers.per_header"},
    "atomic": {"ADJAX_ATOMIC_BATCH": True},
    "deny": {"ADJAX_DEFAULT_ACCESS": "deny", "ADJAX_AUTHENTICATION": [*BY_TOKEN, *SESSION]},
    "saving": {"SESSION_SAVE_EVERY_REQUEST": True},
    "tokens in sessions": {"CSRF_USE_SESSIONS": True},
    "without sessions": {
        "MIDDLEWARE": ["django.middleware.common.CommonMiddleware"],
        "ADJAX_AUTHENTICATION": BY_TOKEN,
    },
}

pytestmark = pytest.mark.django_db(transaction=True)


def by_wsgi(message: Message) -> Answer:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return answer_from(client.post(URL, message.body, "application/json", headers=message.headers))


def by_asgi(message: Message) -> Answer:
    client = AsyncClient(enforce_csrf_checks=True, raise_request_exception=False)
    headers = dict(message.headers)
    client.cookies = SimpleCookie(headers.pop("Cookie", None))  # it sends no other ones
    posted = client.post(URL, message.body, content_type="application/json", headers=headers)
    return answer_from(asyncio.run(posted))


def restore(sessions: list[Session]) -> None:
    """Forget what a request has left: a new session, an old one that it ended, a count."""
    Session.objects.all().delete()
    Session.objects.bulk_create(sessions)
    cache.clear()


@pytest.mark.parametrize("send", [by_wsgi, by_asgi], ids=["WSGI", "ASGI"])
@pytest.mark.parametrize("project", PROJECTS)
def test_a_hidden_method_is_answered_like_an_unknown_one(project, send):
    callers = make_callers()
    sessions = list(Session.objects.all())
    seed = sorted(PROJECTS).index(project) + 1
    differing = []
    with override_settings(**PROJECTS[project]):
        for pair in pairs(callers, seed, examples(50)):
            answers = []
            for message in (pair.first, pair.second):
                answers.append(send(message))
                restore(sessions)
            if answers[0] != answers[1]:
                differing.append((pair, answers))
    assert not differing, (len(differing), differing[0])
