"""Addresses of projects, among those of groups."""

from __future__ import annotations

from django.urls import path

from readings.presentations.projects import views

app_name = "projects"
urlpatterns = [
    path("c/<slug:slug>/groups/projects/", views.index, name="index"),
    path("c/<slug:slug>/groups/<int:group_id>/project/", views.project, name="project"),
    path("c/<slug:slug>/groups/<int:group_id>/project/edit/", views.edit, name="edit"),
    path("c/<slug:slug>/groups/<int:group_id>/project/delete/", views.delete, name="delete"),
]
