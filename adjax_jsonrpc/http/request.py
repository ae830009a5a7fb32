"""Checks the headers of an HTTP request, and reads its body (docs/wire.md)."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

from ..conf import settings
from ..errors import InvalidRequestError, LimitExceededError, ParseError
from .responses import Refusal

CONTENT_TYPES = frozenset({"application/json", "application/json-rpc", "application/jsonrequest"})
ADJAX_MEDIA_TYPE = "application/vnd.adjax+json"
"""In ``Accept``: the caller decodes all tags, including ``bigint``."""


def check_headers(request: HttpRequest) -> None:
    """Check ``Content-Type`` and ``Content-Encoding``. Raises ``Refusal`` (415)."""
    content_type = request.META.get("CONTENT_TYPE", "")
    if content_type not in CONTENT_TYPES and _media_type(content_type) not in CONTENT_TYPES:
        raise Refusal(415, InvalidRequestError("send Content-Type: application/json"))
    encoding = request.META.get("HTTP_CONTENT_ENCODING")
    if encoding is not None and encoding.strip().lower() != "identity":
        raise Refusal(415, InvalidRequestError("send the body without a Content-Encoding"))


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def accepts_tags(request: HttpRequest) -> bool:
    """Return whether the caller decodes all tags, by the ``Accept`` header."""
    return ADJAX_MEDIA_TYPE in request.META.get("HTTP_ACCEPT", "")


def read_body(request: HttpRequest) -> bytes:
    """Return the whole body. Raises ``Refusal`` if the body is too large or incomplete."""
    maximum = settings.max_body_bytes
    length = content_length(request)
    if maximum is not None and length is not None and length > maximum:
        raise _too_large(maximum)
    try:
        try:
            body = _read_unknown_length(request, maximum) if length is None else request.body
        except RequestDataTooBig:  # ADJAX_MAX_BODY_BYTES is larger than Django's own limit
            body = request.read()
    except (OSError, UnreadablePostError):
        raise Refusal(400, ParseError("the body could not be read to its end")) from None
    except RawPostDataException:
        raise Refusal(
            400, ParseError("the body was read before, for example by middleware")
        ) from None
    if maximum is not None and len(body) > maximum:
        raise _too_large(maximum)
    if length is not None and len(body) < length:
        incomplete = f"the body ended after {len(body)} of {length} bytes"
        raise Refusal(400, ParseError(incomplete))
    return body


def content_length(request: HttpRequest) -> int | None:
    """Return the ``Content-Length`` of a request, ``None`` if it has none."""
    text = request.META.get("CONTENT_LENGTH") or ""
    if len(text) > 20:  # longer than any body; and int() refuses thousands of digits
        text = text.lstrip("0")[:20] or "0"
    return int(text) if text.isascii() and text.isdigit() else None


def _read_unknown_length(request: HttpRequest, maximum: int | None) -> bytes:
    """Return a body without ``Content-Length``; at most ``maximum + 1`` bytes are read."""
    environ = getattr(request, "environ", None)
    if environ is not None and environ.get("HTTP_TRANSFER_ENCODING"):
        # Under WSGI, Django reads nothing without a Content-Length.
        if not environ.get("wsgi.input_terminated"):
            raise Refusal(411, InvalidRequestError("send the body with a Content-Length"))
        try:
            return bytes(environ["wsgi.input"].read(-1 if maximum is None else maximum + 1))
        except Exception as error:  # each server raises its own class for a malformed chunk
            raise Refusal(400, ParseError("the chunked body is malformed")) from error
    if getattr(request, "_read_started", False):
        return request.body
    return request.read() if maximum is None else request.read(maximum + 1)


def _too_large(maximum: int) -> Refusal:
    return Refusal(413, LimitExceededError("body_bytes", maximum))
