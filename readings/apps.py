"""The one Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    """Seminar's app: one label and one migration history for all packages."""

    name = "readings"
    verbose_name = "Seminar"

    def ready(self) -> None:
        """Tell lower packages whom above them to ask, once all models are there."""
        from readings.courses.groups.holding import ask_for_holdings, ask_for_sizes
        from readings.presentations.projects.queries import holdings_of, sizes_of

        ask_for_holdings(holdings_of)
        ask_for_sizes(sizes_of)
