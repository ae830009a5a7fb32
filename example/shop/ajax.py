"""The shop's methods: each becomes ``shop.<function>`` of the endpoint."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypedDict

from django.contrib import auth
from django.db.models import F, Q
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone

from adjax_jsonrpc import RpcError, Schema, registry

from .models import Order as OrderRecord
from .models import OrderLine, Product
from .types import Money

OUT_OF_STOCK = 1001
WRONG_PASSWORD = 1002

Quantity = Annotated[int, Schema(minimum=1, maximum=99)]


class Item(TypedDict):
    """One line of what a customer wants."""

    sku: str
    quantity: Quantity


class Article(TypedDict):
    """A product as customers see it."""

    sku: str
    name: str
    note: str
    price: Money
    stock: int
    wishes: int


class Session(TypedDict):
    """Who is logged in here. The token changes with every login, so it is sent along."""

    customer: str | None
    staff: bool
    csrf_token: str


@dataclass
class Line:
    """One line of an order."""

    sku: str
    name: str
    quantity: int
    price: Money


@dataclass
class Order:
    """An order as its customer sees it."""

    number: int
    status: Literal["on its way", "delivered"]
    placed: datetime
    delivery: datetime
    lines: list[Line]
    total: Money


# ── open to everybody ──


@registry.register
def stock(request: HttpRequest, sku: str) -> int:
    """How many pieces of a product are on the shelf."""
    return Product.objects.get(sku=sku).stock


@registry.register
def products(
    request: HttpRequest, show: Literal["all", "in stock"] = "all", dearest: Money | None = None
) -> list[Article]:
    """The products, those up to a price if ``dearest`` is given."""
    chosen = Product.objects.all()
    if show == "in stock":
        chosen = chosen.filter(stock__gt=0)
    if dearest is not None:
        chosen = chosen.filter(price__lte=dearest.cents)
    return [_article(product) for product in chosen]


@registry.register
async def search(request: HttpRequest, text: str, most: Quantity = 5) -> list[Article]:
    """Look for products by a part of their name; asynchronous from end to end."""
    wanted = Q(name__icontains=text) | Q(note__icontains=text)
    return [_article(product) async for product in Product.objects.filter(wanted)[:most]]


@registry.register
def quote(request: HttpRequest, items: list[Item], *, express: bool = False) -> Money:
    """What some items would cost, delivery included."""
    prices = dict(Product.objects.values_list("sku", "price"))
    unknown = [item["sku"] for item in items if item["sku"] not in prices]
    if unknown:
        raise Product.DoesNotExist(unknown)
    goods = sum((Money(prices[item["sku"]]) * item["quantity"] for item in items), Money(0))
    return goods + _postage(express)


@registry.register
def delivery(
    request: HttpRequest, ordered: datetime | None = None, express: bool = False
) -> datetime:
    """When something ordered at that time (now, if not given) arrives: no day of rest is one."""
    return _delivery(ordered or timezone.now(), express)


@registry.register
def discount(
    request: HttpRequest, price: Money, percent: Annotated[int, Schema(minimum=0, maximum=100)]
) -> Money:
    """Take some percent off a price, and round in favour of the customer."""
    return Money(price.cents * (100 - percent) // 100, price.currency)


@registry.register(atomic=True)
def wish(request: HttpRequest, sku: str) -> int:
    """Tell the shop that one would like to have a product. Return the number of wishes."""
    product = Product.objects.select_for_update().get(sku=sku)
    product.wishes += 1
    product.save(update_fields=["wishes"])
    return product.wishes


@registry.register
def average_rating(request: HttpRequest, sku: str) -> float:
    """The mean of a product's ratings. Nobody has rated yet, and nobody thought of that."""
    ratings: list[int] = []
    return sum(ratings) / len(ratings)


# ── who is there ──


@registry.register
def me(request: HttpRequest) -> Session:
    """Who is logged in."""
    return _session(request)


@registry.register
def login(request: HttpRequest, username: str, password: str) -> Session:
    """Log in with Django's session; later calls then need the CSRF token."""
    user = auth.authenticate(request, username=username, password=password)
    if user is None:
        raise RpcError(WRONG_PASSWORD, "Wrong name or password")
    auth.login(request, user)
    return _session(request)


@registry.register
def logout(request: HttpRequest) -> Session:
    """Log out, and forget the session."""
    auth.logout(request)
    return _session(request)


# ── for customers ──


@registry.register(login_required=True, atomic=True)
def create_order(
    request: HttpRequest,
    items: Annotated[list[Item], Schema(minItems=1, maxItems=50)],
    express: bool = False,
) -> Order:
    """Order items. If one is out of stock, nothing is ordered."""
    now = timezone.now()
    record = OrderRecord.objects.create(
        customer=request.user, placed=now, delivery=_delivery(now, express), express=express
    )
    for item in items:
        product = Product.objects.select_for_update().get(sku=item["sku"])
        if product.stock < item["quantity"]:
            raise RpcError(
                OUT_OF_STOCK,
                f"Not enough of {product.name} on the shelf",
                {"sku": product.sku, "wanted": item["quantity"], "available": product.stock},
            )
        Product.objects.filter(pk=product.pk).update(stock=F("stock") - item["quantity"])
        OrderLine.objects.create(
            order=record, product=product, quantity=item["quantity"], price=product.price
        )
    return _order(record)


@registry.register(login_required=True)
def orders(request: HttpRequest, since: datetime | None = None) -> list[Order]:
    """One's own orders, the latest first."""
    records = OrderRecord.objects.filter(customer=request.user).prefetch_related("lines__product")
    if since is not None:
        records = records.filter(placed__gte=since)
    return [_order(record) for record in records[:20]]


@registry.register(permission="shop.change_product")
def restock(request: HttpRequest, sku: str, quantity: Quantity) -> int:
    """Put more of a product on the shelf. Return the new stock. For staff."""
    Product.objects.filter(sku=sku).update(stock=F("stock") + quantity)
    return Product.objects.get(sku=sku).stock


# ── how a record becomes what callers see ──


def _article(product: Product) -> Article:
    return {
        "sku": product.sku,
        "name": product.name,
        "note": product.note,
        "price": Money(product.price),
        "stock": product.stock,
        "wishes": product.wishes,
    }


def _order(record: OrderRecord) -> Order:
    lines = [
        Line(line.product.sku, line.product.name, line.quantity, Money(line.price))
        for line in record.lines.all()
    ]
    total = sum((line.price * line.quantity for line in lines), _postage(record.express))
    arrived = record.delivery <= timezone.now()
    return Order(
        number=record.pk,
        status="delivered" if arrived else "on its way",
        placed=record.placed,
        delivery=record.delivery,
        lines=lines,
        total=total,
    )


def _session(request: HttpRequest) -> Session:
    user = request.user
    return {
        "customer": user.get_username() or None,
        "staff": getattr(user, "is_staff", False),
        "csrf_token": get_token(request),
    }


def _postage(express: bool) -> Money:
    return Money(990 if express else 390)


def _delivery(ordered: datetime, express: bool) -> datetime:
    """Count one working day for express, three else."""
    days = itertools.count(1)
    arrives = ordered
    left = 1 if express else 3
    while left:
        arrives = ordered + timedelta(days=next(days))
        left -= arrives.isoweekday() < 6  # Saturday and Sunday don't count
    return arrives
