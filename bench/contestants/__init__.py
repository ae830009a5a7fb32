"""The contestants, one small module each: a urlconf that serves the three methods at ``rpc/``.

Beside ``urlpatterns`` a module may have ``SKIPS`` (workload → why it can't run that one) and
``REST`` (method → path, for what is no JSON-RPC).
"""

from __future__ import annotations

import importlib
from types import ModuleType

TITLES = {
    "f1": "ten-line view",
    "f1_by_hand": "the same, datetimes by hand",
    "f3": "the same, msgspec types",
    "ours": "adjax_jsonrpc",
    "ours_direct": "adjax_jsonrpc, direct",
    "modern_rpc": "django-modern-rpc, orjson",
    "pjrpc": "pjrpc, pydantic",
    "jsonrpcserver": "jsonrpcserver",
    "ninja": "django-ninja, REST",
    "adjax": "django-adjax 1.2",
}


def load(name: str) -> ModuleType | str:
    """Return a contestant's module, or why it does not run here."""
    try:
        return importlib.import_module(f"bench.contestants.{name}")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
