from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypedDict

from django.conf import settings

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
