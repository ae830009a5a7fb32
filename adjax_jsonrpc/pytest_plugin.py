"""The pytest plugin: the fixtures ``rpc`` and ``arpc``, and ``--rpc-fuzz``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .testing import AsyncRpcClient, RpcClient

# Django must be set up before the test kit is imported, so fixtures import it.


@pytest.fixture
def rpc() -> RpcClient:
    """A client of the project's methods, not logged in, with new throttle counters."""
    from .testing import RpcClient, reset_throttles

    reset_throttles()
    return RpcClient()


@pytest.fixture
def arpc() -> AsyncRpcClient:
    """Async version of ``rpc``."""
    from .testing import AsyncRpcClient, reset_throttles

    reset_throttles()
    return AsyncRpcClient()


@pytest.fixture
def rpc_fuzz_client(db: Any) -> RpcClient:
    """The client that ``--rpc-fuzz`` uses: a superuser. Override it to call as somebody else."""
    from django.contrib.auth import get_user_model

    from .testing import RpcClient

    users: Any = get_user_model()
    fields = {users.USERNAME_FIELD: "rpc-fuzz@example.com", "password": None}
    return RpcClient(user=users._default_manager.create_superuser(**fields))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--rpc-fuzz``."""
    parser.getgroup("adjax_jsonrpc").addoption(
        "--rpc-fuzz",
        action="store_true",
        help="call each readonly method with made-up params; fail for internal errors",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Add the tests of ``--rpc-fuzz``."""
    if config.getoption("--rpc-fuzz"):
        config.args.append(str(Path(__file__).with_name("testing") / "fuzz_methods.py"))
