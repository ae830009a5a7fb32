"""``EXAMPLE_DB`` of the environment is the database; ``example.wsgi`` and ``.asgi`` serve it."""

import os
from pathlib import Path

SECRET_KEY = "tests"
DEBUG = True  # so that static files are served
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.projects.client.urls"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("EXAMPLE_DB", ""),
        "OPTIONS": {"timeout": 20},
    }
}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "adjax_jsonrpc",
    "tests.projects.client.probe",
]
MIDDLEWARE = [
    "tests.projects.client.posts.record",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
