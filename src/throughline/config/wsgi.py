"""The WSGI application that Granian serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.config.settings")

application = get_wsgi_application()

# Read all addresses, and so all views, now: else the first person to record waits for it.
get_resolver().url_patterns  # noqa: B018
