"""The product's addresses, and those it is measured against."""

from __future__ import annotations

from django.urls import include, path

from bench import minimal

urlpatterns = [
    path("", include("seminar.urls")),
    path("bench/nothing/", minimal.nothing),
    path("bench/<slug:slug>/", minimal.schedule),
    path("bench/<slug:slug>/papers/<int:reading_id>/", minimal.paper),
    path("bench/<slug:slug>/papers/<int:reading_id>/comments/", minimal.comment),
]
