"""Addresses of groups, among those of courses."""

from __future__ import annotations

from django.urls import path

from readings.courses.groups import staff_views, views

urlpatterns = [
    path("", views.index, name="groups"),
    path("join/<str:token>/", views.join, name="join_group"),
    path("<int:group_id>/join/", views.join_empty, name="join_empty_group"),
    path("<int:group_id>/rename/", views.rename, name="rename_group"),
    path("<int:group_id>/leave/", views.leave, name="leave_group"),
    path("<int:group_id>/link/", views.renew_link, name="renew_group_link"),
    path("<int:group_id>/invite/", views.invite, name="invite_to_group"),
    path("invitations/<int:invitation_id>/<str:answer>/", views.answer, name="answer_invitation"),
    path("place/", staff_views.place, name="place_students"),
    path("place/all/", staff_views.fill, name="fill_groups"),
    path("limits/", staff_views.limits, name="group_limits"),
    path("<int:group_id>/merge/", staff_views.merge, name="merge_group"),
    path("<int:group_id>/delete/", staff_views.delete, name="delete_group"),
]
