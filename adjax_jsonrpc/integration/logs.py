"""Log records: one for each internal error and, with ``ADJAX_LOG_CALLS``, one for each call."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings as django_settings
from django.utils.functional import SimpleLazyObject, empty
from django.utils.log import AdminEmailHandler, RequireDebugTrue

from .._jsonrpcserver import ERROR_INTERNAL_ERROR
from ..calls.call import Call
from ..protocol.json import dump
from ..protocol.messages import write

errors = logging.getLogger("django.request")
calls = logging.getLogger("adjax_jsonrpc.calls")


def log_internal_error(
    what: str, reference: str, exception: BaseException, request: Any, seconds: float | None
) -> None:
    """Log an internal error, as Django does for the exception of a view.

    The caller has the reference. If nothing writes the record, Python's handler of last resort
    writes it to ``sys.stderr``.
    """
    message, extra = (
        "%s failed, reference %s",
        {
            "status_code": 500,
            "request": request,
            "method": what,
            "reference": reference,
            "code": ERROR_INTERNAL_ERROR,
            "duration": seconds,
            "user": known_user(request),
        },
    )
    errors.error(message, what, reference, exc_info=exception, extra=extra)
    if is_lost(errors.name, logging.ERROR) and logging.lastResort is not None:
        info = (type(exception), exception, exception.__traceback__)
        arguments = (what, reference)
        logging.lastResort.handle(
            errors.makeRecord(
                errors.name, logging.ERROR, __file__, 0, message, arguments, info, extra=extra
            )
        )


def log_call(call: Call, request: Any, *, is_json: bool) -> None:
    """Log a call that has ended, as text or as a JSON object."""
    content = {
        "method": call.method.name,
        "code": call.code,
        "milliseconds": round(1000 * (call.seconds or 0), 3),
        "size": 0 if call.response is None else len(write(call.response)),
        "user": known_user(request),
        "reference": call.reference,
    }
    extra = {**content, "duration": call.seconds}
    if is_json:
        calls.info("%s", dump(content).decode(), extra=extra)
    else:
        outcome = "ok" if call.code is None else call.code
        line = f"%(method)s {outcome} %(milliseconds).1f ms %(size)d bytes"
        calls.info(line, content, extra=extra)


def known_user(request: Any) -> str | None:
    """Return the primary key of the user as text, ``None`` for nobody.

    Also ``None`` for a lazy user that is not looked up yet: a log record looks up nobody.
    """
    user = getattr(request, "user", None)
    if type(user) is SimpleLazyObject and user.__dict__.get("_wrapped", empty) is empty:
        return None
    key = getattr(user, "pk", None)
    return None if key is None else str(key)


def is_lost(name: str, level: int) -> bool:
    """Return whether the handlers of a logger drop its records of a level.

    ``False`` if the project has switched the logger off: its level, or ``NullHandler``.
    """
    logger = logging.getLogger(name)
    if logger.disabled or not logger.isEnabledFor(level):
        return False
    handlers = [*_handlers(logger)]
    if any(isinstance(each, logging.NullHandler) for each in handlers):
        return False
    return not any(_writes(each, name, level) for each in handlers)


def is_written(name: str, level: int) -> bool:
    """Return whether a handler writes the records of a logger of a level in production."""
    logger = logging.getLogger(name)
    if logger.disabled or not logger.isEnabledFor(level):
        return False
    return any(
        _writes(each, name, level)
        and not any(isinstance(one, RequireDebugTrue) for one in each.filters)
        for each in _handlers(logger)
    )


def _handlers(logger: logging.Logger | None) -> Iterator[logging.Handler]:
    while logger is not None:
        yield from logger.handlers
        logger = logger.parent if logger.propagate else None


def _writes(handler: logging.Handler, name: str, level: int) -> bool:
    if level < handler.level or isinstance(handler, logging.NullHandler):
        return False
    if isinstance(handler, AdminEmailHandler) and not django_settings.ADMINS:
        return False
    try:
        return bool(handler.filter(logging.LogRecord(name, level, "", 0, "", (), None)))
    except Exception:  # a filter that reads attributes of other records
        return True
