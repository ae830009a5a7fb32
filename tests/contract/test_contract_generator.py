"""What is exported, enforced and passed on agrees for random annotations; ``python -m tests.contract`` tries more."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional, Union

import annotated_types as at
import msgspec
import pydantic
import pytest

from tests.contract.annotations import Made, plain
from tests.contract.judges import Ajv
from tests.contract.registered import Money, MoneyType
from tests.contract.trial import Trial, trials
from tests.contract.typecheck import complaint
from tests.support.examples import examples

SEED = int(os.environ.get("ADJAX_SEED", "12"))
PARTS = 5


def _faults(ajv, number, start):
    counts: Counter[str] = Counter()
    found = []
    for type_, seed in trials(SEED, start):
        if counts["examples"] >= number:
            break
        faults = Trial(type_, seed, ajv, 40 if ajv else 20, counts).faults()
        found += [each for each in faults if each.known is None]
    return found


@pytest.mark.node
@pytest.mark.parametrize("part", range(PARTS))
def test_all_judges_agree_about_random_annotations(part):
    ajv = Ajv()
    try:
        found = _faults(ajv, examples(5000) // PARTS, part * 1000)
    finally:
        ajv.close()
    assert not found, found[0].text


def test_the_gateway_and_jsonschema_agree_about_random_annotations():
    found = _faults(None, examples(800), PARTS * 1000)
    assert not found, found[0].text


def test_a_seed_makes_the_same_annotations_again():
    made = [Made(type_).text for (type_, _), _ in zip(trials(3), range(20))]
    assert made == [Made(type_).text for (type_, _), _ in zip(trials(3), range(20))]


def test_a_planted_fault_is_found(monkeypatch):
    monkeypatch.setattr(MoneyType, "decode", classmethod(lambda cls, value: value["cents"]))
    found = Trial(plain("Money"), "1").faults()
    assert {"arrives as another type", "arrives as another value"} <= {each.kind for each in found}


RIGHT_AND_WRONG = [
    (int, 1, True),
    (float, 1.0, 1),
    (float, 1.0, float("nan")),
    (dt.date, dt.date(2020, 1, 1), dt.datetime(2020, 1, 1)),
    (Optional[int], None, "a"),
    (Literal[1, "a"], 1, True),
    (list[int], [1], (1,)),
    (set[int], {1}, frozenset({1})),
    (tuple[int, ...], (1, 2), (1, "a")),
    (dict[str, int], {"a": 1}, {1: 1}),
    (Union[int, list[str]], ["a"], [1]),
    (Annotated[int, at.Gt(5), at.Gt(1)], 6, 3),
    (Annotated[int, at.MultipleOf(2), at.MultipleOf(3)], 6, 3),
    (Annotated[str, pydantic.Field(pattern="^a$")], "a", "a\n"),
    (Annotated[str, msgspec.Meta(min_length=2)], "ab", "a"),
    (Annotated[set[int], at.Len(2)], {1, 2}, {1}),
    (Annotated[Decimal, pydantic.Field(max_digits=3, decimal_places=1)], Decimal("1.1"), Decimal("1.11")),
    (Annotated[dt.datetime, at.Timezone(None)], dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)),
    (pydantic.conint(gt=1), 2, 1),
    (Money, Money(1), 1),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "right", "wrong"), RIGHT_AND_WRONG)
def test_the_type_checker_tells_right_from_wrong(annotation: Any, right: Any, wrong: Any):
    assert complaint(annotation, right) is None
    assert complaint(annotation, wrong) is not None


class _Model(pydantic.BaseModel):
    number: int = pydantic.Field(gt=0)


class _Struct(msgspec.Struct):
    number: Annotated[int, msgspec.Meta(gt=0)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(_Model(number=1), _Model.model_construct(number=0)), (_Struct(1), _Struct(0))],
    ids=["pydantic", "msgspec"],
)
def test_the_type_checker_looks_into_models(right, wrong):
    assert complaint(type(right), right) is None
    assert complaint(type(wrong), wrong) is not None
