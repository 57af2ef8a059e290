"""Every address: the product's, sign-in, the admin."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("readings.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
