"""Addresses of sign-ups."""

from __future__ import annotations

from django.urls import path

from readings.presentations.board import views
from readings.presentations.sheets import views as sheet_views

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
    path("c/<slug:slug>/sign-ups/new/", sheet_views.new_slot, name="new_slot"),
    path(
        "c/<slug:slug>/sign-ups/new/readings/", sheet_views.new_reading_slots, name="new_readings"
    ),
    path(
        "c/<slug:slug>/sign-ups/new/presentations/",
        sheet_views.new_presentation_slots,
        name="new_presentations",
    ),
    path("c/<slug:slug>/sign-ups/<int:slot_id>/", sheet_views.slot, name="slot"),
    path("c/<slug:slug>/sign-ups/<int:slot_id>/put/", sheet_views.put, name="put"),
    path("c/<slug:slug>/sign-ups/<int:slot_id>/remove/", sheet_views.remove, name="remove"),
    path(
        "c/<slug:slug>/sign-ups/<int:slot_id>/take-off/<int:sign_up_id>/",
        sheet_views.take_off,
        name="take_off",
    ),
]
