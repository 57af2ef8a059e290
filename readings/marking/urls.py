"""Addresses of marking, of what comes back, and of the ledger."""

from __future__ import annotations

from django.urls import path

from readings.marking import (
    feedback_views,
    marking_views,
    my_views,
    pasting_views,
    progress_views,
    reminder_views,
)

MARKING = "c/<slug:slug>/marking/"
READING = f"{MARKING}<int:reading_id>/"
MINE = "c/<slug:slug>/notes/"
FEEDBACK = "c/<slug:slug>/papers/<int:reading_id>/feedback/"
PROGRESS = "c/<slug:slug>/progress/"
STUDENT = f"{PROGRESS}students/<int:user_id>/"

app_name = "marking"
urlpatterns = [
    path(MARKING, marking_views.queue, name="queue"),
    path(READING, marking_views.reading, name="reading"),
    path(f"{READING}return/", marking_views.return_marked, name="return"),
    path(f"{READING}<int:student_id>/", marking_views.note, name="note"),
    path(f"{READING}<int:student_id>/take-back/", marking_views.take_back, name="take_back"),
    path(FEEDBACK, feedback_views.feedback, name="feedback"),
    path(f"{FEEDBACK}remarks/<int:remark_id>/", feedback_views.remark, name="remark"),
    path(MINE, my_views.mine, name="mine"),
    path(f"{MINE}<int:reading_id>/skip/", my_views.spend, name="spend_skip"),
    path(f"{MINE}<int:reading_id>/take-back/", my_views.take_back, name="take_back_skip"),
    path(PROGRESS, progress_views.progress, name="progress"),
    path(STUDENT, progress_views.student, name="student_progress"),
    path(f"{STUDENT}excuse/", progress_views.excuse_student, name="excuse"),
    path(f"{PROGRESS}readings/<int:reading_id>/", progress_views.reading, name="reading_progress"),
    path(f"{PROGRESS}export/", progress_views.export, name="export"),
    path(f"{PROGRESS}import/", pasting_views.paste, name="paste"),
    path(f"{PROGRESS}reminders/", reminder_views.reminders, name="reminders"),
    path(f"{PROGRESS}reminders/send/", reminder_views.send, name="send_reminders"),
]
