"""Addresses of courses and their people."""

from __future__ import annotations

from django.urls import include, path

from readings.courses import views

app_name = "courses"
urlpatterns = [
    path("", views.index, name="index"),
    path("courses/new/", views.new, name="new"),
    path("l/<str:token>/", views.open_link, name="open_link"),
    path("join/<str:token>/", views.join, name="join"),
    path("c/<slug:slug>/settings/", views.change, name="settings"),
    path("c/<slug:slug>/links/<str:which>/renew/", views.renew_link, name="renew_link"),
    path("c/<slug:slug>/people/", views.people, name="people"),
    path("c/<slug:slug>/people/<int:membership_id>/role/", views.set_role, name="set_role"),
    path("c/<slug:slug>/people/<int:membership_id>/remove/", views.remove, name="remove"),
    path("c/<slug:slug>/groups/", include("readings.courses.groups.urls")),
]
