"""What Django's exceptions mean to a caller."""

from __future__ import annotations

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.http import Http404

from .errors import (
    InvalidParamsError,
    NotFoundError,
    PermissionDeniedError,
    RpcError,
    pointer,
)


def translate(exception: Exception) -> RpcError | None:
    """Give the error of an exception of Django's, ``None`` for any other."""
    if isinstance(exception, (Http404, ObjectDoesNotExist)):
        return NotFoundError()
    if isinstance(exception, PermissionDenied):
        return PermissionDeniedError()
    if isinstance(exception, ValidationError):
        return _invalid(exception)
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
