from django.db import models


class Product(models.Model):
    """One thing on the shelf."""

    sku = models.CharField(max_length=20, unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)
