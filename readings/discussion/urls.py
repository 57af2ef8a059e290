"""Addresses of discussions."""

from __future__ import annotations

from django.urls import path

from readings.discussion import views

app_name = "discussion"
urlpatterns = [
    path("c/<slug:slug>/papers/<int:reading_id>/comments/", views.start, name="start"),
    path("c/<slug:slug>/papers/<int:reading_id>/comments/new/", views.changes, name="changes"),
    path("c/<slug:slug>/comments/<int:comment_id>/", views.show, name="comment"),
    path("c/<slug:slug>/comments/<int:comment_id>/reply/", views.reply, name="reply"),
    path("c/<slug:slug>/comments/<int:comment_id>/edit/", views.edit, name="edit"),
    path("c/<slug:slug>/comments/<int:comment_id>/delete/", views.delete, name="delete"),
]
