"""Addresses of imports (for the moment only the entrance, so that other pages can link to it)."""

from __future__ import annotations

from django.urls import path

from readings.imports import views

app_name = "imports"
urlpatterns = [path("c/<slug:slug>/import/", views.paste, name="paste")]
