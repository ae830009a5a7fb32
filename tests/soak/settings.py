"""``EXAMPLE_DB`` of the environment is the database; ``example.wsgi`` and ``.asgi`` serve it."""

import os

SECRET_KEY = "tests"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.soak.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("EXAMPLE_DB", ""),
        # Fifty connections write to one file, and each waits for its turn.
        "OPTIONS": {
            "timeout": 60,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
    }
}
INSTALLED_APPS = ["adjax_jsonrpc", "adjax_jsonrpc.contrib.idempotency", "tests.soak"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ADJAX_MAX_BODY_BYTES = 100_000
LOGGING = {"version": 1, "disable_existing_loggers": True}  # every failure here is wanted
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
