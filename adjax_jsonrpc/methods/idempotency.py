"""Idempotency keys of methods: where a call has its key, and which options make sense."""

from __future__ import annotations

import typing
from types import UnionType
from typing import Any
from uuid import UUID

from ..errors import RegistrationError
from .method import Method
from .options import Options
from .parameters import Kind
from .signature import Arguments, Signature

HEADER = "Idempotency-Key"


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
