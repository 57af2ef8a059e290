"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from readings.imports import views

app_name = "imports"
urlpatterns = [
    path("c/<slug:slug>/import/", views.paste, name="paste"),
    path("c/<slug:slug>/import/live/", views.live, name="live"),
    path("c/<slug:slug>/import/<int:import_id>/", views.preview, name="preview"),
    path("c/<slug:slug>/import/<int:import_id>/year/", views.say_year, name="year"),
    path("c/<slug:slug>/import/<int:import_id>/apply/", views.apply, name="apply"),
]
