"""Addresses of the plan."""

from __future__ import annotations

from django.urls import path

from readings.schedule import views

app_name = "schedule"
urlpatterns = [
    path("c/<slug:slug>/plan/", views.plan, name="plan"),
    path("c/<slug:slug>/plan/generate/", views.generate, name="generate"),
    path("c/<slug:slug>/plan/weeks/add/", views.add_week, name="add_week"),
    path("c/<slug:slug>/plan/weeks/<int:week_id>/", views.change_week, name="week"),
    path("c/<slug:slug>/plan/weeks/<int:week_id>/delete/", views.delete_week, name="delete_week"),
    path("c/<slug:slug>/plan/weeks/<int:week_id>/add/", views.add_meeting, name="add_meeting"),
    path("c/<slug:slug>/plan/classes/<int:meeting_id>/", views.change_meeting, name="meeting"),
    path(
        "c/<slug:slug>/plan/classes/<int:meeting_id>/delete/",
        views.delete_meeting,
        name="delete_meeting",
    ),
    path("c/<slug:slug>/plan/classes/<int:meeting_id>/add/", views.add_papers, name="add_papers"),
    path("c/<slug:slug>/plan/classes/<int:meeting_id>/words/", views.add_words, name="add_words"),
    path("c/<slug:slug>/plan/shelf/add/", views.add_papers, name="add_to_shelf"),
    path("c/<slug:slug>/plan/items/<int:item_id>/", views.change_item, name="item"),
    path("c/<slug:slug>/plan/items/<int:item_id>/shift/", views.shift_item, name="shift_item"),
    path("c/<slug:slug>/plan/items/<int:item_id>/drop/", views.drop_item, name="drop_item"),
    path("c/<slug:slug>/plan/items/<int:item_id>/remove/", views.remove_item, name="remove_item"),
]
