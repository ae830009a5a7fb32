"""System checks of settings and methods."""
