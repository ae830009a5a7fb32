"""For uvicorn and other ASGI servers: ``uvicorn example.asgi:application``."""

import os

from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings")

application = get_asgi_application()
if settings.DEBUG:  # a real site has its web server hand out the static files
    application = ASGIStaticFilesHandler(application)
