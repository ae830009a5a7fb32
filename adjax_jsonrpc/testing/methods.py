"""Attributes that become method names: ``rpc.shop.stock`` is the method ``shop.stock``."""

from __future__ import annotations

from typing import Any


class Caller:
    """Makes calls. Attributes are apps, and items are whole names: ``rpc["shop.stock"]("A1")``."""

    def _call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raise NotImplementedError

    def __getattr__(self, name: str) -> MethodPath:
        if name.startswith("_"):
            raise AttributeError(name)
        return MethodPath(self, name)

    def __getitem__(self, name: str) -> MethodPath:
        return MethodPath(self, name)


class MethodPath:
    """A method, or the beginning of the names of methods: attributes make it longer."""

    def __init__(self, caller: Caller, name: str) -> None:
        self._caller, self._name = caller, name

    def __getattr__(self, name: str) -> MethodPath:
        if name.startswith("_"):
            raise AttributeError(name)
        return MethodPath(self._caller, f"{self._name}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the method with these arguments."""
        return self._caller._call(self._name, args, kwargs)

    def __repr__(self) -> str:
        return f"<{self._name}>"
