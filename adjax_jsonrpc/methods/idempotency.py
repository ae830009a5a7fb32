"""Where a call has its idempotency key."""

from __future__ import annotations

from .._compat import ParameterKind as Kind
from .method import Method
from .options import KEY_HEADER
from .signature import Arguments, Signature


def key_of(method: Method, arguments: Arguments) -> tuple[str, str]:
    """Give the key among a call's arguments, empty where it has none, and its place in params."""
    name = method.options.idempotent
    if not isinstance(name, str) or name == KEY_HEADER:
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
