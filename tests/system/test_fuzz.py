"""The fuzzer can run and can fail: all it starts from passes, and no wrong answer does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.fuzz.judge import NotJsonError
from tests.fuzz.pipeline import Pipeline, check_answer, say_the_same
from tests.fuzz.seeds import seeds
from tests.support.paths import ROOT

CALL = b'{"jsonrpc":"2.0","method":"shapes.echo","params":[1],"id":1.50}'
RIGHT = b'{"jsonrpc":"2.0","result":1,"id":1.50}'
FAILED = b'{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error","data":{"reference":"0"}},"id":1.50}'
WRONG = {
    "nothing": (CALL, None),
    "an answer to a Notification": (CALL.replace(b',"id":1.50', b""), RIGHT),
    "an array": (CALL, b"[" + RIGHT + b"]"),
    "one of two": (b"[" + CALL + b"," + CALL + b"]", b"[" + RIGHT + b"]"),
    "an id without its last digit": (CALL, RIGHT.replace(b"1.50", b"1.5")),
    "another id": (CALL, RIGHT.replace(b"1.50", b"2")),
    "NaN": (CALL, RIGHT.replace(b":1,", b":NaN,")),
    "a lone surrogate": (CALL, RIGHT.replace(b":1,", b':"\\ud800",')),
    "a member twice": (CALL, RIGHT.replace(b":1,", b':1,"result":1,')),
    "a member too many": (CALL, RIGHT.replace(b":1,", b':1,"more":1,')),
    "an internal error of a method that can't fail": (CALL, FAILED),
    "a result of what is no method": (CALL.replace(b"echo", b"ohce"), RIGHT),
    "a result of what is no JSON": (CALL + b"]", RIGHT),
    "a page": (CALL, b"<html>"),
}


@pytest.mark.slow
@pytest.mark.every_python
def test_each_body_that_fuzzing_starts_from_is_answered_as_it_must_be():
    pipeline = Pipeline()
    for body in seeds():
        pipeline.check(body)


def test_a_right_answer_passes():
    check_answer(CALL, RIGHT)


@pytest.mark.parametrize(("body", "answer"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_found(body, answer):
    with pytest.raises((AssertionError, NotJsonError)):
        check_answer(body, answer)


SET = b'{"result":{"__type__":"set","value":[%s]},"id":1}'
LIST = b'{"result":[%s],"id":1}'


PAIRS = {
    "a set in another order": (SET % b"1,[2.0,3]", SET % b"[2.0,3],1", True),
    "a set of a set in another order": (SET % (SET % b"1,2"), SET % (SET % b"2,1"), True),
    "a list in a set in another order": (SET % b"1,[2.0,3]", SET % b"[3,2.0],1", False),
    "another number": (SET % b"1,2.0", SET % b"2,1", False),
    "another type": (SET % b"1,2", SET % b'"2",1', False),
    "a member twice": (SET % b"1", SET % b"1,1", False),
    "a list in another order": (LIST % b"1,2", LIST % b"2,1", False),
    "nothing": (LIST % b"1", None, False),
    "nothing twice": (None, None, True),
}


@pytest.mark.parametrize(("one", "other", "are_the_same"), PAIRS.values(), ids=PAIRS)
def test_two_answers_say_the_same_but_for_the_order_of_a_set(one, other, are_the_same):
    assert say_the_same(one, other) == are_the_same


@pytest.mark.slow
def test_without_atheris_hypothesis_makes_up_the_bodies():
    command = [sys.executable, "-m", "tests.fuzz", "--engine", "hypothesis", "--seconds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing found" in done.stdout
