"""The steps before a call: authorize the caller, bind the params, check ``access=``."""

from __future__ import annotations

import json
from asyncio import CancelledError
from collections.abc import Callable
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, TypeAlias

from .._flow import Flow, Invoke, run
from .._types import Params
from ..errors import MethodNotFoundError, PermissionDeniedError
from ..methods.functions import function_name, is_coroutine_function
from ..methods.options import Access
from ..methods.signature import Arguments, RefusedParamsError
from ..types.fastpath.codegen import FALLBACK
from .call import Call
from .context import Context
from .internal_errors import holds_arguments

Steps: TypeAlias = Callable[[Call, Context], Flow[Any]]
"""Makes a call as a flow: returns its Response or raises."""


@holds_arguments
def bind(call: Call, context: Context) -> None:
    """Bind the params of a call that the fast path did not accept.

    Raises ``InvalidParamsError`` with all errors in the params.
    """
    errors = try_bind(call, context)
    if errors is not None:
        raise RefusedParamsError(errors)


@holds_arguments
def try_bind(call: Call, context: Context) -> list[dict[str, Any]] | None:
    """Bind the params like ``bind``, but return the errors that their schema finds.

    Raises ``InvalidParamsError`` for a value that can't be decoded.
    """
    signature, params = call.method.signature, call.request.params
    if signature.bind_fast is not None:
        call.arguments = signature.bind_fast(params)
        if call.arguments is not FALLBACK:
            return None
    errors = signature.validate(params)
    if errors is None:
        if context.instrument is not None:
            context.instrument.keep_params(call)
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

    Raises the error to send. If the method is hidden, every error becomes
    ``MethodNotFoundError``; internal errors are reported nevertheless. Nothing is done with the
    params of a hidden method before its caller is authorized.
    """
    method = call.method
    try:
        if method.is_denied:
            raise PermissionDeniedError
        if context.hooks.authorize is not None:
            yield Invoke(context.hooks.authorize, (context.request, method))
        if method.has_key and call.fingerprint is None:  # decoding changes the params in place
            call.fingerprint = fingerprint(call.request.params)
        if call.arguments is FALLBACK:
            if method.is_hidden and method.signature.accept_fast is not None:
                call.arguments = method.signature.accept_fast(call.request.params)
            if call.arguments is FALLBACK:
                bind(call, context)
        if method.options.access:
            by_name = MappingProxyType(method.signature.arguments(*arguments_of(call)))
            for access in method.options.access:
                step = Invoke(access, (context.request, by_name), is_coroutine_function(access))
                check_access(access, (yield step))
    except (KeyboardInterrupt, CancelledError, GeneratorExit):
        raise
    except BaseException as exception:
        if not method.is_hidden:
            raise
        yield Invoke(context.error_of, (method.name, exception))
        raise MethodNotFoundError from None


def admit_off_loop(call: Call, context: Context) -> Flow[None]:
    """Do what ``admit`` does; for a large body all of it in one thread beside the event loop."""
    if context.leaves_loop:
        yield Invoke(run, (admit(call, context),))
    else:
        yield from admit(call, context)


def fingerprint(params: Params) -> str:
    """Return a digest of the params: equal for equal params, different for all others."""
    text = json.dumps(params, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def check_access(access: Access, allowed: object) -> None:
    """Raise an error unless ``access`` returned ``True``.

    ``False`` raises ``PermissionDeniedError``. Any other value, such as a coroutine, raises
    ``TypeError``: it must not count as permission.
    """
    if allowed is not True:
        if allowed is False:
            raise PermissionDeniedError
        raise TypeError(
            f"access: {function_name(access)} returned {type(allowed).__name__}, not True or False"
        )
