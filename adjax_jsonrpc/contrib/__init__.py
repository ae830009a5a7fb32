"""Optional Django apps."""
