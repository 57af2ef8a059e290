"""Addresses under which the plan of a course is used again."""

from __future__ import annotations

from django.urls import path

from readings.next_term import views

app_name = "next_term"
urlpatterns = [
    path("c/<slug:slug>/next-term/", views.copy, name="copy"),
    path("c/<slug:slug>/template/", views.save_template, name="save_template"),
]
