"""The three functions that every contestant serves, without types that cost anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict


class Item(TypedDict):
    sku: str
    qty: int
    price: float


class Order(TypedDict):
    number: int
    customer: str
    items: list[Item]
    total: float
    express: bool
    note: str | None


def add(a, b=1):
    return a + b


def create_order(customer, items, express=False, note=None) -> Any:
    return {
        "number": 1001,
        "customer": customer,
        "items": items,
        "total": sum([item["qty"] * item["price"] for item in items]),
        "express": express,
        "note": note,
    }


def moments(moments):
    """For contestants whose JSON knows no datetimes: text, datetimes, text."""
    values = [datetime.fromisoformat(moment) for moment in moments]
    return [value.isoformat() for value in values]


METHODS = {"shop.add": add, "shop.create_order": create_order, "shop.moments": moments}
