"""``vectors/annotations.json``: each annotation's wire forms, as every language must judge them."""

from __future__ import annotations

import datetime as datetime_module
import decimal
import json
import typing
import uuid
from collections.abc import Mapping, Sequence

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from adjax_jsonrpc import Schema
from tests.support import strategies
from tests.support.calls import CallError, a_gateway, call
from tests.support.paths import VECTORS
from tests.types.test_serializer import _same

ROWS = json.loads((VECTORS / "annotations.json").read_text())["rows"]
NAMES = {
    **vars(typing),
    **{
        name: getattr(datetime_module, name)
        for name in ("datetime", "date", "time", "timedelta", "timezone")
    },
    **vars(strategies),
    "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
    "Mapping": Mapping,
    "Sequence": Sequence,
    "Schema": Schema,
    "UserId": typing.NewType("UserId", int),
    "nan": float("nan"),
}


def _served(annotation):
    received = []

    def f(request, value):
        received.append(value)

    f.__annotations__["value"] = eval(annotation, dict(NAMES))
    return a_gateway(f), received


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_annotations(row):
    gateway, received = _served(row["annotation"])
    schema = gateway.registry.get("t.f").signature.params_schema
    reference = Draft202012Validator(schema, format_checker=FormatChecker())
    if "error" not in row:
        assert reference.is_valid([row["wire"]])
        call(gateway, "t.f", row["wire"])
        assert _same(received[0], eval(row["python"], dict(NAMES)))
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
    files = [json.loads((VECTORS / name).read_text()) for name in ("annotations.json", "tags.json")]
    rows = [row for file in files for row in file["rows"]]
    assert len(rows) >= 250
