"""Internal errors: reported in full under a reference, sent as nothing but that."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeAlias
from uuid import uuid4

from ..errors import InternalError

logger = logging.getLogger("adjax_jsonrpc")

Report: TypeAlias = Callable[[str, str, BaseException, Any], None]
"""Takes what failed, the reference, the exception (which is being handled) and the request."""


def log(what: str, reference: str, exception: BaseException, request: Any) -> None:
    """Write what failed into the log ``adjax_jsonrpc``."""
    logger.error("%s failed, reference %s", what, reference, exc_info=exception)


def internal_error(
    what: str, exception: BaseException, request: Any, report: Report, *, debug: bool
) -> InternalError:
    """Report what failed, and give the error that tells no more than where that is to be found."""
    reference = uuid4().hex
    place = _from_the_method(exception.__traceback__)
    try:
        raise exception.with_traceback(place)
    except type(exception):
        try:
            report(what, reference, exception, request)
        except KeyboardInterrupt:
            raise
        except BaseException:  # an exception that can't be told, a log or mail server that is gone
            with suppress(Exception, SystemExit):
                logger.exception("%s failed, reference %s, and so did its report", what, reference)
    # This frame knows the exception, which would keep the frame, and all of the call with it.
    exception.__traceback__ = place
    if not debug:
        return InternalError(reference)
    told = {
        "type": type(exception).__qualname__,
        "text": _text_of(exception),
        "traceback": "".join(traceback.format_exception(exception)),
    }
    # Texts of exceptions may hold what UTF-8 can't.
    sent = {k: v.encode("utf-8", "backslashreplace").decode() for k, v in told.items()}
    return InternalError(reference, **sent)


_THAT_CALL = frozenset({"perform", "perform_all", "aperform", "perform_alone"})
_CALLING = frozenset({"adjax_jsonrpc", "jsonrpcserver", "asgiref"})


def _from_the_method(found: TracebackType | None) -> TracebackType | None:
    """Leave out the frames that led to the method: their variables hold its arguments.

    What ``sensitive_variables`` hides in the method's own frame would stand there.
    """
    step, after_call = found, found
    while step is not None and _package_of(step) in _CALLING:
        if step.tb_frame.f_code.co_name in _THAT_CALL:
            after_call = step.tb_next
        step = step.tb_next
    return step or after_call  # the fault may be all ours: a result that can't be sent


def _package_of(step: TracebackType) -> str:
    return str(step.tb_frame.f_globals.get("__name__")).partition(".")[0]


def _text_of(exception: BaseException) -> str:
    try:
        return str(exception)
    except BaseException:
        return "its text can't be had"
