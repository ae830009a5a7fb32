"""The tests that ``pytest --rpc-fuzz`` adds: each readonly method is called with made-up params."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from adjax_jsonrpc.methods.registry import registry
from adjax_jsonrpc.testing.strategies import invalid_params, valid_params

INTERNAL_ERROR = -32603
INVALID_PARAMS = -32602

READONLY = [name for name, method in registry.methods.items() if method.options.readonly]

_many_calls = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", READONLY)
def test_valid_params_never_cause_an_internal_error(name: str, rpc_fuzz_client: Any) -> None:
    """Call a method with params that its schema accepts. Its result is held to its schema, too."""

    @_many_calls
    @given(valid_params(name))
    def call(params: Any) -> None:
        answer = _answer(rpc_fuzz_client, name, params)
        if _code(answer) == INTERNAL_ERROR:
            pytest.fail(f"{name} failed for {params!r}: {answer['error']}")

    call()


@pytest.mark.django_db
@pytest.mark.parametrize("name", READONLY)
def test_invalid_params_are_refused(name: str, rpc_fuzz_client: Any) -> None:
    """Call a method with params that its schema refuses."""
    refused = invalid_params(name)

    @_many_calls
    @given(refused)
    def call(params: Any) -> None:
        answer = _answer(rpc_fuzz_client, name, params)
        if _code(answer) != INVALID_PARAMS:
            pytest.fail(f"{name} accepted {params!r}: {answer}")

    call()


def _answer(client: Any, name: str, params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(
        {"jsonrpc": "2.0", "method": name, "params": params, "id": 1}
    )
    data = answer.get("error", {}).get("data")
    reference = data.get("reference") if isinstance(data, dict) else None
    cause = client.last.causes.get(reference)
    if cause is not None:
        raise AssertionError(f"{name} failed for params {params!r}") from cause
    return answer


def _code(answer: dict[str, Any]) -> int | None:
    code: int | None = answer.get("error", {}).get("code")
    return code
