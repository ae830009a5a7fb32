"""Idempotency keys: the first answer to a call is stored for repeated calls."""

from __future__ import annotations

import json
from functools import cache
from hashlib import blake2b
from typing import Any

from django.core.cache import caches
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.module_loading import import_string

from .._messages import gettext
from ..calls.hooks import Reservation
from ..conf import IN_DATABASE, settings
from ..errors import InvalidParamsError
from ..methods.idempotency import idempotency_key
from ..methods.method import Method
from ..methods.options import KEY_HEADER
from ..methods.signature import Arguments
from . import permissions, transactions
from .cache_keys import CacheKeys
from .key_store import KeyReusedError, KeyStore

_DATABASE_KEYS = "adjax_jsonrpc.contrib.idempotency.store.DatabaseKeys"


def reserve(
    request: Any, method: Method, fingerprint: str, arguments: Arguments, is_single: bool
) -> Reservation | None:
    """Reserve the key of a call; return ``None`` for a call without a key.

    The header is read if the call ``is_single`` (not in a batch) and its parameter is omitted.
    Raises ``InvalidParamsError`` if the key was sent with other params before, and
    ``CallInProgressError``, ``OutcomeUnknownError`` or ``AnswerNotStoredError`` if there is no
    answer.
    """
    key, path = idempotency_key(method, arguments)
    if not key and is_single:
        key, path = request.headers.get(KEY_HEADER, ""), ""
    if not key:
        return None
    try:
        return key_store().reserve(_digest(request, method, key), fingerprint)
    except KeyReusedError:
        reused = gettext("this idempotency key came with other params before")
        errors = [{"path": path, "message": reused, "keyword": "idempotent"}]
        raise InvalidParamsError(errors) from None


def joins_transaction(method: Method | None) -> bool:
    """Return whether keys are stored in the transaction of each call of a method.

    ``None`` asks for the transaction of atomic batches.
    """
    if method is None:
        return key_store().joins(transactions.aliases_of_batches())
    return key_store().joins(transactions.aliases_of_calls(method))


@cache
def key_store() -> KeyStore:
    """Return the store of ``ADJAX_IDEMPOTENCY``, by default the cache of ``ADJAX_CACHE``."""
    name = settings.idempotency or settings.cache
    if name in caches.settings:
        return CacheKeys(name)
    store: KeyStore = import_string(_DATABASE_KEYS if name == IN_DATABASE else name)()
    return store


@receiver(setting_changed)
def _clear_cache(**kwargs: Any) -> None:
    key_store.cache_clear()


def _digest(request: Any, method: Method, key: str) -> str:
    """Return a digest of an idempotency key of one user and one method.

    Callers who are not logged in are told apart only by their keys. The address does not count:
    it may change before a call is repeated, and is often the reason to repeat the call.
    """
    user = permissions.user_key(request) or ""
    text = json.dumps([method.name, user, key])  # JSON, so that the parts can't be mixed up
    return blake2b(text.encode(), digest_size=32).hexdigest()
