"""What exists only for applications of django-adjax 1.2: kept in all 2.x, gone in 3.0."""
