"""Where django-adjax 1.2 had ``typed``."""
