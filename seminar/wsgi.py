"""The entry of a web server; refuses to serve without what must come from the environment."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seminar.settings")

if not settings.ENV.secret_key:
    raise ImproperlyConfigured("SECRET_KEY is not set: give a long random one in the environment.")
if not settings.ENV.site_url:
    raise ImproperlyConfigured("SITE_URL is not set: give the address people will use.")

application = get_wsgi_application()
