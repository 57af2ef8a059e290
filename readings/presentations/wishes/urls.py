"""Addresses of wishes."""

from __future__ import annotations

from django.urls import path

from readings.presentations.wishes import staff_views, views

app_name = "wishes"
_SHEET = "c/<slug:slug>/sign-ups/assignment/<int:sheet_id>/"
urlpatterns = [
    path("c/<slug:slug>/sign-ups/wishes/", views.overview, name="overview"),
    path("c/<slug:slug>/sign-ups/wishes/<int:sheet_id>/", views.rank, name="rank"),
    path(_SHEET, staff_views.assignment, name="assignment"),
    path(f"{_SHEET}run/", staff_views.run, name="run"),
    path(f"{_SHEET}fix/", staff_views.fix, name="fix"),
    path(f"{_SHEET}fix/<int:fixed_id>/remove/", staff_views.unfix, name="unfix"),
    path(f"{_SHEET}open/", staff_views.open_rest, name="open_rest"),
    path(f"{_SHEET}runs/<int:run_id>/", staff_views.run_progress, name="run_progress"),
    path(f"{_SHEET}runs/<int:run_id>/publish/", staff_views.publish, name="publish"),
    path(f"{_SHEET}runs/<int:run_id>/csv/", staff_views.download, name="download"),
]
