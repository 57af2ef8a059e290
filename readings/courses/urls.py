"""Addresses of courses and their people."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "courses"
urlpatterns: list[URLPattern] = []
