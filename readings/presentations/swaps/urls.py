"""Addresses of swaps."""

from __future__ import annotations

from django.urls import path

from readings.presentations.swaps import views

app_name = "swaps"
urlpatterns = [
    path("c/<slug:slug>/sign-ups/swaps/", views.swaps, name="swaps"),
    path("c/<slug:slug>/sign-ups/<int:slot_id>/offer/", views.offer, name="offer"),
    path("c/<slug:slug>/sign-ups/swaps/exchange/", views.exchange, name="exchange"),
    path("c/<slug:slug>/sign-ups/swaps/<int:swap_id>/accept/", views.accept, name="accept"),
    path("c/<slug:slug>/sign-ups/swaps/<int:swap_id>/decline/", views.decline, name="decline"),
    path("c/<slug:slug>/sign-ups/swaps/<int:swap_id>/withdraw/", views.withdraw, name="withdraw"),
    path("c/<slug:slug>/sign-ups/swaps/<int:swap_id>/agree/", views.agree, name="agree"),
    path("c/<slug:slug>/sign-ups/swaps/<int:swap_id>/disagree/", views.disagree, name="disagree"),
]
