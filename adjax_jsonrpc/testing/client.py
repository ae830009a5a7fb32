"""Test clients: methods of the project are called as functions, through the real endpoint."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from django.test import AsyncClient, Client
from django.urls import reverse

from ..http.request import ADJAX_MEDIA_TYPE
from .batch import Batch
from .exchange import Exchange
from .messages import params_of, request_object, result_of
from .methods import Caller

if TYPE_CHECKING:
    from typing_extensions import Self


class _Client(Caller):
    """What the two clients share: who calls, the Requests, and the latest exchange."""

    http: Any
    """Django's test client that makes the requests: it has the cookies and the session."""

    def __init__(
        self,
        *,
        user: Any = None,
        headers: Mapping[str, str] | None = None,
        csrf: bool = False,
        url: str | None = None,
    ) -> None:
        self._user, self._headers, self._csrf, self._url = user, dict(headers or {}), csrf, url
        self._ids = count(1)
        self.last: Exchange | None = None
        """The latest POST; ``None`` before the first."""

    def as_user(self, user: Any) -> Self:
        """Return a client that is logged in as ``user``; ``None`` for nobody."""
        return type(self)(user=user, headers=self._headers, csrf=self._csrf, url=self._url)

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Return a client with further headers, such as ``{"Authorization": "Bearer …"}``."""
        merged = {**self._headers, **headers}
        return type(self)(user=self._user, headers=merged, csrf=self._csrf, url=self._url)

    def _begin(self, body: Any) -> tuple[Exchange, dict[str, Any]]:
        self.last = Exchange(body)
        return self.last, {
            "path": self._url or reverse("adjax_rpc"),
            "data": body if isinstance(body, (bytes, str)) else json.dumps(body),
            "content_type": "application/json",
            "headers": {"Accept": ADJAX_MEDIA_TYPE, **self._headers},
        }

    def _request(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return request_object(name, params_of(name, args, kwargs), next(self._ids))

    @property
    def notify(self) -> Caller:
        """Sends Notifications: ``rpc.notify.shop.visit()`` returns ``None``, whatever happens."""
        return _Notifier(self)


class _Notifier(Caller):
    def __init__(self, client: Any) -> None:
        self._client = client

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self._client.post(request_object(name, params_of(name, args, kwargs), None))


class RpcClient(_Client):
    """Calls methods in a test: ``RpcClient().shop.stock("A1")`` returns the result.

    Each call is a POST to the endpoint, through the project's middleware. Arguments and results
    are Python values. Errors are raised as their classes; the cause of an internal error is the
    exception of the method.

    - ``user``: log in as this user.
    - ``headers``: sent with each call.
    - ``csrf``: check CSRF tokens, as for a page. By default they are not checked.
    - ``url``: the endpoint; by default that of the URL name ``adjax_rpc``.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.http = Client(enforce_csrf_checks=self._csrf, raise_request_exception=False)
        if self._user is not None:
            self.http.force_login(self._user)

    def post(self, body: Any) -> Any:
        """Post a body, written as JSON unless it is text, and return the JSON of the answer."""
        return self._exchange(body).response

    def _exchange(self, body: Any) -> Exchange:
        exchange, arguments = self._begin(body)
        with exchange.recording():
            exchange.read(self.http.post(**arguments))
        return exchange

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        exchange = self._exchange(self._request(name, args, kwargs))
        return result_of(name, exchange.response, exchange.causes)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Collect calls, and send them as one batch at the end of the ``with`` block.

        ``stock = batch.shop.stock("A1")`` adds a call. Afterwards ``stock.result`` is its result.
        """
        batch = Batch(self._ids)
        yield batch
        batch.settle(self._exchange(batch.requests))


class AsyncRpcClient(_Client):
    """Calls methods in an asynchronous test: ``await AsyncRpcClient().shop.stock("A1")``.

    The options are those of ``RpcClient``. The calls go through Django's ASGI handler.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.http = AsyncClient(enforce_csrf_checks=self._csrf, raise_request_exception=False)
        self._is_logged_in = self._user is None

    async def post(self, body: Any) -> Any:
        """Async version of ``RpcClient.post``."""
        return (await self._exchange(body)).response

    async def _exchange(self, body: Any) -> Exchange:
        if not self._is_logged_in:
            await self.http.aforce_login(self._user)
            self._is_logged_in = True
        exchange, arguments = self._begin(body)
        with exchange.recording():
            exchange.read(await self.http.post(**arguments))
        return exchange

    async def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        exchange = await self._exchange(self._request(name, args, kwargs))
        return result_of(name, exchange.response, exchange.causes)

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Batch]:
        """Async version of ``RpcClient.batch``."""
        batch = Batch(self._ids)
        yield batch
        batch.settle(await self._exchange(batch.requests))
