"""Addresses of calendars."""

from __future__ import annotations

from django.urls import path

from readings.calendars import views

app_name = "calendars"
urlpatterns = [
    path("c/<slug:slug>/calendar/", views.course, name="course"),
    path("c/<slug:slug>/calendar.ics", views.course_feed, name="course_feed"),
    path("l/<str:token>/calendar.ics", views.feed_by_link, name="feed_by_link"),
    path("you/calendar/", views.mine, name="mine"),
    path("you/calendar/renew/", views.renew, name="renew"),
    path("calendar/<str:token>.ics", views.personal_feed, name="personal_feed"),
]
