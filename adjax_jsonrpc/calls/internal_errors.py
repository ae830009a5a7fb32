"""Internal errors: reported in full under a reference; the caller gets only the reference."""

from __future__ import annotations

import logging
import traceback
from contextlib import suppress
from types import CodeType, TracebackType
from typing import Any
from uuid import uuid4

from .._types import AnyFunction
from ..errors import InternalError
from .hooks import Hooks

logger = logging.getLogger("adjax_jsonrpc")

# asgiref runs functions in the threads of concurrent.futures.
_CALLING_PACKAGES = frozenset({"adjax_jsonrpc", "jsonrpcserver", "asgiref", "concurrent"})
_holding_arguments: set[CodeType] = set()


def holds_arguments(function: AnyFunction) -> AnyFunction:
    """Mark a function whose frames hold the arguments of a call: reports omit these frames."""
    _holding_arguments.add(function.__code__)
    return function


def internal_error(
    what: str,
    exception: BaseException,
    request: Any,
    hooks: Hooks,
    seconds: float | None = None,
) -> InternalError:
    """Report an exception, and return the error to send: only a reference, unless in debug mode.

    ``seconds``: how long it took to fail, if that is known.
    """
    reference = uuid4().hex
    shortened = _without_calling_frames(exception.__traceback__)
    try:  # reports read the exception that is being handled, too
        raise exception.with_traceback(shortened)
    except type(exception):
        try:
            hooks.report(what, reference, exception, request, seconds)
        except KeyboardInterrupt:
            raise
        except BaseException:  # the exception has no text, or the mail server does not answer
            with suppress(Exception, SystemExit):
                logger.exception("%s failed, reference %s, and so did its report", what, reference)
    # The frame of this function would keep the exception alive, and with it the whole call.
    exception.__traceback__ = shortened
    if not hooks.debug:
        return InternalError(reference)
    details = {
        "type": type(exception).__qualname__,
        "text": _text_of(exception),
        "traceback": "".join(traceback.format_exception(exception)),
    }
    # Texts of exceptions may contain surrogates, which UTF-8 can't encode.
    sent = {k: v.encode("utf-8", "backslashreplace").decode() for k, v in details.items()}
    return InternalError(reference, **sent)


def _without_calling_frames(found: TracebackType | None) -> TracebackType | None:
    """Remove the frames that call the method, because their variables hold its arguments.

    They would show what ``sensitive_variables`` hides in the frame of the method. If the method
    has no frame (its result can't be sent), only the frames up to the call are removed.
    """
    frame, after_call = found, found
    while frame is not None and _package_of(frame) in _CALLING_PACKAGES:
        if frame.tb_frame.f_code in _holding_arguments:
            after_call = frame.tb_next
        frame = frame.tb_next
    return frame or after_call


def _package_of(frame: TracebackType) -> str:
    return str(frame.tb_frame.f_globals.get("__name__")).partition(".")[0]


def _text_of(exception: BaseException) -> str:
    try:
        return str(exception)
    except BaseException:
        return "its text can't be read"
