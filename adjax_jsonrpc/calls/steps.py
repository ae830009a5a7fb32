"""The steps before a call: its caller is authorized, its params are bound, ``access=`` is asked."""

from __future__ import annotations

import json
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from .._flow import Flow, Invoke
from .._types import Params
from ..errors import MethodNotFoundError, PermissionDeniedError
from ..methods.functions import function_name, is_coroutine_function
from ..methods.options import Access
from ..methods.signature import Arguments, RefusedParamsError
from ..types.fastpath.codegen import FALLBACK
from .call import Call
from .context import Context
from .internal_errors import holds_arguments


@holds_arguments
def bind(call: Call, context: Context) -> None:
    """Bind the params of a call that the fast path did not accept.

    Raises ``InvalidParamsError`` with all that is wrong with them.
    """
    errors = try_bind(call, context)
    if errors is not None:
        raise RefusedParamsError(errors)


@holds_arguments
def try_bind(call: Call, context: Context) -> list[dict[str, Any]] | None:
    """Do what ``bind`` does, but return what is wrong with the params by their schema.

    Raises ``InvalidParamsError`` for a value that can't be decoded.
    """
    signature, params = call.method.signature, call.request.params
    errors = signature.validate(params)
    if errors is None:
        call.arguments = signature.decode(params, tags=context.has_tags())
    return errors


def arguments_of(call: Call) -> Arguments:
    """Return the bound arguments of a call as ``(args, kwargs)``."""
    arguments = call.arguments
    if type(arguments) is list:
        return arguments, {}
    return ([], arguments) if type(arguments) is dict else arguments


@holds_arguments
def admit(call: Call, context: Context) -> Flow[None]:
    """Check that the caller may make a call, and bind its params.

    Raises the error to answer with. A caller who may not call a hidden method is told that there
    is no such method; the server's own faults are reported all the same.
    """
    method = call.method
    try:
        if method.is_denied:
            raise PermissionDeniedError
        if context.hooks.authorize is not None:
            yield Invoke(context.hooks.authorize, (context.request, method))
        if method.has_key and call.fingerprint is None:  # before decoding, which is in place
            call.fingerprint = fingerprint(call.request.params)
        if call.arguments is FALLBACK:
            bind(call, context)
        if method.options.access:
            named = MappingProxyType(method.signature.arguments(*arguments_of(call)))
            for access in method.options.access:
                is_async = is_coroutine_function(access)
                permit(access, (yield Invoke(access, (context.request, named), is_async)))
    except (Exception, SystemExit) as exception:
        if not method.is_hidden:
            raise
        yield Invoke(context.error_of, (method.name, exception))
        raise MethodNotFoundError from None


def fingerprint(params: Params) -> str:
    """Return a text that is the same for the same params, and differs for all others."""
    text = json.dumps(params, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def permit(access: Access, allowed: object) -> None:
    """Raise for any answer of ``access=`` but ``True``.

    ``False`` is a refusal. Anything else, such as a coroutine, is a fault and no permission.
    """
    if allowed is not True:
        if allowed is False:
            raise PermissionDeniedError
        raise TypeError(
            f"access: {function_name(access)} returned {type(allowed).__name__}, not True or False"
        )
