"""Sessions of people who are signed in, for browsers that are none."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from readings.accounts.models import User


def session_of(user: User) -> str:
    """The key of a new session of ``user``."""
    browser = Client()
    browser.force_login(user)
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)
