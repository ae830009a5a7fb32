"""A plain call that is alone in its body, which is what most bodies are: made without a dispatcher.

A call is plain where its method is open and synchronous, its params are exact, nobody watches
or counts it, and no transaction is around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .answers import SCALARS, Answers, response_to
from .envelope import ErrorResponse, Response
from .hooks import Call, Hooks
from .source import INEXACT


def is_plain(call: Call, request: Any, hooks: Hooks) -> bool:
    """Whether a call asks for nothing but its function."""
    method = call.method
    return (
        call.exact is not INEXACT
        and method.is_open
        and not method.is_async
        and not method.options.throttle
        and not hooks.throttles_all
        and (hooks.observe is None or hooks.observe(request) is None)
        and (hooks.transactions is None or hooks.transactions()(method) is None)
    )


def perform_alone(
    call: Call, request: Any, answers: Callable[[], Answers]
) -> Response | ErrorResponse | None:
    """Make a plain call and give its Response, ``None`` for a Notification.

    ``answers`` makes what writes results, which a number or ``None`` does not need.
    """
    method, arguments = call.method, call.exact
    send_exact = method.signature.send_exact
    try:
        if type(arguments) is list:
            result = method.function(request, *arguments)
        else:
            result = method.function(request, **arguments)
        wire = INEXACT if send_exact is None else send_exact(result)
        if type(wire) not in SCALARS:
            wire = answers().write(method, result, wire)
        return response_to(call, wire)
    except KeyboardInterrupt:
        raise
    except BaseException as exception:
        failed = answers()
        response = failed.fail(call, exception)
        failed.errors.clear()  # whose tracebacks hold the params
        return response
