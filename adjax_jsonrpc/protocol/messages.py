"""Requests and Responses: read from a body, and written as JSON.

A body that contains only well-formed Requests is parsed into them in one step. Any other body is
parsed into plain values, which are checked entry by entry, so that errors can be described.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from .._jsonrpcserver import NODATA, JsonRpcError
from .._types import Encode, Json
from ..errors import InvalidRequestError, LimitExceededError
from .json import Ids, check_batch_size, decoder, dump, parse

Id: TypeAlias = "int | str | Raw | UnsetType | None"
"""An id as the Response repeats it: ``Raw`` JSON text if parsing would lose digits.

``UNSET`` for a Notification.
"""


# msgspec skips unknown members without checking their JSON. So they are errors here, and a body
# with such members is parsed into plain values.
@final
class Request(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A Request object (section 4 of JSON-RPC 2.0). A Request without ``id`` is a Notification."""

    jsonrpc: Literal["2.0"]
    method: str
    params: list[Any] | dict[str, Any] = []
    id: int | str | UnsetType | None = UNSET  # or Raw, if parsing would lose digits


@final
class Response(msgspec.Struct, gc=False, tag_field="jsonrpc", tag="2.0"):
    """A Response object (section 5) with a result.

    ``result`` is JSON text, or a number, boolean or ``None``. The Response to a Notification has no
    id and is not sent.
    """

    result: Any
    id: Id


@final
class ErrorResponse(msgspec.Struct, gc=False, tag_field="jsonrpc", tag="2.0"):
    """A Response object with an error object (section 5.1), which is JSON text."""

    error: Raw
    id: Id


Entry: TypeAlias = "Request | ErrorResponse"
"""One entry of a body: a Request, or the error Response to an entry that is not valid."""

_decode_single: Callable[[bytes], Request] = decoder(Request)
_decode_batch: Callable[[bytes], list[Request]] = decoder(list[Request])
write: Callable[[Any], bytes] = msgspec.json.Encoder().encode
"""Write a Response, or a list of them, as JSON."""


_MINUS = ord("-")
_LARGE_BODY = 2**16
"""Bytes. Parsing a smaller body takes less time than counting its entries beforehand."""


def read_single(body: bytes) -> Request | None:
    """Return the Request if the body is a single well-formed Request, else ``None``."""
    if not body.startswith(b"{"):
        return None
    try:
        request = _decode_single(body)
    except (ValueError, RecursionError):
        return None
    return request if request.id or not _may_hold_minus_zero(body) else None


def read(
    body: bytes, *, max_entries: int | None = None, max_depth: int | None = None
) -> tuple[list[Entry], bool]:
    """Return the entries of a body, and whether the body is a batch (section 6).

    The entries of a large body are counted before any object is built from them. The nesting of
    well-formed Requests is not checked here: the caller does it. Any other body may be nested
    ``max_depth`` levels. Raises ``ParseError`` for a body that is not JSON or is nested too deep,
    ``LimitExceededError`` for a batch of more than ``max_entries``.
    """
    is_batch = body.lstrip().startswith(b"[")
    is_large = is_batch and len(body) > _LARGE_BODY
    if is_large and max_entries is not None and _most_requests(body) > max_entries:
        check_batch_size(body, max_entries)
    try:
        requests = _decode_batch(body) if is_batch else [_decode_single(body)]
    except (ValueError, RecursionError):
        return _read_entries(body, max_entries, max_depth)
    if is_batch and max_entries is not None and len(requests) > max_entries:
        raise LimitExceededError("batch_size", max_entries)
    if not requests or (_may_hold_minus_zero(body) and not all(each.id for each in requests)):
        return _read_entries(body, max_entries, max_depth)
    return requests, is_batch  # type: ignore[return-value]


def _may_hold_minus_zero(body: bytes) -> bool:
    # Most bodies have no minus, and finding one byte is many times as fast as finding two.
    return _MINUS in body and b"-0" in body


def _most_requests(body: bytes) -> int:
    """Return an upper bound of the number of well-formed Requests: each has a "jsonrpc"."""
    return len(body) if b"\\" in body else body.count(b'"jsonrpc"')


def _read_entries(
    body: bytes, max_entries: int | None, max_depth: int | None
) -> tuple[list[Entry], bool]:
    if max_entries is not None:
        check_batch_size(body, max_entries)
    message = parse(body, max_depth=max_depth)
    ids = Ids(body)
    if type(message) is not list:
        return [_read_entry(message, 0, ids)], False
    if not message:
        error = InvalidRequestError("a batch must have at least one entry")
        return [error_response(error, None)], False
    return [_read_entry(entry, index, ids) for index, entry in enumerate(message)], True


def _read_entry(entry: Json, index: int, ids: Ids) -> Entry:
    if type(entry) is not dict:
        return error_response(InvalidRequestError("a Request must be an object"), None)
    reason = _describe_error(entry)
    sent_id = entry.get("id", UNSET)
    echoed = ids.as_sent(index, sent_id) if type(sent_id) in (str, int, float) else sent_id
    if reason is not None:
        is_valid_id = echoed is not sent_id or type(sent_id) in (str, int)
        return error_response(InvalidRequestError(reason), echoed if is_valid_id else None)
    return Request("2.0", entry["method"], entry.get("params", []), echoed)  # type: ignore[arg-type]


def _describe_error(entry: dict[str, Any]) -> str | None:
    if entry.get("jsonrpc") != "2.0":
        return "'jsonrpc' must be \"2.0\""
    if type(entry.get("method")) is not str:
        return "'method' must be a string"
    if "params" in entry and type(entry["params"]) not in (list, dict):
        return "'params' must be an array or an object"
    if type(entry.get("id")) not in (str, int, float, type(None)):
        return "'id' must be a string, a number or null"
    return None


def error_response(
    error: JsonRpcError, request_id: Id, to_wire: Encode | None = None
) -> ErrorResponse:
    """Return the Response for an error. ``to_wire`` encodes the error's data.

    Raises ``WireError`` or ``TypeError`` if the error can't be sent.
    """
    if type(error.code) is not int or not isinstance(error.message, str):
        raise TypeError(f"an error's code must be an integer, its message a string: {error!r}")
    body: dict[str, Any] = {"code": error.code, "message": str.__str__(error.message)}
    if error.data is not NODATA:
        body["data"] = error.data if to_wire is None else to_wire(error.data)
    return ErrorResponse(Raw(dump(body)), request_id)
