"""Every policy, held against every caller with every credential, alone and in a batch.

What is expected stands in two tables that know nothing of the implementation.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from base64 import b64encode
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import AsyncClient, Client, override_settings

from tests.gates.ajax import POLICIES, ran
from tests.support.calls import a_request
from tests.support.hidden_pairs import answer_from

URL = "/rpc/"
USERS = ["user", "half", "permitted", "superuser"]
CALLERS = ["anonymous", *USERS, "inactive"]
ALL_CREDENTIALS = [
    "tests.gates.callers.by_token",
    "adjax_jsonrpc.authentication.basic",
    "adjax_jsonrpc.authentication.session",
]
SESSION_ALONE = ["adjax_jsonrpc.authentication.session"]

# Who the server takes a caller for ("self", or nobody), or the refusal of the whole request.
IDENTITY = """
credential      anonymous  user  half  permitted  superuser  inactive
none            nobody     nobody nobody nobody   nobody     nobody
session+token   nobody     self  self  self       self       nobody
session         403        403   403   403        403        403
bearer          401        self  self  self       self       401
basic           401        self  self  self       self       401
"""

# What a method answers whom; the policy "silent" by the project's default.
ANSWERS = """
policy                nobody  user    half    permitted  superuser
silent,open           ok      ok      ok      ok         ok
silent,authenticated  -32001  ok      ok      ok         ok
silent,deny           -32601  -32601  -32601  -32601     -32601
open                  ok      ok      ok      ok         ok
login                 -32001  ok      ok      ok         ok
one                   -32001  -32002  ok      ok         ok
two                   -32001  -32002  -32002  ok         ok
yes                   ok      ok      ok      ok         ok
no                    -32002  -32002  -32002  -32002     -32002
both                  -32002  -32002  -32002  -32002     -32002
login_yes             -32001  ok      ok      ok         ok
login_no              -32001  -32002  -32002  -32002     -32002
hidden_login          -32601  ok      ok      ok         ok
hidden_one            -32601  -32601  ok      ok         ok
hidden_no             -32601  -32601  -32601  -32601     -32601
"""
MESSAGES = {
    -32001: "Authentication required",
    -32002: "Permission denied",
    -32601: "Method not found",
}
WHOLE = {"401": (401, -32001), "403": (403, -32003)}


def table(text: str) -> dict[tuple[str, str], str]:
    (_, *columns), *rows = (line.split() for line in text.strip().splitlines())
    cells = {}
    for name, *values in rows:
        assert len(values) == len(columns), name
        cells.update({(name, column): value for column, value in zip(columns, values, strict=True)})
    return cells


IDENTITIES, OUTCOMES = table(IDENTITY), table(ANSWERS)
CREDENTIALS = list(dict.fromkeys(credential for credential, _ in IDENTITIES))
DEFAULTS = ["open", "authenticated", "deny"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.every_python,
    pytest.mark.slow,
]
checked: dict[str, int] = {}


@pytest.fixture
def cookies():
    """Make every caller; return their cookies, the CSRF token among them."""
    users = get_user_model().objects
    permissions = {p.codename: p for p in Permission.objects.filter(content_type__model="user")}
    held = {"half": ["add_user"], "permitted": ["add_user", "delete_user"]}
    held["inactive"] = held["permitted"]
    made = {}
    for name in CALLERS:
        client = Client()
        if name == "anonymous":
            session = client.session  # one without a user: a basket, say
            session["basket"] = [1]
            session.save()
        else:
            create = users.create_superuser if name == "superuser" else users.create_user
            user = create(name, password=f"password of {name}")
            user.user_permissions.set([permissions[each] for each in held.get(name, ())])
            client.force_login(user)
        client.get("/rpc/interface.js")  # CsrfEnforceMiddleware sends the token
        made[name] = {key: morsel.value for key, morsel in client.cookies.items()}
    users.filter(username="inactive").update(is_active=False)
    return made


def sent_by(caller: str, credential: str, cookies: dict) -> tuple[dict, dict]:
    """The cookies and the headers of a request."""
    if credential == "none":
        return {}, {}
    if credential == "bearer":
        return {}, {"Authorization": f"Bearer token-{caller}"}
    if credential == "basic":
        pair = f"{caller}:password of {caller}".encode()
        return {}, {"Authorization": f"Basic {b64encode(pair).decode()}"}
    headers = {"X-CSRFToken": cookies[caller]["csrftoken"]}
    return cookies[caller], headers if credential == "session+token" else {}


def post_all(handler: str, posts: list[tuple[bytes, dict, dict]]) -> list:
    """Send every body through one of Django's handlers."""
    client = (Client if handler == "WSGI" else AsyncClient)(enforce_csrf_checks=True)

    def post(body: bytes, cookies: dict, headers: dict) -> Any:
        client.cookies = SimpleCookie(cookies)  # and none that another answer has set
        return client.post(URL, body, content_type="application/json", headers=headers)

    async def run() -> list:
        return [await post(*each) for each in posts]

    return [post(*each) for each in posts] if handler == "WSGI" else asyncio.run(run())


def expected(policy: str, default: str, caller: str, credential: str) -> str:
    identity = IDENTITIES[credential, caller]
    if identity in WHOLE:
        return identity
    who = caller if identity == "self" else "nobody"
    row = f"silent,{default}" if policy == "silent" else policy
    return OUTCOMES[row, who]


def check(cell: tuple, key: str, status: int, response: dict, whole: bool) -> None:
    policy, default, caller, credential, *_ = cell
    wanted = expected(policy, default, caller, credential)
    if wanted in WHOLE:
        assert (status, response["error"]["code"]) == WHOLE[wanted], cell
        assert response["id"] is None and whole, cell
    elif wanted == "ok":
        who = caller if IDENTITIES[credential, caller] == "self" else ""
        assert (status, response) == (200, {"jsonrpc": "2.0", "result": who, "id": key}), cell
    else:
        error = {"code": int(wanted), "message": MESSAGES[int(wanted)]}
        assert (status, response) == (200, {"jsonrpc": "2.0", "error": error, "id": key}), cell
    assert ran.count(key) == (wanted == "ok"), cell
    checked[cell[-1]] = checked.get(cell[-1], 0) + 1


@pytest.mark.parametrize("handler", ["WSGI", "ASGI"])
@pytest.mark.parametrize("listed", [ALL_CREDENTIALS, SESSION_ALONE], ids=["all", "session"])
@pytest.mark.parametrize("default", DEFAULTS)
def test_every_call_is_answered_as_the_tables_say(cookies, default, listed, handler):
    ran.clear()
    keys = (f"{number}!" for number in itertools.count())
    credentials = CREDENTIALS
    if listed is SESSION_ALONE:
        credentials = ["none", "session", "session+token"]
    # Only what says nothing depends on the default; the rest of it is in every batch.
    alone = POLICIES if default == "open" else ["silent"]
    kinds = ("", "later_")
    posts, cells = [], []
    for caller, credential in itertools.product(CALLERS, credentials):
        sent = sent_by(caller, credential, cookies)
        for policies, batched in [*(([each], False) for each in alone), (POLICIES, True)]:
            several = [
                (next(keys), (policy, default, caller, credential, kind, batched, handler))
                for policy, kind in itertools.product(policies, kinds)
            ]
            for part in [several] if batched else [[each] for each in several]:
                calls = [a_request(f"gates.{cell[4]}{cell[0]}", [key], key) for key, cell in part]
                posts.append((json.dumps(calls if batched else calls[0]).encode(), *sent))
                cells.append(part)
    with override_settings(ADJAX_AUTHENTICATION=listed, ADJAX_DEFAULT_ACCESS=default):
        responses = post_all(handler, posts)
    for part, response in zip(cells, responses, strict=True):
        document = json.loads(response.content)
        whole = isinstance(document, dict)
        answers = [document] * len(part) if whole else document
        assert len(answers) == len(part)
        for (key, cell), answer in zip(part, answers, strict=True):
            check(cell, key, response.status_code, answer, whole)


@pytest.mark.parametrize("handler", ["WSGI", "ASGI"])
@pytest.mark.parametrize("listed", [ALL_CREDENTIALS, SESSION_ALONE], ids=["all", "session"])
def test_whom_a_method_is_hidden_from_gets_the_headers_of_an_unknown_one(cookies, listed, handler):
    credentials = CREDENTIALS if listed is ALL_CREDENTIALS else ["none", "session", "session+token"]
    hidden = [each for each in POLICIES if POLICIES[each].get("hidden")]
    posts, cells = [], []
    for caller, credential, policy in itertools.product(CALLERS, credentials, hidden):
        if expected(policy, "open", caller, credential) == "ok":
            continue
        sent = sent_by(caller, credential, cookies)
        for kind, request_id, batched in itertools.product(("", "later_"), (1, ...), (False, True)):
            cells.append((policy, caller, credential, kind, request_id, batched))
            for name in (f"{kind}{policy}", "nowhere"):
                call = a_request(f"gates.{name}", ["no key"], request_id)
                calls = [call, a_request("gates.open", ["a key"], 2)] if batched else call
                posts.append((json.dumps(calls).encode(), *sent))
    with override_settings(ADJAX_AUTHENTICATION=listed):
        answers = [answer_from(each) for each in post_all(handler, posts)]
    assert len(answers) == 2 * len(cells) > 200
    for cell, first, second in zip(cells, answers[::2], answers[1::2], strict=True):
        assert first == second, cell


def test_the_whole_matrix_was_checked():
    """Runs last; alone it has nothing to count."""
    if not checked:
        pytest.skip("run the whole module")
    per_caller = {"open": 2 * len(POLICIES), "authenticated": 2, "deny": 2}
    requests = len(CALLERS) * (len(CREDENTIALS) + 3)
    each = sum(requests * (per_caller[d] + 2 * len(POLICIES)) for d in DEFAULTS)
    assert checked == {"WSGI": each, "ASGI": each}
    print(f"{sum(checked.values())} cells: {checked}")
