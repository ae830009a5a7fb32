"""Requests and Responses: judged entry by entry, written around each result.

A body of nothing but well-formed Requests is parsed straight into them; any other is parsed
into plain values and judged in words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from .._jsonrpcserver import NODATA, JsonRpcError
from .._types import Encode, Json
from ..errors import InvalidRequestError, LimitExceededError
from .json import Ids, count_entries, dump, parse

Id: TypeAlias = "int | str | Raw | UnsetType | None"
"""An id as it is echoed: ``Raw`` where parsing would lose digits, ``UNSET`` for a Notification."""


# Members that it does not know would be skipped unread: such a body is parsed as a whole.
@final
class Request(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A Request object (section 4 of JSON-RPC 2.0); without ``id`` it is a Notification."""

    jsonrpc: Literal["2.0"]
    method: str
    params: list[Any] | dict[str, Any] = []
    id: int | str | UnsetType | None = UNSET  # or Raw, where digits would be lost


@final
class Response(msgspec.Struct, gc=False, tag_field="jsonrpc", tag="2.0"):
    """A Response object (section 5) with a result: JSON text, or a number, boolean or null.

    The one to a Notification has no id, and is not sent.
    """

    result: Any
    id: Id


@final
class ErrorResponse(msgspec.Struct, gc=False, tag_field="jsonrpc", tag="2.0"):
    """A Response object with an error object (section 5.1) as JSON text."""

    error: Raw
    id: Id


Entry: TypeAlias = "Request | ErrorResponse"
"""What an entry of a body is: a Request, or the Response that refuses it."""

_decode_single: Callable[[bytes], Request] = msgspec.json.Decoder(Request).decode
_decode_batch: Callable[[bytes], list[Request]] = msgspec.json.Decoder(list[Request]).decode
write: Callable[[Any], bytes] = msgspec.json.Encoder().encode
"""Write a Response, or a list of them, as JSON."""


_MINUS = ord("-")
_LARGE = 2**16
"""Bytes: fewer are parsed in less time than it takes to count what is in them."""


def read_single(body: bytes) -> Request | None:
    """Give the well-formed Request that a body is, ``None`` for any other body."""
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
    """Return the entries of a body, and whether it is a batch.

    Raises ``ParseError`` for a body that is no JSON, ``LimitExceededError`` for a batch of more
    than ``max_entries``. The entries of a large body are counted before anything is built from
    them. The nesting of well-formed Requests is left to the caller, that of any other body is
    ``max_depth`` at most.
    """
    is_batch = body.lstrip().startswith(b"[")
    is_large = is_batch and len(body) > _LARGE
    if is_large and max_entries is not None and _may_hold_requests(body) > max_entries:
        count_entries(body, max_entries)
    try:
        requests = _decode_batch(body) if is_batch else [_decode_single(body)]
    except (ValueError, RecursionError):
        return _judged(body, max_entries, max_depth)
    if is_batch and max_entries is not None and len(requests) > max_entries:
        raise LimitExceededError("batch_size", max_entries)
    if not requests or (_may_hold_minus_zero(body) and not all(each.id for each in requests)):
        return _judged(body, max_entries, max_depth)
    return requests, is_batch  # type: ignore[return-value]


def _may_hold_minus_zero(body: bytes) -> bool:
    # Most bodies hold no minus at all, and one byte is found many times as fast as two.
    return _MINUS in body and b"-0" in body


def _may_hold_requests(body: bytes) -> int:
    """Bound the well-formed Requests of a body: each of them names its version."""
    return len(body) if b"\\" in body else body.count(b'"jsonrpc"')


def _judged(
    body: bytes, max_entries: int | None, max_depth: int | None
) -> tuple[list[Entry], bool]:
    if max_entries is not None:
        count_entries(body, max_entries)
    message = parse(body, max_depth=max_depth)
    ids = Ids(body)
    if type(message) is not list:
        return [_judge(message, 0, ids)], False
    if not message:
        return [error_response(InvalidRequestError("a batch has at least one entry"), None)], False
    return [_judge(entry, index, ids) for index, entry in enumerate(message)], True


def _judge(entry: Json, index: int, ids: Ids) -> Entry:
    if type(entry) is not dict:
        return error_response(InvalidRequestError("a Request is an object"), None)
    wrong = _what_is_wrong(entry)
    sent_id = entry.get("id", UNSET)
    echoed = ids.exact(index, sent_id) if type(sent_id) in (str, int, float) else sent_id
    if wrong is not None:
        readable = echoed is not sent_id or type(sent_id) in (str, int)
        return error_response(InvalidRequestError(wrong), echoed if readable else None)
    return Request("2.0", entry["method"], entry.get("params", []), echoed)  # type: ignore[arg-type]


def _what_is_wrong(entry: dict[str, Any]) -> str | None:
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
    """Return the Response that sends an error; ``to_wire`` encodes its data.

    Raises ``WireError`` or ``TypeError`` where the error can't be sent.
    """
    if type(error.code) is not int or not isinstance(error.message, str):
        raise TypeError(f"an error's code is an integer, its message a string: {error!r}")
    body: dict[str, Any] = {"code": error.code, "message": str.__str__(error.message)}
    if error.data is not NODATA:
        body["data"] = error.data if to_wire is None else to_wire(error.data)
    return ErrorResponse(Raw(dump(body)), request_id)
