"""Addresses of sign-ups."""

from __future__ import annotations

from django.urls import include, path

from readings.presentations.board import views

app_name = "presentations"
urlpatterns = [
    path("c/<slug:slug>/sign-ups/", views.sign_ups, name="sign_ups"),
    path("c/<slug:slug>/sign-ups/<int:slot_id>/claim/", views.claim, name="claim"),
    path("c/<slug:slug>/sign-ups/<int:slot_id>/leave/", views.leave, name="leave"),
    path("c/<slug:slug>/sign-ups/<int:slot_id>/wait/", views.wait, name="wait"),
    path(
        "c/<slug:slug>/sign-ups/<int:slot_id>/stop-waiting/",
        views.stop_waiting,
        name="stop_waiting",
    ),
    path("c/<slug:slug>/sign-ups/<int:slot_id>/give/<int:waiting_id>/", views.give, name="give"),
    path("", include("readings.presentations.sheets.urls")),
]
