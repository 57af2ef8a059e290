"""Addresses of marks and of the ledger."""

from __future__ import annotations

from django.urls import path

from readings.marking import my_views

app_name = "marking"
urlpatterns = [
    path("c/<slug:slug>/notes/", my_views.mine, name="mine"),
    path("c/<slug:slug>/notes/<int:reading_id>/skip/", my_views.spend, name="spend_skip"),
    path(
        "c/<slug:slug>/notes/<int:reading_id>/take-back/",
        my_views.take_back,
        name="take_back_skip",
    ),
]
