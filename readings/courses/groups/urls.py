"""Addresses of groups, among those of courses."""

from __future__ import annotations

from django.urls import path

from readings.courses.groups import views

urlpatterns = [
    path("", views.index, name="groups"),
    path("place/", views.place, name="place_students"),
    path("join/<str:token>/", views.join, name="join_group"),
    path("<int:group_id>/rename/", views.rename, name="rename_group"),
    path("<int:group_id>/leave/", views.leave, name="leave_group"),
    path("<int:group_id>/link/", views.renew_link, name="renew_group_link"),
    path("<int:group_id>/delete/", views.delete, name="delete_group"),
]
