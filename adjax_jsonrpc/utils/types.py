"""``from adjax_jsonrpc.utils.types import typed``, as in django-adjax 1.2."""

from ..methods.typed import typed

__all__ = ["typed"]
