"""System checks of settings and methods."""

from . import methods, settings

__all__ = ["methods", "settings"]
