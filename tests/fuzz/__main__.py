"""``python -m tests.fuzz``: for ``--seconds``, by atheris where it is there, else by hypothesis."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

try:
    import atheris
except ImportError:  # no wheel for this Python, or not installed
    atheris = None

from tests.support.paths import ROOT

from .mutations import mutated
from .seeds import LONGEST, seeds, words

FOLDER = ROOT / ".fuzz"
SECONDS_FOR_ONE_BODY = 10
MEGABYTES = 2048


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--seconds", type=int, default=60, help="how long (60)")
    options.add_argument("--engine", choices=["atheris", "hypothesis"])
    options.add_argument("--row", type=Path, help="print a file as a row of hostile.json")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)  # methods that fail are wanted here
    if given.row:
        print_row(given.row.read_bytes())
    elif given.engine == "hypothesis" or (given.engine is None and atheris is None):
        by_hypothesis(given.seconds)
    else:
        by_atheris(given.seconds)


def by_atheris(seconds: int) -> None:
    with atheris.instrument_imports(include=["adjax_jsonrpc"]):
        from .pipeline import Pipeline

    check = Pipeline().check
    corpus = FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    start = seeds()
    for number, body in enumerate(start):
        (corpus / f"seed-{number}").write_bytes(body)
    dictionary = FOLDER / "words"
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in words()))
    print(f"atheris: {seconds} s from {len(start)} bodies", flush=True)

    def change(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.5:
            return atheris.Mutate(data, most)
        return mutated(data, start, random)[:most]

    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            f"-dict={dictionary}",
            f"-artifact_prefix={FOLDER}/",
            f"-timeout={SECONDS_FOR_ONE_BODY}",
            f"-rss_limit_mb={MEGABYTES}",
            "-print_final_stats=1",
            str(corpus),
        ],
        lambda data: keep_what_fails(check, data),
        custom_mutator=change,
    )
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def by_hypothesis(seconds: int) -> None:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    from .pipeline import Pipeline

    check = Pipeline().check
    start = seeds()
    print(f"hypothesis: {seconds} s from {len(start)} bodies", flush=True)
    counted = 0
    began = time.monotonic()
    for body in start:
        keep_what_fails(check, body)
    bodies = st.builds(
        lambda body, numbers: mutated(body, start, Random(numbers)),
        st.sampled_from(start) | st.binary(max_size=LONGEST),
        st.integers(0, 2**64),
    )

    @settings(
        max_examples=2000,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(bodies)
    def check_many(body: bytes) -> None:
        nonlocal counted
        counted += 1
        keep_what_fails(check, body)

    while time.monotonic() - began < seconds:
        check_many()
    print(f"{counted} bodies in {time.monotonic() - began:.0f} s, nothing found")


def keep_what_fails(check: Callable[[bytes], Any], body: bytes) -> None:
    began = time.monotonic()
    try:
        check(body)
        took = time.monotonic() - began
        assert took < SECONDS_FOR_ONE_BODY, f"{took:.0f} s for one body"
    except BaseException:
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / "crash").write_bytes(body)
        print(f"the body is in {FOLDER / 'crash'}: {body[:500]!r}")
        raise


def print_row(body: bytes) -> None:
    from .pipeline import GATEWAY

    row: dict[str, Any] = {"name": "…"}
    try:
        row["body"] = body.decode("utf-8")
    except UnicodeDecodeError:
        row["bodyBase64"] = b64encode(body).decode()
    row["status"] = 200
    answer = GATEWAY.handle(body)
    if answer is None:
        row.update(status=204, empty=True)
    elif isinstance(responses := json.loads(answer), list):
        row["codes"] = [each.get("error", {}).get("code") for each in responses]
    else:
        row["code"] = responses.get("error", {}).get("code")
    print(json.dumps(row, ensure_ascii=False))


main()
