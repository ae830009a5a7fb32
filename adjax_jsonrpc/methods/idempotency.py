"""Finds the idempotency key of a call."""

from __future__ import annotations

from .._compat import ParameterKind as Kind
from .method import Method
from .options import KEY_HEADER
from .signature import Arguments, Signature


def idempotency_key(method: Method, arguments: Arguments) -> tuple[str, str]:
    """Return the key among the arguments of a call, and its path in ``params``.

    Both are empty if the method takes its key from the header only. The key is also empty if
    the argument is omitted.
    """
    name = method.options.idempotent
    if not isinstance(name, str) or name == KEY_HEADER:
        return "", ""
    args, kwargs = arguments
    index = method.signature.names.index(name)
    by_position = name not in kwargs and index < len(args) and _is_positional(method, name)
    value = args[index] if by_position else kwargs.get(name)
    return ("" if value is None else str(value)), f"/{index if by_position else name}"


def _is_positional(method: Method, name: str) -> bool:
    """Return whether a positional argument can be this parameter's, not one of ``*args``."""
    signature = method.signature
    parameters = signature.parameters if isinstance(signature, Signature) else []
    return any(each.name == name and each.kind is not Kind.KEYWORD_ONLY for each in parameters)
