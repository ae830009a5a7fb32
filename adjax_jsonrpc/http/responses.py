"""HTTP responses: JSON, with the status that HTTP has for what was no call."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from ..errors import InvalidRequestError, RpcError
from ..protocol.messages import error_response, write

ALLOWED_METHODS = "POST, OPTIONS"


class Refusal(Exception):  # noqa: N818 - an answer more than an error
    """An HTTP request that is no call: ``status``, headers and the error object to send."""

    def __init__(
        self, status: int, error: RpcError, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.headers = headers or {}

    def response(self) -> HttpResponse:
        """Give the response that says so, as JSON like every other."""
        response = json_response(write(error_response(self.error, None)), self.status)
        for name, value in self.headers.items():
            response[name] = value
        return response


def json_response(content: bytes, status: int = 200) -> HttpResponse:
    """Make a response of JSON text in UTF-8."""
    response = HttpResponse(content, content_type="application/json")
    if status != 200:
        response.status_code = status
    return response


def too_many_requests(content: bytes, seconds: int) -> HttpResponse:
    """Answer a body of which every entry was refused for its rate."""
    response = json_response(content, 429)
    response["Retry-After"] = str(seconds)
    return response


def empty_response() -> HttpResponse:
    """Answer Notifications: without a body, and so without a type of one."""
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def options_response() -> HttpResponse:
    """Answer ``OPTIONS``."""
    response = empty_response()
    response["Allow"] = ALLOWED_METHODS
    return response


def method_refused(reason: str, allowed: str) -> HttpResponse:
    """Answer a method that is none of those ``allowed``."""
    return Refusal(405, InvalidRequestError(reason), {"Allow": allowed}).response()


def not_a_call(request: HttpRequest) -> HttpResponse:
    """Answer ``OPTIONS``, and refuse other methods than ``POST``."""
    if request.method == "OPTIONS":
        return options_response()
    return method_refused("calls are sent by POST", ALLOWED_METHODS)
