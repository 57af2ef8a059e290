"""Addresses of templates and rules."""

from __future__ import annotations

from django.urls import path

from readings.notes.asking import reading_views, role_views, rules_views, views

NOTES = "c/<slug:slug>/notes/"

app_name = "asking"
urlpatterns = [
    path(f"{NOTES}templates/", views.templates, name="templates"),
    path(f"{NOTES}templates/new/", views.new, name="new"),
    path(f"{NOTES}templates/usual/", views.usual, name="usual"),
    path(f"{NOTES}templates/<int:template_id>/", views.edit, name="edit"),
    path(f"{NOTES}templates/<int:template_id>/delete/", views.delete, name="delete"),
    path(f"{NOTES}templates/<int:template_id>/hide/", views.hide, name="hide"),
    path(f"{NOTES}templates/<int:template_id>/preview/", views.preview, name="preview"),
    path(f"{NOTES}readings/", reading_views.readings, name="readings"),
    path(f"{NOTES}roles/", role_views.roles, name="roles"),
    path(f"{NOTES}roles/give/", role_views.give, name="give_roles"),
    path(f"{NOTES}rules/", rules_views.rules, name="policy"),
]
