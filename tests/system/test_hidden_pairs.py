"""Hidden methods on servers: the bytes and headers of whole answers, in random pairs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.support.hidden_pairs import Answer, Message, answer_of, pairs
from tests.support.servers import DEPLOYED, manage, prepare, serve

pytestmark = pytest.mark.server

SETTINGS = "tests.gates.settings"
PAIRS = 250
MAKE_CALLERS = (
    "import json; from tests.support.hidden_pairs import make_callers; "
    "print(json.dumps(make_callers()))"
)


@pytest.fixture(scope="module", params=DEPLOYED)
def served(request, tmp_path_factory) -> Iterator[tuple[str, dict]]:
    """The URL of a server, and the headers of its callers."""
    directory = tmp_path_factory.mktemp(request.param)
    printed = manage(prepare(directory, SETTINGS), "shell", "--verbosity=0", "-c", MAKE_CALLERS)
    with serve(request.param, directory, SETTINGS) as url:
        yield url, json.loads(printed)


def post(url: str, message: Message) -> Answer:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    headers = {"Content-Type": "application/json", **message.headers}
    try:
        connection.request("POST", "/rpc/", message.body, headers)
        response = connection.getresponse()
        return answer_of(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


def test_a_hidden_method_is_answered_like_an_unknown_one(served):
    url, callers = served
    differing = []
    for pair in pairs(callers, seed=2026, number=PAIRS):
        answers = [post(url, message) for message in (pair.first, pair.second)]
        if answers[0] != answers[1]:
            differing.append((pair, answers))
    assert not differing, (len(differing), differing[0])
