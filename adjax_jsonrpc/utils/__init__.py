"""The package of ``typed`` in django-adjax 1.2."""
