"""A plain call that is alone in its body, which is what most bodies are: made without a dispatcher.

A call is plain where its method is open and synchronous, its params are exact, nobody watches
or counts it, and no transaction is around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..methods.method import Method
from ..protocol.messages import ErrorResponse, Request, Response, write
from ..types.fastpath.codegen import FALLBACK
from .call import Call
from .context import SCALARS, Answers, response_to
from .hooks import Hooks


def plain_call(
    single: Request, request: Any, served: Mapping[str, Method], hooks: Hooks
) -> Call | None:
    """Give the plain call that the Request of a body is, ``None`` for any other.

    ``served`` are the methods by name.
    """
    method = served.get(single.method)
    if (
        method is None
        or not method.is_open
        or method.is_async
        or method.options.throttle
        or hooks.throttles_all
        or (hooks.observe is not None and hooks.observe(request) is not None)
        or (hooks.transactions is not None and hooks.transactions()(method) is not None)
    ):
        return None
    accept_fast = method.signature.accept_fast
    exact = FALLBACK if accept_fast is None else accept_fast(single.params)
    return None if exact is FALLBACK else Call(method, single, exact)


def perform_alone(
    call: Call, request: Any, bigint_tags: bool, answers: Callable[[Any, bool], Answers]
) -> bytes | None:
    """Make a plain call and write its Response, ``None`` for a Notification.

    ``answers`` makes, for a request and ``bigint_tags``, what writes results; a number or
    ``None`` does not need it.
    """
    method, arguments = call.method, call.exact
    response: Response | ErrorResponse | None
    encode_fast = method.signature.encode_fast
    try:
        if type(arguments) is list:
            result = method.function(request, *arguments)
        else:
            result = method.function(request, **arguments)
        wire = FALLBACK if encode_fast is None else encode_fast(result)
        if type(wire) not in SCALARS:
            wire = answers(request, bigint_tags).write(method, result, wire)
        response = response_to(call, wire)
    except KeyboardInterrupt:
        raise
    except BaseException as exception:
        failed = answers(request, bigint_tags)
        response = failed.fail(call, exception)
        failed.errors.clear()  # whose tracebacks hold the params
    return None if response is None else write(response)
