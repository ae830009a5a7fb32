"""``vectors/annotations.json``: each annotation's wire forms, as every language must judge them."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.support.annotations import NAMES, same, served
from tests.support.calls import CallError, call
from tests.support.vectors import ANNOTATIONS, TAGS


@pytest.mark.parametrize("row", ANNOTATIONS, ids=lambda row: row["name"])
def test_annotations(row):
    gateway, received = served(row["annotation"])
    schema = gateway.registry.get("t.f").signature.params_schema
    reference = Draft202012Validator(schema, format_checker=FormatChecker())
    if "error" not in row:
        assert reference.is_valid([row["wire"]])
        call(gateway, "t.f", row["wire"])
        assert same(received[0], eval(row["python"], dict(NAMES)))
        return
    with pytest.raises(CallError) as caught:
        call(gateway, "t.f", row["wire"])
    assert caught.value.code == -32602
    first = caught.value.errors[0]
    assert first["path"] == "/0" + row["error"]
    if "keyword" in row:
        assert first["keyword"] == row["keyword"]
    if first["keyword"] != "__type__":
        assert not reference.is_valid([row["wire"]])


def test_there_are_enough_rows():
    assert len(ANNOTATIONS) + len(TAGS) >= 250
