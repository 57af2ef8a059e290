"""The registry of every package's addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("readings.core.urls")),
    path("", include("readings.accounts.urls")),
    path("", include("readings.courses.urls")),
    path("", include("readings.pages.urls")),
    path("", include("readings.planning.urls")),
    path("", include("readings.discussion.urls")),
    path("", include("readings.notes.urls")),
    path("", include("readings.marking.urls")),
    path("", include("readings.progress.urls")),
    path("", include("readings.notes.asking.urls")),
    path("", include("readings.presentations.urls")),
    path("", include("readings.presentations.wishes.urls")),
    path("", include("readings.presentations.projects.urls")),
    path("", include("readings.presentations.day.urls")),
    path("", include("readings.presentations.swaps.urls")),
    path("", include("readings.reading_lists.urls")),
    path("", include("readings.next_term.urls")),
    path("", include("readings.imports.urls")),
    path("", include("readings.exports.urls")),
    path("", include("readings.calendars.urls")),
]
