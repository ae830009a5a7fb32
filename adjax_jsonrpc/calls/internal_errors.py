"""Internal errors: reported in full under a reference, answered with nothing but the reference."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from types import CodeType, TracebackType
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

from ..errors import InternalError

logger = logging.getLogger("adjax_jsonrpc")

Report: TypeAlias = Callable[[str, str, BaseException, Any], None]
"""Takes what failed, the reference, the exception (which is being handled) and the request."""

_Function = TypeVar("_Function", bound=Callable[..., Any])
_holding_arguments: set[CodeType] = set()


def holds_arguments(function: _Function) -> _Function:
    """Mark a function whose frames hold the arguments of a call: reports leave them out."""
    _holding_arguments.add(function.__code__)
    return function


def log(what: str, reference: str, exception: BaseException, request: Any) -> None:
    """Write what failed to the log ``adjax_jsonrpc``."""
    logger.error("%s failed, reference %s", what, reference, exc_info=exception)


def internal_error(
    what: str, exception: BaseException, request: Any, report: Report, *, debug: bool
) -> InternalError:
    """Report what failed, and return the error that tells the caller only the reference."""
    reference = uuid4().hex
    shortened = _from_the_method(exception.__traceback__)
    try:
        raise exception.with_traceback(shortened)
    except type(exception):
        try:
            report(what, reference, exception, request)
        except KeyboardInterrupt:
            raise
        except BaseException:  # the exception has no text, the mail server does not answer
            with suppress(Exception, SystemExit):
                logger.exception("%s failed, reference %s, and so did its report", what, reference)
    # Without this frame, which would keep the exception, and the whole call with it.
    exception.__traceback__ = shortened
    if not debug:
        return InternalError(reference)
    details = {
        "type": type(exception).__qualname__,
        "text": _text_of(exception),
        "traceback": "".join(traceback.format_exception(exception)),
    }
    # Texts of exceptions may hold surrogates, which UTF-8 can't encode.
    sent = {k: v.encode("utf-8", "backslashreplace").decode() for k, v in details.items()}
    return InternalError(reference, **sent)


_CALLING = frozenset({"adjax_jsonrpc", "jsonrpcserver", "asgiref"})


def _from_the_method(found: TracebackType | None) -> TracebackType | None:
    """Leave out the frames that led to the method: their variables hold its arguments.

    What ``sensitive_variables`` hides in the method's own frame would be visible there.
    """
    step, after_call = found, found
    while step is not None and _package_of(step) in _CALLING:
        if step.tb_frame.f_code in _holding_arguments:
            after_call = step.tb_next
        step = step.tb_next
    return step or after_call  # no frame of the method's: its result can't be sent


def _package_of(step: TracebackType) -> str:
    return str(step.tb_frame.f_globals.get("__name__")).partition(".")[0]


def _text_of(exception: BaseException) -> str:
    try:
        return str(exception)
    except BaseException:
        return "its text can't be read"
