"""Pairs of requests: the same, but one names a hidden method, and one a method that is not there."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from importlib import import_module
from random import Random
from typing import Any, NamedTuple

HIDDEN = ["hidden_no", "hidden_session", "hidden_fails", "hidden_seldom", "hidden_often"]
HIDDEN += ["hidden_once", "hidden_apart"]
UNKNOWN = ["hidden", "nothing", "hidden_other", "später", "x" * 300]
SECRET = "s" * 32  # a CSRF token is taken without its mask, too


class Message(NamedTuple):
    """One request: its body and its headers."""

    body: bytes
    headers: dict[str, str]


class Pair(NamedTuple):
    """Two requests that must get the same answer, and what they are about."""

    about: str
    first: Message
    second: Message


def make_callers() -> dict[str, dict[str, str]]:
    """Make users and sessions in the database; return the headers of each caller."""
    from django.conf import settings
    from django.contrib import auth

    store = import_module(settings.SESSION_ENGINE).SessionStore
    users = auth.get_user_model().objects
    ann = users.create_user("ann", password="password of ann")
    users.create_user("gone", password="x", is_active=False)

    def session_of(user: Any, digest: str | None = None) -> str:
        session = store()
        if user is None:
            session["basket"] = [1]
        else:
            session[auth.SESSION_KEY] = str(user.pk)
            session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[auth.HASH_SESSION_KEY] = digest or user.get_session_auth_hash()
        session.save()
        return session.session_key

    def basic(pair: str) -> str:
        return f"Basic {b64encode(pair.encode()).decode()}"

    token = {"X-CSRFToken": SECRET}

    def cookie(session: str) -> str:
        return f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={SECRET}"

    logged_in = cookie(session_of(ann))
    return {
        "nobody": {},
        "with a token": {"Cookie": f"csrftoken={SECRET}", **token},
        "logged in": {"Cookie": logged_in, **token},
        "logged in, no token": {"Cookie": logged_in, "Origin": "http://127.0.0.1"},
        "logged in, wrong token": {"Cookie": logged_in, "X-CSRFToken": "w" * 32},
        "logged out": {"Cookie": cookie(session_of(None)), **token},
        "expired": {"Cookie": cookie("e" * 32), **token},
        "new password": {"Cookie": cookie(session_of(ann, "another")), **token},
        "bearer": {"Authorization": "Bearer token-ann"},
        "bearer and session": {"Authorization": "Bearer token-ann", "Cookie": logged_in},
        "bearer and expired": {"Authorization": "Bearer token-ann", "Cookie": cookie("e" * 32)},
        "bearer of nobody": {"Authorization": "Bearer token-bob"},
        "inactive": {"Authorization": "Bearer token-gone"},
        "basic": {"Authorization": basic("ann:password of ann")},
        "basic, wrong": {"Authorization": basic("ann:wrong")},
        "basic of another page": {
            "Authorization": basic("ann:password of ann"),
            "Sec-Fetch-Site": "cross-site",
        },
    }


PARAMS: list[Any] = [..., [], {}, ["1!"], ["no"], {"key": "1!"}, {"key": 1, "no": 2}, [[[[]]]]]
PARAMS += [["1!", "x" * 5000], [{"__type__": "decimal", "value": "x"}], 5, [[]] * 50, ["\ud7ff"]]
IDS: list[Any] = [..., 1, "1", None, 1.5, 2**70, "x" * 200]
NEIGHBOURS: list[Any] = [
    {"jsonrpc": "2.0", "method": "gates.open", "params": ["a key"], "id": 1},
    {"jsonrpc": "2.0", "method": "gates.later_open", "params": ["a key"], "id": 2},
    {"jsonrpc": "2.0", "method": "gates.login", "params": ["a key"], "id": 3},
    {"jsonrpc": "2.0", "method": "gates.nowhere", "id": 4},
    {"jsonrpc": "2.0", "method": "gates.open"},
    5,
]
HEADERS: list[dict[str, str]] = [{}, {"Accept": "application/vnd.adjax+json"}]
HEADERS += [{"Idempotency-Key": "a key"}, {"Origin": "https://elsewhere.example"}]


def pairs(callers: dict[str, dict[str, str]], seed: int, number: int) -> Iterator[Pair]:
    """Make pairs for random callers, methods, params, batches and headers."""
    random = Random(seed)
    for count in range(number):
        name, headers = random.choice(sorted(callers.items()))
        methods = HIDDEN + (["hidden_one"] if "bearer" not in name else [])
        hidden = random.choice(["", "later_"]) + random.choice(methods)
        calls = [_a_call(random) for _ in range(random.choice([1, 1, 2, 5]))]
        entries = calls + random.choices(NEIGHBOURS, k=random.choice([0, 0, 1, 4]))
        random.shuffle(entries)
        is_batch = len(entries) > 1 or random.random() < 0.2
        headers = {**headers, **random.choice(HEADERS)}
        both = [
            Message(
                _body(entries, f"gates.{method}", is_batch),
                {**headers, "X-Caller": f"{seed}-{count}-{side}"},
            )
            for side, method in enumerate((hidden, random.choice(UNKNOWN)))
        ]
        if random.random() < 0.5:
            both.reverse()
        yield Pair(f"{name}: {hidden}", *both)


def _a_call(random: Random) -> dict[str, Any]:
    call = {"jsonrpc": "2.0", "method": "?", "params": random.choice(PARAMS)}
    call["id"] = random.choice(IDS)
    return {name: value for name, value in call.items() if value is not ...}


def _body(entries: list[Any], method: str, is_batch: bool) -> bytes:
    named = [
        {**each, "method": method} if isinstance(each, dict) and each["method"] == "?" else each
        for each in entries
    ]
    return json.dumps(named if is_batch else named[0]).encode()


class Answer(NamedTuple):
    """All of an answer. What is random or a time in it is replaced, and its length kept."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes


def answer_of(status: int, headers: Iterable[tuple[str, str]], content: bytes) -> Answer:
    """Return an answer without what differs between any two answers."""
    timeless = re.sub(rb'"retryAfter":[0-9.]+', b'"retryAfter":', content)
    time = len(content) - len(timeless)
    lines = [
        (name.lower(), _without_chance(name.lower(), value, time))
        for name, value in headers
        # A server closes the connection if a refused request has not arrived as a whole.
        if name.lower() != "connection"
    ]
    return Answer(status, sorted(lines), timeless)


def answer_from(response: Any) -> Answer:
    """Return the answer of Django's test client."""
    cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
    return answer_of(response.status_code, [*response.items(), *cookies], response.content)


def _without_chance(name: str, value: str, time: int) -> str:
    if name in ("date", "retry-after"):
        return name
    if name == "content-length":
        return str(int(value) - time)
    if name == "x-csrftoken":
        return "x" * len(value)
    value = re.sub(r"(csrftoken|sessionid)=\w+", lambda match: "x" * len(match[0]), value)
    return re.sub(r"expires=\w+, [^;]+", lambda match: "x" * len(match[0]), value)
