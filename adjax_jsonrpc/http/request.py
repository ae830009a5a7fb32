"""The HTTP binding: what is a call at all, and how its body is read (docs/wire.md)."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

from ..conf import settings
from ..errors import InvalidRequestError, LimitExceededError, ParseError
from .responses import Refusal

CONTENT_TYPES = frozenset({"application/json", "application/json-rpc", "application/jsonrequest"})
ADJAX_MEDIA_TYPE = "application/vnd.adjax+json"
"""In ``Accept``: the caller reads every tag, ``bigint`` among them."""


def refuse_other_requests(request: HttpRequest) -> None:
    """Raise ``Refusal`` for what the headers already tell is no call."""
    content_type = request.META.get("CONTENT_TYPE", "")
    if content_type not in CONTENT_TYPES and _media_type(content_type) not in CONTENT_TYPES:
        raise Refusal(415, InvalidRequestError("send Content-Type: application/json"))
    encoding = request.META.get("HTTP_CONTENT_ENCODING")
    if encoding is not None and encoding.strip().lower() != "identity":
        raise Refusal(415, InvalidRequestError("send the body without a Content-Encoding"))


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def reads_tags(request: HttpRequest) -> bool:
    """Whether the caller said that it reads every tag."""
    return ADJAX_MEDIA_TYPE in request.META.get("HTTP_ACCEPT", "")


def read_body(request: HttpRequest) -> bytes:
    """Read the whole body. Raises ``Refusal`` for one that is too large or incomplete."""
    maximum = settings.max_body_bytes
    announced = _content_length(request)
    if maximum is not None and announced is not None and announced > maximum:
        raise _too_large(maximum)
    try:
        try:
            body = _read_some(request, maximum) if announced is None else request.body
        except RequestDataTooBig:  # the project's limit for calls is above its limit for forms
            body = request.read()
    except (OSError, UnreadablePostError):
        raise Refusal(400, ParseError("the body could not be read to its end")) from None
    except RawPostDataException:
        raise Refusal(400, ParseError("something has read the body before")) from None
    if maximum is not None and len(body) > maximum:
        raise _too_large(maximum)
    if announced is not None and len(body) < announced:
        incomplete = f"the body ended after {len(body)} of {announced} bytes"
        raise Refusal(400, ParseError(incomplete))
    return body


def _content_length(request: HttpRequest) -> int | None:
    text = request.META.get("CONTENT_LENGTH") or ""
    if len(text) > 20:  # no body is as long as that says, and Python reads no thousands of digits
        text = text.lstrip("0")[:20] or "0"
    return int(text) if text.isascii() and text.isdigit() else None


def _read_some(request: HttpRequest, maximum: int | None) -> bytes:
    """Read a body of unknown length, no further than needed."""
    environ = getattr(request, "environ", None)
    if environ is not None and environ.get("HTTP_TRANSFER_ENCODING"):
        # Django reads nothing without a Content-Length under WSGI.
        if not environ.get("wsgi.input_terminated"):
            raise Refusal(411, InvalidRequestError("send the body with a Content-Length"))
        try:
            return bytes(environ["wsgi.input"].read(-1 if maximum is None else maximum + 1))
        except Exception as error:  # each server has classes of its own for a malformed chunk
            raise Refusal(400, ParseError("the body is not well chunked")) from error
    if getattr(request, "_read_started", False):
        return request.body
    return request.read() if maximum is None else request.read(maximum + 1)


def _too_large(maximum: int) -> Refusal:
    return Refusal(413, LimitExceededError("body_bytes", maximum))
