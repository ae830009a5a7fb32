"""Calls with an idempotency key: what is compared, what is kept, and how it is answered again."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable
from hashlib import blake2b
from types import UnionType
from typing import Any, NamedTuple, Protocol, TypeAlias
from uuid import UUID

from msgspec import Raw

from .envelope import ErrorResponse, Response
from .errors import RegistrationError, RpcError
from .method import Method, Options
from .parameters import Kind
from .signature import Arguments, Signature
from .typing import Params
from .vocabulary import NODATA, JsonRpcError
from .wire import dump

HEADER = "Idempotency-Key"

# What the server, the limits or the caller's login is to blame for is no answer of the method.
_NO_ANSWERS = frozenset({-32603, *range(-32009, -32004), -32001, -32003})


class Answer(NamedTuple):
    """A result or an error object as JSON text."""

    is_error: bool
    content: bytes


class Reservation(Protocol):
    """A key that a call has taken, or that an earlier one had; then with its ``answer``."""

    answer: Answer | None

    def keep(self, answer: Answer) -> None:
        """Keep the answer for calls that repeat this one."""

    def release(self) -> None:
        """Give the key back: the call has no answer to keep."""


Reserve: TypeAlias = "Callable[[Any, Method, str, Arguments, bool], Reservation | None]"
"""Takes the request, the method, what was sent, its arguments, and whether the call is alone."""


class KeptError(RpcError):
    """An error that a call was answered with before, its data as it was sent."""

    has_plain_data = True

    def __init__(self, content: bytes) -> None:
        error = json.loads(content)
        super().__init__(error["code"], error["message"], error.get("data", NODATA))


def fingerprint(params: Params) -> str:
    """Give a text that is the same for the same params, and for no others."""
    text = json.dumps(params, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def answer_of(
    response: Response | ErrorResponse | None, error: JsonRpcError | None
) -> Answer | None:
    """Give what is kept of a call, ``None`` where a repeated one is made anew."""
    if isinstance(response, ErrorResponse):
        if error is None or error.code in _NO_ANSWERS:
            return None
        return Answer(True, bytes(response.error))
    if response is None:  # a Notification's error, which nobody has seen
        return None
    result = response.result
    return Answer(False, bytes(result) if isinstance(result, Raw) else dump(result))


def key_of(method: Method, arguments: Arguments) -> tuple[str, str]:
    """Give the key among a call's arguments, empty where it has none, and its place in params."""
    name = method.options.idempotent
    if not isinstance(name, str) or name == HEADER:
        return "", ""
    args, kwargs = arguments
    index = method.signature.names.index(name)
    by_position = name not in kwargs and index < len(args) and _is_positional(method, name)
    value = args[index] if by_position else kwargs.get(name)
    return ("" if value is None else str(value)), f"/{index if by_position else name}"


def _is_positional(method: Method, name: str) -> bool:
    """Whether an argument of that place is the parameter's, not one of ``*args``."""
    signature = method.signature
    parameters = signature.parameters if isinstance(signature, Signature) else []
    return any(each.name == name and each.kind is not Kind.KEYWORD_ONLY for each in parameters)


def check_idempotency(options: Options, signature: Signature) -> bool:
    """Say whether repeating a call does no harm, as its caller may rely on.

    Raises ``RegistrationError`` where the options make no sense.
    """
    idempotent = options.idempotent
    if not isinstance(idempotent, str):
        return idempotent or options.readonly
    if options.readonly:
        raise RegistrationError("readonly=True leaves nothing for an idempotency key to protect")
    if idempotent == HEADER:
        return False
    for parameter in signature.parameters:
        if parameter.name == idempotent and parameter.name in signature.names:
            if not _is_text(parameter.annotation):
                raise RegistrationError(
                    f"idempotent={idempotent!r}: annotate the parameter with str or UUID"
                )
            return parameter.required
    raise RegistrationError(
        f"idempotent={idempotent!r} names no parameter; for a key in the header alone write "
        f"idempotent={HEADER!r}"
    )


def _is_text(annotation: Any) -> bool:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _is_text(args[0])
    if origin in (typing.Union, UnionType):
        others = [arg for arg in args if arg is not type(None)]
        return bool(others) and all(map(_is_text, others))
    return annotation in (str, UUID)
