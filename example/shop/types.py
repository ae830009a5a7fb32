"""The shop's own type on the wire. Found by itself, like every app's ``types`` module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adjax_jsonrpc import ObjectType, serializer


@dataclass(frozen=True)
class Money:
    """An amount in cents: no rounding, and no sum of two currencies."""

    cents: int
    currency: str = "EUR"

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} don't add up")
        return Money(self.cents + other.cents, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.cents * times, self.currency)


@serializer.enable
class MoneyType(ObjectType):
    """``{"__type__": "money", "cents": 1290, "currency": "EUR"}``; the page has the other half."""

    name = "money"
    cls = Money
    schema = {
        "cents": {"type": "integer", "minimum": -(10**12), "maximum": 10**12},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    }

    @classmethod
    def encode(cls, value: Money) -> dict[str, Any]:
        """Return the members beside the tag."""
        return {"cents": value.cents, "currency": value.currency}

    @classmethod
    def decode(cls, value: dict[str, Any]) -> Money:
        """Return the value for members that the schema has accepted."""
        return Money(int(value["cents"]), str(value["currency"]))
