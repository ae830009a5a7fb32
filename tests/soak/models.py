from django.db import models


class Row(models.Model):
    """One call that wrote. ``key`` is its own; a second row of one key is a second run."""

    key = models.CharField(max_length=100, db_index=True)
    process = models.IntegerField()
