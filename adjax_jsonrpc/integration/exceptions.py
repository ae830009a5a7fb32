"""Translates exceptions to errors, and reports all others as internal errors."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    ObjectDoesNotExist,
    PermissionDenied,
    SuspiciousOperation,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.http import Http404

from .._jsonrpcserver import JsonRpcError
from ..conf import settings
from ..errors import (
    InvalidParamsError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    pointer,
)
from .logs import log_internal_error


def translate(exception: Exception) -> JsonRpcError | None:
    """Return the error for an exception of ``ADJAX_ERRORS`` or of Django, else ``None``."""
    if isinstance(exception, DatabaseError):
        close_old_connections()  # so that the next call does not get a broken connection
    if settings.errors:
        for base in type(exception).__mro__:
            error = settings.errors[base](exception) if base in settings.errors else None
            if error is not None:
                return error
    if isinstance(exception, (Http404, ObjectDoesNotExist)):
        return NotFoundError()
    if isinstance(exception, PermissionDenied):
        return PermissionDeniedError()
    if isinstance(exception, ValidationError):
        return _invalid(exception)
    if isinstance(exception, SuspiciousOperation):  # such as DisallowedHost
        logging.getLogger(f"django.security.{type(exception).__name__}").error("%s", exception)
        return InvalidRequestError()
    return None


def _invalid(error: ValidationError) -> InvalidParamsError:
    by_field = (
        error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    )
    return InvalidParamsError(
        [
            {
                "path": "" if field == NON_FIELD_ERRORS else pointer([field]),
                "message": " ".join(map(str, each.messages)),
                "keyword": str(each.code or "invalid"),
            }
            for field, errors in by_field.items()
            for each in errors
        ]
    )


def report(
    what: str, reference: str, exception: BaseException, request: Any, seconds: float | None
) -> None:
    """Report an internal error as Django does for a view: signal, and log ``django.request``.

    Must be called while the exception is being handled: receivers read ``sys.exc_info()``.
    """
    try:
        got_request_exception.send_robust(sender=None, request=request)
    finally:
        log_internal_error(what, reference, exception, request, seconds)
