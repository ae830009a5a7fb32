"""HTTP responses: JSON, with an HTTP error status for requests that are refused as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from ..errors import InvalidRequestError, RpcError
from ..protocol.messages import error_response, write

ALLOWED_METHODS = "POST, OPTIONS"


class Refusal(Exception):  # noqa: N818 - it stands for a response
    """An HTTP request that is refused: the status, the error and the headers to send."""

    def __init__(
        self, status: int, error: RpcError, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.headers = headers or {}

    def response(self) -> HttpResponse:
        """Return the response, with the error object as JSON."""
        response = json_response(write(error_response(self.error, None)), self.status)
        for name, value in self.headers.items():
            response[name] = value
        return response


def json_response(content: bytes, status: int = 200) -> HttpResponse:
    """Return a response with JSON text in UTF-8."""
    response = HttpResponse(content, content_type="application/json")
    if status != 200:
        response.status_code = status
    return response


def too_many_requests(content: bytes, seconds: int) -> HttpResponse:
    """Return the 429 response for a body whose entries are all over their rate."""
    response = json_response(content, 429)
    response["Retry-After"] = str(seconds)
    return response


class _NoContent(HttpResponse):
    """A 204 response, which must not have a ``Content-Length`` (RFC 9110, section 8.6)."""

    def __init__(self) -> None:
        super().__init__(status=204)
        del self["Content-Type"]

    def has_header(self, header: str) -> bool:
        """Keep CommonMiddleware from adding a ``Content-Length``, which servers would send."""
        return header.lower() == "content-length" or super().has_header(header)


def empty_response() -> HttpResponse:
    """Return the 204 response for Notifications: without a body and ``Content-Type``."""
    return _NoContent()


def options_response() -> HttpResponse:
    """Return the response to ``OPTIONS``."""
    response = empty_response()
    response["Allow"] = ALLOWED_METHODS
    return response


def method_not_allowed(reason: str, allowed: str) -> HttpResponse:
    """Return the 405 response for an HTTP method that is not ``allowed``."""
    return Refusal(405, InvalidRequestError(reason), {"Allow": allowed}).response()


def respond_to_other_method(request: HttpRequest) -> HttpResponse:
    """Return the response to an HTTP method other than ``POST``."""
    if request.method == "OPTIONS":
        return options_response()
    return method_not_allowed("calls are sent by POST", ALLOWED_METHODS)
