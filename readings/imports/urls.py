"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from readings.imports import source_views, views

app_name = "imports"
urlpatterns = [
    path("c/<slug:slug>/import/", views.paste, name="paste"),
    path("c/<slug:slug>/import/live/", views.live, name="live"),
    path("c/<slug:slug>/import/<int:import_id>/", views.preview, name="preview"),
    path("c/<slug:slug>/import/<int:import_id>/year/", views.say_year, name="year"),
    path("c/<slug:slug>/import/<int:import_id>/read-as/", views.read_as, name="read_as"),
    path("c/<slug:slug>/import/<int:import_id>/apply/", views.apply, name="apply"),
    path("c/<slug:slug>/import/<int:import_id>/undo/", views.undo, name="undo"),
    path("c/<slug:slug>/import/<int:import_id>/dismiss/", source_views.dismiss, name="dismiss"),
    path("c/<slug:slug>/import/fetched/<int:fetch_id>/", source_views.arriving, name="arriving"),
    path("c/<slug:slug>/import/fetched/<int:fetch_id>/here/", source_views.arrived, name="arrived"),
    path("c/<slug:slug>/import/sources/<int:source_id>/fetch/", source_views.fetch, name="fetch"),
    path(
        "c/<slug:slug>/import/sources/<int:source_id>/follow/", source_views.follow, name="follow"
    ),
]
