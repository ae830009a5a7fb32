"""What the shop keeps: products, and orders of them. Prices are whole cents."""

from django.conf import settings
from django.db import models


class Product(models.Model):
    """One thing on the shelf."""

    sku = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    note = models.CharField(max_length=200, blank=True)
    price = models.PositiveIntegerField(help_text="in cents")
    stock = models.PositiveIntegerField(default=0)
    wishes = models.PositiveIntegerField(default=0, help_text="how often somebody asked for it")

    class Meta:
        ordering = ["sku"]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class Order(models.Model):
    """What one customer bought at one time."""

    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    placed = models.DateTimeField()
    delivery = models.DateTimeField()
    express = models.BooleanField(default=False)

    class Meta:
        ordering = ["-placed", "-pk"]

    def __str__(self) -> str:
        return f"order {self.pk}"


class OrderLine(models.Model):
    """Some of one product, at the price of the day."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField()
    price = models.PositiveIntegerField(help_text="of one piece, in cents")

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product.sku}"
