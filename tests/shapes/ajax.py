from __future__ import annotations

import asyncio
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypedDict

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from adjax_jsonrpc import (
    DispatchError,
    Error,
    InvalidParams,
    JsonRpcError,
    RpcError,
    Success,
    registry,
)
from adjax_jsonrpc.utils.types import typed

from . import awkward  # noqa: F401 - its methods register themselves


class Item(TypedDict):
    sku: str
    qty: int
    price: float


@dataclass
class Point:
    x: int
    y: float = 0.0


@registry.register
def add(request, a: int, b: int = 1) -> int:
    return a + b


@registry.register
def echo(request, value: Any = None):
    return value


@registry.register
def sort_in_place(request, numbers: list[int]) -> list[int]:
    numbers.sort()
    return numbers


@registry.register
def kinds(request, a: bool, b: str, c: list[int], d: dict[str, float], e: tuple[int, str]):
    return [type(each).__name__ for each in (a, b, c, d, e)]


@registry.register
def order(request, customer: str, items: list[Item], note: str | None = None) -> dict:
    return {"customer": customer, "count": len(items), "note": note}


@registry.register
def move(request, point: Point, by: int | float = 1) -> Point:
    return Point(point.x + int(by), point.y + by)


@registry.register
def day(request, when: datetime) -> datetime:
    return when


@registry.register
@typed(strict=True)
def strict_day(request, when: datetime) -> datetime:
    return when


@registry.register
def choose(request, size: Literal["s", "m", 3]) -> str:
    return repr(size)


@registry.register
def everything(request, first, /, second, *rest: int, only: str = "o", **others: bool):
    return {"first": first, "second": second, "rest": rest, "only": only, "others": others}


@registry.register
def captured(request) -> list[str]:
    match = request.resolver_match
    return [*match.args, *match.kwargs.values()]


@registry.register
def only_named(request, *, a: int) -> int:
    return a


@registry.register
@typed({"a": int, "return": dict}, strict=False)
def old_style(request, a, b=2):
    return {"a": a, "b": b}


@registry.register
async def later(request, value: int, seconds: float = 0.0) -> int:
    await asyncio.sleep(seconds)
    return value


@registry.register(throttle="2/min")
def seldom(request, value: int = 0) -> int:
    return value


@registry.register(throttle="2/min")
async def seldom_later(request, value: int = 0) -> int:
    return value


@registry.register(throttle="150/h")
def often(request, value: int = 0) -> int:
    return value


@registry.register(throttle="150/h")
async def often_later(request, value: int = 0) -> int:
    return value


@registry.register(timeout=0.01)
async def never(request) -> None:
    await asyncio.Event().wait()


@registry.register(timeout=0.01)
async def stubborn(request) -> str:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return "regardless"


@registry.register(timeout=0.01)
async def prompt(request) -> str:
    return "in time"


@registry.register(atomic=True, idempotent="key")
def write_once(request, name: str, key: str) -> int:
    get_user_model().objects.create_user(name)
    return get_user_model().objects.count()


@registry.register(idempotent="Idempotency-Key")
async def number_once(request) -> int:
    """A number that no other call gets."""
    return await sync_to_async(_next_number)("numbers")


@registry.register(idempotent="key", throttle=False)
def pay_once(request, amount: int, key: str) -> int:
    return _next_number(f"paid {amount}")


@registry.register(idempotent="key", throttle=False)
async def pay_once_later(request, amount: int, key: str) -> int:
    return await sync_to_async(_next_number)(f"paid later {amount}")


def _next_number(name: str) -> int:
    cache.add(name, 0)
    return cache.incr(name)


_arrived: list[asyncio.Event] = []


@registry.register
async def meet(request, count: int) -> int:
    """Return only when ``count`` calls are inside at the same time."""
    _arrived.append(asyncio.Event())
    if len(_arrived) == count:
        for event in _arrived:
            event.set()
        _arrived.clear()
    else:
        await asyncio.wait_for(_arrived[-1].wait(), 20)
    return count


@registry.register
async def later_boom(request) -> int:
    raise ValueError("a secret of the asynchronous method")


@registry.register
def collect(request, item: int, into: list[int] = []) -> list[int]:
    into.append(item)
    return into


@registry.register
def fail(request, how: str) -> Any:
    failures = {
        "value": ValueError("a secret"),
        "type": TypeError("a secret"),
        "exit": SystemExit(3),
        "recursion": RecursionError("a secret"),
        "rpc": RpcError(7, "seven", {"at": 7}),
        "rpc_without_data": RpcError(7, "seven"),
        "rpc_unsendable": RpcError(7, "seven", object()),
        "jsonrpc": JsonRpcError(8, "eight", [8]),
        "no code": JsonRpcError(None, "none"),  # type: ignore[arg-type]
        "dispatch": DispatchError("no more of these"),
        "404": Http404("secret"),
        "missing": ObjectDoesNotExist("secret"),
        "denied": PermissionDenied("secret"),
        "validation": ValidationError({"name": ["too long"]}, code="max_length"),
        "validation_plain": ValidationError("not today"),
    }
    raise failures[how]


@registry.register
def give(request, what: str) -> Any:
    cycle: list[Any] = []
    cycle.append(cycle)
    return {
        "success": Success({"ok": True}),
        "error": Error(9, "nine", {"nine": 9}),
        "error_without_data": Error(9, "nine"),
        "invalid": InvalidParams("not like this"),
        "object": object(),
        "nan": float("nan"),
        "surrogate": "\ud800",
        "cycle": cycle,
        "generator": (each for each in ()),
        "error_key": {"error": True, "message": "no error at all"},
        "type_key": {"__type__": "plain", "x": 1},
        "big": 2**60,
        "int_keys": {1: "one"},
        "none": None,
    }[what]


@registry.register
def lies(request) -> int:
    return "not a number"  # type: ignore[return-value]


@registry.register
def large(request, size: int) -> str:
    return "x" * size


@registry.register(login_required=True)
def whoami(request) -> str:
    return request.user.get_username()


@registry.register(permission="auth.add_user")
def powerful(request) -> bool:
    return True


@registry.register(login_required=True)
async def later_whoami(request) -> str:
    return (await request.auser()).get_username()


@registry.register
@sensitive_variables("password")
def secretive(request, name: str, password: str, *, pin: int = 0) -> str:
    raise ValueError(f"{name} may not be served")


@registry.register
@sensitive_variables("password")
async def later_secretive(request, name: str, password: str) -> str:
    raise ValueError(f"{name} may not be served")


@registry.register
@sensitive_variables("password")
def secret_unsendable(request, name: str, password: str) -> int:
    return object()


@registry.register
@sensitive_variables()
def all_secret(request, *words: str, **more: str) -> str:
    return "fine"


registry.mount(
    "legacy",
    {
        "ping": lambda: Success("pong"),
        "subtract": lambda a, b: Success(a - b),
        "refuse": lambda: Error(5, "five", {"five": 5}),
    },
)
registry.mount("legacy_context", {"method": lambda request: Success(request.method)}, context=True)


@registry.register
def a_user(request):
    return get_user_model()(username="ann")


@registry.register
def lazy(request):
    return gettext_lazy("yes")


@registry.register
def awkward_defaults(
    request,
    when: datetime = datetime(2026, 11, 22),
    quote: str = 'it\'s "quoted" </script>',
    opaque: Any = object(),
) -> None:
    return None


@registry.register
def write(request, name: str, fail: bool = False) -> int:
    get_user_model().objects.create(username=name)
    if fail:
        raise ValueError("after the write")
    return get_user_model().objects.count()


@registry.register
def write_unsendable(request, name: str) -> Any:
    get_user_model().objects.create(username=name)
    return object()


@registry.register
def write_wrong(request, name: str) -> int:
    get_user_model().objects.create(username=name)
    return "not a number"  # type: ignore[return-value]


@registry.register
def write_error(request, name: str) -> Any:
    get_user_model().objects.create(username=name)
    return Error(5, "five")


@registry.register(atomic=True)
def write_atomic(request, name: str) -> int:
    get_user_model().objects.create(username=name)
    raise ValueError("after the write")


@registry.register(atomic=False)
def write_never_atomic(request, name: str) -> bool:
    get_user_model().objects.create(username=name)
    raise ValueError("after the write")


@registry.register
def write_unkept(request, name: str) -> int:
    """Break a constraint that is checked when the transaction is committed."""
    get_user_model().objects.create(username=name)
    Permission.objects.create(name=name, codename=name, content_type_id=999_999)
    return get_user_model().objects.count()


told: list[str] = []
"""The users that callbacks of ``write_and_tell`` were told of."""


@registry.register(atomic=True)
def write_and_tell(request, name: str, fail: bool = False) -> int:
    """Write, and tell of it after the commit: first to somebody who may not listen."""
    get_user_model().objects.create(username=name)
    transaction.on_commit(partial(_do_not_listen, fail))
    transaction.on_commit(partial(told.append, name))
    return get_user_model().objects.count()


def _do_not_listen(fail: bool) -> None:
    if fail:
        raise ValueError("a secret of the callback")


@registry.register(atomic=True)
def write_and_swallow(request, name: str, how: str) -> str:
    """Write, and catch a database error afterwards."""
    get_user_model().objects.create(username=name)
    try:
        if how == "orm":
            get_user_model().objects.create(username=name)
        elif how == "query":
            get_user_model().objects.extra(where=["nothing"]).count()
        elif how == "cursor":
            connection.cursor().execute("select nothing")
        elif how == "rolled back by the database":
            connection.cursor().execute("rollback")
        elif how == "set_rollback":
            transaction.set_rollback(True)
        else:
            with transaction.atomic():
                get_user_model().objects.create(username=name)
    except DatabaseError:
        pass
    return "written"


@registry.register(atomic=True)
def take_last(request, name: str) -> int:
    """Take what there is one of, slowly; return the process that did."""
    piece = get_user_model().objects.select_for_update().get(username=name)
    if not piece.is_active:
        raise RpcError(1001, "Not enough on the shelf", {"process": os.getpid()})
    with connection.cursor() as cursor:
        cursor.execute("select pg_sleep(0.05)")
    piece.is_active = False
    piece.save()
    return os.getpid()


@registry.register(atomic=True)
def write_serializable(request, name: str) -> int:
    """Write what was decided by reading, with a wait for the advisory lock 1 in between."""
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level serializable")
        number = get_user_model().objects.count()
        cursor.execute("select pg_advisory_xact_lock(1)")
    get_user_model().objects.create(username=f"{name} {number}")
    return number


@registry.register
def lose_connection(request, name: str = "") -> None:
    if name:
        get_user_model().objects.create(username=name)
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")


registry.register(name="shapes.lose_connection_atomic", atomic=True)(lose_connection)


@registry.register
async def later_lose_connection(request) -> None:
    await sync_to_async(lose_connection)(request)


@registry.register
def connection_number(request) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


@registry.register
async def later_write(request, name: str) -> int:
    await get_user_model().objects.acreate(username=name)
    return await get_user_model().objects.acount()


@registry.register
def in_a_transaction(request) -> bool:
    return connection.in_atomic_block


@registry.register
def users(request) -> list[dict[str, Any]]:
    return get_user_model().objects.order_by("username").values("username")


_decoding, _released = threading.Event(), threading.Event()


@dataclass
class Patient:
    """Waits while it is decoded, if its number is 0."""

    number: int
    was_released: bool = False

    def __post_init__(self):
        if self.number == 0:
            _decoding.set()
            self.was_released = _released.wait(20)


@registry.register
async def wait_for_release(request, patients: list[Patient]) -> bool:
    return patients[0].was_released


@registry.register
async def is_decoding(request) -> bool:
    return _decoding.is_set()


@registry.register
async def release(request) -> None:
    _released.set()
