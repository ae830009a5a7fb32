"""``from adjax_jsonrpc.registry import registry``, as in django-adjax 1.2."""

from .methods.registry import Registry, registry

__all__ = ["Registry", "registry"]
