from __future__ import annotations

import os
import signal
from collections import Counter, defaultdict
from threading import Event
from typing import Any

from django.contrib import auth
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from adjax_jsonrpc import registry

SECONDS = 30

_entered: defaultdict[str, Event] = defaultdict(Event)
_released: defaultdict[str, Event] = defaultdict(Event)
_runs: Counter[str] = Counter()


@registry.register
def echo(request: HttpRequest, value: Any = None) -> Any:
    return value


@registry.register
async def later(request: HttpRequest, value: Any = None) -> Any:
    return value


@registry.register
def hold(request: HttpRequest, key: str) -> bool:
    """Return only when ``release`` was called with the same key."""
    _entered[key].set()
    return _released[key].wait(SECONDS)


@registry.register
def held(request: HttpRequest, key: str) -> bool:
    """Return when a call of ``hold`` is inside."""
    return _entered[key].wait(SECONDS)


@registry.register
def release(request: HttpRequest, key: str) -> None:
    _released[key].set()


@registry.register
def run(request: HttpRequest, key: str) -> int:
    """How often this was called with the key, this time included."""
    _runs[key] += 1
    return _runs[key]


@registry.register
def run_again(request: HttpRequest, key: str) -> int:
    return run(request, key)


@registry.register
def runs(request: HttpRequest, key: str) -> int:
    return _runs[key]


@registry.register
def die(request: HttpRequest, log: str) -> None:
    """End this process as a crash would."""
    with open(log, "a") as file:
        file.write("died\n")
    os.kill(os.getpid(), signal.SIGKILL)


@registry.register
def login(request: HttpRequest, name: str) -> None:
    user, _ = get_user_model().objects.get_or_create(username=name)
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")


@registry.register(login_required=True)
def whoami(request: HttpRequest) -> str:
    return request.user.get_username()
