"""Compatibility with django-adjax 1.2: stays in all releases of 2.x, is removed in 3.0."""
