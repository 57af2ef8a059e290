"""Addresses of marking, and of what comes back to a student."""

from __future__ import annotations

from django.urls import path

from readings.marking import feedback_views, marking_views

MARKING = "c/<slug:slug>/marking/"
READING = f"{MARKING}<int:reading_id>/"
FEEDBACK = "c/<slug:slug>/papers/<int:reading_id>/feedback/"

app_name = "marking"
urlpatterns = [
    path(MARKING, marking_views.queue, name="queue"),
    path(READING, marking_views.reading, name="reading"),
    path(f"{READING}return/", marking_views.return_marked, name="return"),
    path(f"{READING}<int:student_id>/", marking_views.note, name="note"),
    path(f"{READING}<int:student_id>/take-back/", marking_views.take_back, name="take_back"),
    path(FEEDBACK, feedback_views.feedback, name="feedback"),
    path(f"{FEEDBACK}remarks/<int:remark_id>/", feedback_views.remark, name="remark"),
]
