"""Addresses of one's own account besides allauth's."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from readings.accounts import views

app_name = "accounts"
urlpatterns = [path("you/", views.profile, name="profile")]
if settings.DEMO:
    urlpatterns.append(
        path("sample/sign-in/<int:user_id>/", views.sign_in_as_sample, name="sign_in_as_sample")
    )
