"""The errors of the fields of one instance."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import MAX_ERRORS, WireError


def joined(errors: Iterable[WireError]) -> WireError:
    """Return the first of some errors, with the others in its ``others``."""
    first, *others = [each for error in errors for each in (error, *error.others)]
    first.others = others[: MAX_ERRORS - 1]
    return first
