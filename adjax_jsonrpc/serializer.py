"""``from adjax_jsonrpc.serializer import serializer``, as in django-adjax 1.2."""

from .types.object_type import ObjectType
from .types.serializer import Serializer, serializer

__all__ = ["ObjectType", "Serializer", "serializer"]
