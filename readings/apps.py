"""The one Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    """Seminar's app: one label and one migration history for all packages."""

    name = "readings"
    verbose_name = "Seminar"
