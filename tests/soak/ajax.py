from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypedDict

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from adjax_jsonrpc import RpcError, Schema, registry

from .models import Row


class Item(TypedDict):
    sku: str
    qty: Annotated[int, Schema(minimum=1)]
    price: Decimal


@dataclass
class Bill:
    total: Decimal
    due: datetime


@registry.register(atomic=True)
def write(request, key: str, number: int) -> dict[str, Any]:
    Row.objects.create(key=key, process=os.getpid())
    return {"key": key, "square": number * number}


@registry.register
async def write_later(request, key: str, number: int) -> dict[str, Any]:
    await Row.objects.acreate(key=key, process=os.getpid())
    return {"key": key, "square": number * number}


@registry.register(atomic=True)
def write_and_fail(request, key: str) -> None:
    Row.objects.create(key=key, process=os.getpid())
    raise ValueError("after the write")


@registry.register(atomic=True)
def write_unsendable(request, key: str) -> Any:
    Row.objects.create(key=key, process=os.getpid())
    return object()


@registry.register
def bill(request, items: list[Item], ordered: datetime) -> Bill:
    total = sum((item["price"] * item["qty"] for item in items), Decimal())
    return Bill(total, ordered + timedelta(days=14))


@registry.register
def echo(request, value: Any) -> Any:
    return value


@registry.register
def slow(request, value: int, seconds: float) -> int:
    time.sleep(seconds)
    return value


@registry.register
async def slow_later(request, value: int, seconds: float) -> int:
    await asyncio.sleep(seconds)
    return value


@registry.register
def refuse(request, code: int) -> None:
    raise RpcError(code, "refused", {"code": code})


@registry.register
def worker(request) -> int:
    return os.getpid()


@registry.register
def hold(request, key: str) -> int:
    """Say which process holds the call, and return when the file ``release`` is there."""
    Row.objects.create(key=key, process=os.getpid())
    release = Path(settings.DATABASES["default"]["NAME"]).with_name("release")
    while not release.exists():
        time.sleep(0.02)
    return os.getpid()


# ── calls with a key ──


@registry.register(atomic=True, idempotent="key")
def pay(request, key: str, how: str = "fine") -> dict[str, Any]:
    """Write a row, and end as told: ``how`` names what goes wrong, and when."""
    row = Row.objects.create(key=key, process=os.getpid())
    if how == "callback":
        transaction.on_commit(partial(int, "a callback that fails"))
    elif how == "swallowed":
        with suppress(DatabaseError):
            connection.cursor().execute("select nothing")
    elif how == "killed after the commit":
        transaction.on_commit(partial(os.kill, os.getpid(), signal.SIGKILL))
    elif how == "killed before the commit" and _is_first(key):
        os.kill(os.getpid(), signal.SIGKILL)
    return _receipt(row, how)


@registry.register(idempotent="key")
async def pay_later(request, key: str, how: str = "fine") -> dict[str, Any]:
    row = await Row.objects.acreate(key=key, process=os.getpid())
    if how == "held":
        while not _file("release", key).exists():
            await asyncio.sleep(0.02)
    else:
        await asyncio.sleep(random.uniform(0, 0.05))
    return _receipt(row, how)


@registry.register(idempotent="key", timeout=0.2)
async def pay_in_thread(request, key: str, how: str = "fine") -> dict[str, Any]:
    """Write in a thread, which may be after the deadline."""
    return await sync_to_async(_pay_slowly, thread_sensitive=False)(key, how)


def _pay_slowly(key: str, how: str) -> dict[str, Any]:
    try:
        if how == "held":
            _file("begun", key).touch()
            while not _file("release", key).exists():
                time.sleep(0.02)
        else:
            time.sleep(random.uniform(0.1, 0.3))
        return _receipt(Row.objects.create(key=key, process=os.getpid()), how)
    finally:
        connection.close()  # nobody else closes that of this thread


def _receipt(row: Row, how: str) -> dict[str, Any]:
    if how == "refused":
        raise RpcError(7, "refused")
    if how == "bug":
        raise ValueError("after the write")
    return {"key": row.key, "receipt": secrets.token_hex(8)}


def _is_first(key: str) -> bool:
    path = _file("died", key)
    is_first = not path.exists()
    path.touch()
    return is_first


def _file(what: str, key: str) -> Path:
    return Path(os.environ["EXAMPLE_DB"]).with_name(f"{what} {key}")
