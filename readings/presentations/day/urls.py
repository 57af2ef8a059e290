"""Addresses of the day of the talk."""

from __future__ import annotations

from django.urls import path

from readings.presentations.day import staff_views, talk_views, views

TALKS = "c/<slug:slug>/sign-ups/talks/"
TALK = "c/<slug:slug>/sign-ups/<int:slot_id>/talk/<slug:key>/"
CLASS = "c/<slug:slug>/classes/<int:meeting_id>/talks/"

app_name = "day"
urlpatterns = [
    path(TALKS, views.days, name="days"),
    path(f"{TALKS}marks.csv", staff_views.export, name="export"),
    path(TALK, views.talk, name="talk"),
    path(f"{TALK}files/", talk_views.hand_in, name="hand_in"),
    path(f"{TALK}files/<int:material_id>/", views.file, name="file"),
    path(f"{TALK}files/<int:material_id>/remove/", talk_views.remove, name="remove"),
    path(f"{TALK}files/<int:material_id>/put-back/", talk_views.put_back, name="put_back"),
    path(f"{TALK}links/", talk_views.link, name="link"),
    path(f"{TALK}feedback/", talk_views.feedback, name="feedback"),
    path(f"{TALK}feedback/withdraw/", talk_views.withdraw, name="withdraw"),
    path(CLASS, views.order, name="order"),
    path(f"{CLASS}move/", staff_views.move, name="move"),
    path(f"{CLASS}marks/", staff_views.marks, name="marks"),
    path(f"{CLASS}marks/return/", staff_views.give_back, name="return"),
    path(f"{CLASS}marks/take-back/", staff_views.take_back, name="take_back"),
]
