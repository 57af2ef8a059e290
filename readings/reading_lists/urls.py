"""Addresses of reading lists."""

from __future__ import annotations

from django.urls import include, path

from readings.reading_lists import staff_views, views

app_name = "reading_lists"
_lists = [
    path("", views.index, name="index"),
    path("new/", staff_views.new_list, name="new"),
    path("<int:list_id>/", views.show, name="show"),
    path("<int:list_id>/searches/", views.searches, name="searches"),
    path("<int:list_id>/arrange/", staff_views.arrange, name="arrange"),
    path("<int:list_id>/delete/", staff_views.delete_list, name="delete"),
    path("<int:list_id>/add/", staff_views.add_entries, name="add"),
    path("<int:list_id>/sections/add/", staff_views.add_section, name="add_section"),
    path("sections/<int:section_id>/", staff_views.change_section, name="section"),
    path("sections/<int:section_id>/shift/", staff_views.shift_section, name="shift_section"),
    path("sections/<int:section_id>/remove/", staff_views.remove_section, name="remove_section"),
    path("entries/<int:entry_id>/", staff_views.change_entry, name="entry"),
    path("entries/<int:entry_id>/schedule/", staff_views.schedule_entry, name="schedule_entry"),
    path("entries/<int:entry_id>/move/", staff_views.move_entry, name="move_entry"),
    path("entries/<int:entry_id>/shift/", staff_views.shift_entry, name="shift_entry"),
    path("entries/<int:entry_id>/remove/", staff_views.remove_entry, name="remove_entry"),
    path("entries/<int:entry_id>/match/", staff_views.decide_match, name="match"),
]
urlpatterns = [path("c/<slug:slug>/reading-lists/", include(_lists))]
