"""Addresses of exports."""

from __future__ import annotations

from django.urls import path

from readings.exports import views

app_name = "exports"
urlpatterns = [
    path("c/<slug:slug>/export/", views.export, name="export"),
    path("c/<slug:slug>/export/download/", views.download, name="download"),
    path("c/<slug:slug>/schedule.md", views.schedule, name="schedule"),
    path("c/<slug:slug>/reading-lists/<int:list_id>.md", views.reading_list, name="list"),
    path("l/<str:token>/schedule.md", views.schedule_by_link, name="schedule_by_link"),
    path("l/<str:token>/reading-lists/<int:list_id>.md", views.list_by_link, name="list_by_link"),
]
