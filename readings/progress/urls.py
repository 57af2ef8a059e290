"""Addresses of the ledger: a student's own, the class's, grade books, reminders."""

from __future__ import annotations

from django.urls import path

from readings.progress import my_views, pasting_views, reminder_views, views

MINE = "c/<slug:slug>/notes/"
PROGRESS = "c/<slug:slug>/progress/"
STUDENT = f"{PROGRESS}students/<int:user_id>/"

app_name = "progress"
urlpatterns = [
    path(MINE, my_views.mine, name="mine"),
    path(f"{MINE}<int:reading_id>/skip/", my_views.spend, name="spend_skip"),
    path(f"{MINE}<int:reading_id>/take-back/", my_views.take_back, name="take_back_skip"),
    path(PROGRESS, views.progress, name="overview"),
    path(STUDENT, views.student, name="student"),
    path(f"{STUDENT}excuse/", views.excuse_student, name="excuse"),
    path(f"{PROGRESS}readings/<int:reading_id>/", views.reading, name="reading"),
    path(f"{PROGRESS}export/", views.export, name="export"),
    path(f"{PROGRESS}import/", pasting_views.paste, name="paste"),
    path(f"{PROGRESS}reminders/", reminder_views.reminders, name="reminders"),
    path(f"{PROGRESS}reminders/send/", reminder_views.send, name="send_reminders"),
]
