"""Addresses of marks and of the ledger."""

from __future__ import annotations

from django.urls import path

from readings.marking import pasting_views, progress_views, reminder_views

app_name = "marking"
urlpatterns = [
    path("c/<slug:slug>/progress/", progress_views.progress, name="progress"),
    path("c/<slug:slug>/progress/students/<int:user_id>/", progress_views.student, name="student"),
    path(
        "c/<slug:slug>/progress/readings/<int:reading_id>/",
        progress_views.reading,
        name="reading",
    ),
    path("c/<slug:slug>/progress/export/", progress_views.export, name="export"),
    path("c/<slug:slug>/progress/import/", pasting_views.paste, name="paste"),
    path("c/<slug:slug>/progress/reminders/", reminder_views.reminders, name="reminders"),
    path("c/<slug:slug>/progress/reminders/send/", reminder_views.send, name="send_reminders"),
]
