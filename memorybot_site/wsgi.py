"""The pages for a WSGI server; the websocket then needs an ASGI process beside it (docs/deploy.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "memorybot_site.settings")
application = get_wsgi_application()
