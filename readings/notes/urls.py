"""Addresses of notes."""

from __future__ import annotations

from django.urls import path

from readings.notes import file_views, finding_views, history_views, reading_views, views

NOTE = "c/<slug:slug>/papers/<int:reading_id>/note/"
OF_READING = "c/<slug:slug>/papers/<int:reading_id>/notes/"
OF_MEETING = "c/<slug:slug>/classes/<int:meeting_id>/notes/"

app_name = "notes"
urlpatterns = [
    path(NOTE, views.edit, name="edit"),
    path(f"{NOTE}draft/", views.draft, name="draft"),
    path(f"{NOTE}preview/", views.preview, name="preview"),
    path(f"{NOTE}submit/", views.submit, name="submit"),
    path(f"{NOTE}withdraw/", views.withdraw, name="withdraw"),
    path(f"{NOTE}passages/", finding_views.passages, name="passages"),
    path("c/<slug:slug>/names/", finding_views.names, name="names"),
    path(f"{NOTE}files/", file_views.attach, name="attach"),
    path(f"{NOTE}files/<int:attachment_id>/", file_views.file, name="file"),
    path(f"{NOTE}files/<int:attachment_id>/remove/", file_views.remove, name="remove"),
    path(f"{NOTE}restore/<int:number>/", history_views.restore, name="restore"),
    path(f"{NOTE}<int:note_id>/revisions/", history_views.revisions, name="revisions"),
    path(f"{NOTE}<int:note_id>/revisions/<int:number>/", history_views.revisions, name="revision"),
    path(f"{NOTE}<slug:place>/helpful/", reading_views.helpful, name="helpful"),
    path(OF_READING, reading_views.of_reading, name="of_reading"),
    path(OF_MEETING, reading_views.of_meeting, name="of_meeting"),
]
