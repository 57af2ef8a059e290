"""Addresses that belong to no domain."""

from __future__ import annotations

from django.urls import path

from readings.core import views

app_name = "core"
urlpatterns = [path("healthz", views.healthz, name="healthz")]
