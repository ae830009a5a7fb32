"""The project of the tests on a server: ``EXAMPLE_DB`` of the environment is the database."""

import os

from tests.settings import *  # noqa: F403

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("EXAMPLE_DB", ""),
        "OPTIONS": {"timeout": 20},
    }
}
ADJAX_AUTHENTICATION = [
    "tests.gates.callers.by_token",
    "adjax_jsonrpc.authentication.basic",
    "adjax_jsonrpc.authentication.session",
]
ADJAX_THROTTLE = "tests.gates.callers.per_header"
LOGGING = {"version": 1, "disable_existing_loggers": True}  # every failure here is wanted
