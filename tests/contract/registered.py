"""Classes that a project registers a type for."""

from __future__ import annotations

from typing import Any

from adjax_jsonrpc import ObjectType, Serializer


class Money:
    """A class of the project: no model of any library."""

    def __init__(self, cents: int, currency: str = "EUR") -> None:
        self.cents = cents
        self.currency = currency

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.cents}, {self.currency!r})"

    def __eq__(self, other: object) -> bool:
        return repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash((self.cents, self.currency))


class MoneyType(ObjectType):
    name = "money"
    cls = Money
    schema = {"cents": {"type": "integer"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}

    @classmethod
    def encode(cls, value: Any) -> Any:
        return {"cents": value.cents, "currency": value.currency}

    @classmethod
    def decode(cls, value: Any) -> Any:
        return Money(int(value["cents"]), value["currency"])


def a_serializer() -> Serializer:
    serializer = Serializer()
    serializer.enable(MoneyType)
    return serializer
