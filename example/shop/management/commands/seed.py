"""``manage.py seed``: the products and the people of the demo."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand
from django.db import transaction

from shop.models import Product

PRODUCTS = [
    ("A1", "Morning cup", "Stoneware, 220 ml, fits under the machine", 1890, 12),
    ("A2", "Tall cup", "Stoneware, 350 ml, for those who stay longer", 2290, 7),
    ("B1", "Breakfast bowl", "Glazed inside, bare outside, 16 cm", 2690, 5),
    ("B2", "Side plate", "20 cm, with a rim that holds the crumbs", 1990, 18),
    ("C1", "Teapot", "900 ml, pours without a drop beside", 6490, 3),
    ("C2", "Vase", "For one branch. The next firing is in spring", 3990, 0),
]


class Command(BaseCommand):
    help = "Put the demo's products on the shelf and add its people; run again, it starts afresh."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for sku, name, note, price, stock in PRODUCTS:
            fields = {"name": name, "note": note, "price": price, "stock": stock}
            Product.objects.update_or_create(sku=sku, defaults=fields)
        users = get_user_model().objects
        ann, _ = users.get_or_create(username="ann")
        sam, _ = users.get_or_create(username="sam", defaults={"is_staff": True})
        for user in (ann, sam):
            user.set_password(f"demo-{user.username}-password")
            user.save()
        sam.user_permissions.add(Permission.objects.get(codename="change_product"))
        self.stdout.write(
            f"{len(PRODUCTS)} products. Log in as ann (demo-ann-password), "
            "or as sam (demo-sam-password), who may restock."
        )
