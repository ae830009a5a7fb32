"""Middleware that makes JSON of what Django and other middleware refuse at the endpoint."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings as django_settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from .._jsonrpcserver import ERROR_INTERNAL_ERROR
from ..errors import (
    AuthenticationRequiredError,
    InternalError,
    InvalidRequestError,
    LimitExceededError,
    PermissionDeniedError,
    RpcError,
)
from .endpoint import Endpoint, gateway
from .request import content_length
from .responses import Refusal, json_response

logger = logging.getLogger("adjax_jsonrpc")

_REASON = "refused before any call was read (HTTP {}); the server's log says why"


class JsonErrorsMiddleware:
    """Sends JSON instead of Django's error pages at the address of the endpoint.

    Middleware may refuse a request before it reaches the endpoint, and may fail after that. It
    must be the first entry of ``MIDDLEWARE``, so that it gets the responses of all others.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Return the response; at the endpoint an error page is replaced."""
        if self._is_async:
            return self._arespond(request)
        try:
            response: HttpResponseBase = self.get_response(request)
        except Exception as exception:
            return _fault(request, exception)
        return _as_json(request, response) if _is_page(response) else response

    async def _arespond(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response: HttpResponseBase = await self.get_response(request)
        except Exception as exception:
            return await sync_to_async(_fault)(request, exception)
        return await sync_to_async(_as_json)(request, response) if _is_page(response) else response


def _fault(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Return the response for an exception that Django has made no page of.

    Django's page for the status 500 needs the CSRF token. If that is in a session whose store is
    away, the page fails like the request.
    """
    if not _is_at_endpoint(request):
        raise exception
    return json_response(gateway().answer_fault(exception, request))


def _is_page(response: HttpResponseBase) -> bool:
    is_json = response.get("Content-Type", "").startswith("application/json")
    return response.status_code >= 400 and not is_json


def _as_json(request: HttpRequest, page: HttpResponseBase) -> HttpResponseBase:
    if not _is_at_endpoint(request):
        return page
    response = _refusal(request, page).response()
    response["Content-Length"] = str(len(response.content))
    for name, value in page.items():
        if not name.lower().startswith(("content-", "etag")):
            response[name] = value
    response.cookies = page.cookies
    # page.close() would send request_finished, which the server does for the response.
    response._resource_closers.extend(page._resource_closers)  # type: ignore[attr-defined]
    return response


def _is_at_endpoint(request: HttpRequest) -> bool:
    match = request.resolver_match
    try:
        match = match or resolve(request.path_info, getattr(request, "urlconf", None))
    except Resolver404:
        return False
    return isinstance(match.func, Endpoint)


def _refusal(request: HttpRequest, page: HttpResponseBase) -> Refusal:
    status = page.status_code
    if status >= 500:
        # Django has sent got_request_exception, and logged the exception, before.
        reference = uuid4().hex
        logger.error(
            "%s failed before or after its calls (HTTP %s), reference %s; the exception is in "
            "an earlier record",
            request.path,
            status,
            reference,
            extra={"status_code": status, "reference": reference, "code": ERROR_INTERNAL_ERROR},
        )
        # An exception of a method, or of the session, is no 500 either.
        return Refusal(200 if status == 500 else status, InternalError(reference))
    maximum, length = django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE, content_length(request)
    if status == 400 and maximum is not None and length is not None and length > maximum:
        return Refusal(413, LimitExceededError("body_bytes", maximum))
    return Refusal(status, _error(status))


def _error(status: int) -> RpcError:
    if status == 401:
        return AuthenticationRequiredError()
    if status == 403:
        return PermissionDeniedError()
    return InvalidRequestError(_REASON.format(status))
