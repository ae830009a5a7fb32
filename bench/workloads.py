"""The workloads: for each a body, and what a right answer holds.

A workload is one Request or a batch of them. Contestants without JSON-RPC (one REST call) get
the ``params`` of the single ones.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from .methods import create_order

REFUSED = object()
"""The expected result of a call that must be answered with an error."""


@dataclass(frozen=True)
class Workload:
    """``calls`` are the Requests, ``results`` what each must return; ``typed`` asks for checks."""

    name: str
    title: str
    calls: list[dict[str, Any]]
    results: list[Any]
    is_batch: bool = True
    typed: bool = False
    tagged: bool = False
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        message = self.calls if self.is_batch else self.calls[0]
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        return text.encode()


def request(index: int, method: str, params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params, "id": index + 1}


def order(index: int, items: int = 5) -> dict[str, Any]:
    return {
        "customer": f"Müller & Söhne {index}",
        "items": [
            {"sku": f"SKU-{index}-{n}", "qty": n + 1, "price": round(19.99 + n * 3.5, 2)}
            for n in range(items)
        ],
        "express": bool(index % 2),
        "note": None if index % 3 else "leave it at the door",
    }


def adds(count: int) -> tuple[list[dict[str, Any]], list[Any]]:
    calls = [request(index, "shop.add", [index, 3]) for index in range(count)]
    return calls, [index + 3 for index in range(count)]


def orders(count: int) -> tuple[list[dict[str, Any]], list[Any]]:
    calls = [request(index, "shop.create_order", order(index)) for index in range(count)]
    return calls, [create_order(**call["params"]) for call in calls]


def _half_lack_a_parameter() -> tuple[list[dict[str, Any]], list[Any]]:
    params = [{"b": n} if n % 2 else {"a": n, "b": 3} for n in range(100)]
    calls = [request(index, "shop.add", each) for index, each in enumerate(params)]
    return calls, [REFUSED if index % 2 else index + 3 for index in range(100)]


def _half_are_wrong_inside() -> tuple[list[dict[str, Any]], list[Any]]:
    calls, results = orders(100)
    for index in range(1, 100, 2):
        calls[index]["params"]["items"][4]["qty"] = "three"
        results[index] = REFUSED
    return calls, results


def _moments(tagged: bool) -> tuple[list[dict[str, Any]], list[Any]]:
    # Whole milliseconds: django-ninja sends no more digits.
    first = datetime(2026, 11, 22, 9, 30, 0, 123000, tzinfo=timezone.utc)
    values = [(first + timedelta(hours=7 * n, seconds=n)).isoformat() for n in range(100)]
    sent = [{"__type__": "datetime", "value": value} for value in values] if tagged else values
    return [request(0, "shop.moments", {"moments": sent})], [values]


WORKLOADS = {
    each.name: each
    for each in [
        Workload("W1", "one call", *adds(1), is_batch=False),
        Workload("W2", "one typed order", *orders(1), is_batch=False),
        Workload("W3", "100 calls", *adds(100)),
        Workload("W4", "100 orders", *orders(100)),
        Workload("W5", "1,000 calls", *adds(1000), settings={"ADJAX_MAX_BATCH_SIZE": 1000}),
        Workload("W6", "100 datetimes", *_moments(False), is_batch=False),
        Workload("W6t", "100 datetimes, tagged", *_moments(True), is_batch=False, tagged=True),
        Workload("W7", "half of 100 lack a parameter", *_half_lack_a_parameter()),
        Workload("W7t", "half of 100 orders wrong inside", *_half_are_wrong_inside(), typed=True),
    ]
}


class WrongAnswerError(Exception):
    """A contestant's answer is not what the workload asks for."""


def verify(workload: Workload, answer: bytes) -> None:
    """Check every Response of an answer. Raises ``WrongAnswerError``."""
    message = json.loads(answer)
    responses = message if workload.is_batch else [message]
    if not isinstance(responses, list) or len(responses) != len(workload.calls):
        raise WrongAnswerError(f"{workload.name}: {len(workload.calls)} Responses wanted")
    by_id = {response.get("id"): response for response in responses}
    for call, wanted in zip(workload.calls, workload.results, strict=True):
        response = by_id.get(call["id"])
        if response is None:
            raise WrongAnswerError(f"{workload.name}: no Response for id {call['id']}")
        if wanted is REFUSED:
            if response.get("error", {}).get("code") != -32602 or "result" in response:
                raise WrongAnswerError(f"{workload.name}: no refusal but {response!r:.300}")
        elif "error" in response or not _same(response.get("result"), wanted):
            raise WrongAnswerError(f"{workload.name}: {response!r:.300} for {wanted!r:.300}")


def verify_plain(workload: Workload, answer: bytes) -> None:
    """Check the answer of one REST call."""
    result = json.loads(answer)
    if not _same(result, workload.results[0]):
        raise WrongAnswerError(f"{workload.name}: {result!r:.300}")


def _same(result: Any, wanted: Any) -> bool:
    if type(wanted) is list and wanted and type(wanted[0]) is str:  # datetimes
        return [_moment(each) for each in result] == [_moment(each) for each in wanted]
    return bool(result == wanted)


def _moment(value: Any) -> datetime:
    text = value["value"] if isinstance(value, dict) else value
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
