"""Addresses of composed pages."""

from __future__ import annotations

from django.urls import path

from readings.pages import views

app_name = "pages"
urlpatterns = [
    path("c/<slug:slug>/", views.schedule, name="schedule"),
    path("c/<slug:slug>/fetches/progress/", views.progress, name="progress"),
    path("c/<slug:slug>/fetches/", views.fetches, name="fetches"),
    path("c/<slug:slug>/fetches/retry/", views.retry, name="retry"),
    path("c/<slug:slug>/papers/<int:reading_id>/", views.paper, name="paper"),
    path("c/<slug:slug>/papers/<int:reading_id>/pdf/", views.pdf, name="pdf"),
    path("c/<slug:slug>/papers/<int:reading_id>/upload/", views.upload, name="upload"),
    path("c/<slug:slug>/papers/<int:reading_id>/bibtex/", views.bibtex, name="bibtex"),
]
