"""A project with a method for each kind of field that the explorer's forms have."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as _APPS

DEBUG = True
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("EXAMPLE_DB", "")}
}
INSTALLED_APPS = [*_APPS, "tests.projects.explorer"]
