"""Under real ASGI servers others are answered while a large body is decoded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.http_calls import call, request, send
from tests.support.servers import serve

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=["uvicorn", "granian-asgi"])
def url(request, tmp_path_factory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp(request.param)
    (directory / "db.sqlite3").touch()  # these settings keep theirs in memory
    with serve(request.param, directory, settings="tests.settings") as url:
        yield url


def test_another_call_is_answered_while_a_large_body_is_decoded(url):
    patients = [{"number": number} for number in range(2000)]
    body = json.dumps(request("shapes.wait_for_release", patients))
    assert len(body) > 2**14
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(send, url, body)
        while not call(url, "shapes.is_decoding")["result"]:
            assert not waiting.done()
        assert call(url, "shapes.release")["result"] is None
        assert waiting.result().json["result"] is True
