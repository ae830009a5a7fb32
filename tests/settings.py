"""The smallest project that serves methods."""

import json
import os

SECRET_KEY = "tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.urls"
USE_TZ = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the others take long
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    # test_postgres.py runs tests on another database.
    "default": json.loads(os.environ.get("TEST_DATABASE", "null"))
    or {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
}
# Many tests send wrong credentials; test_credential_throttle.py has the default.
ADJAX_THROTTLE_CREDENTIALS = None
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "adjax_jsonrpc",
    "adjax_jsonrpc.contrib.idempotency",
    "tests.gates",
    "tests.shapes",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "adjax_jsonrpc.middleware.CsrfEnforceMiddleware",
    "adjax_jsonrpc.middleware.DispatchErrorMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
ADJAX_IDEMPOTENCY = os.environ.get("TEST_IDEMPOTENCY")  # test_idempotency.py on another store
