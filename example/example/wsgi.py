"""For gunicorn and other WSGI servers: ``gunicorn example.wsgi``."""

import os

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings")

application = get_wsgi_application()
if settings.DEBUG:  # a real site has its web server hand out the static files
    application = StaticFilesHandler(application)
