"""Addresses of sheets and slots, in the name space of sign-ups."""

from __future__ import annotations

from django.urls import path

from readings.presentations.sheets import log_views, sheet_views, views

_SIGN_UPS = "c/<slug:slug>/sign-ups"
_SHEET = f"{_SIGN_UPS}/sheets/<int:sheet_id>"
_SLOT = f"{_SIGN_UPS}/<int:slot_id>"

urlpatterns = [
    path(f"{_SIGN_UPS}/sheets/", sheet_views.sheets, name="sheets"),
    path(f"{_SIGN_UPS}/sheets/new/", sheet_views.new_sheet, name="new_sheet"),
    path(f"{_SHEET}/", sheet_views.sheet, name="sheet"),
    path(f"{_SHEET}/rules/", sheet_views.sheet_rules, name="sheet_rules"),
    path(f"{_SHEET}/add/", sheet_views.add_slots, name="add_slots"),
    path(f"{_SHEET}/change/", sheet_views.change_ticked, name="change_ticked"),
    path(f"{_SHEET}/remove/", sheet_views.remove_sheet, name="remove_sheet"),
    path(f"{_SIGN_UPS}/log/", log_views.log, name="log"),
    path(f"{_SIGN_UPS}/take-off/", views.take_off_all, name="take_off_all"),
    path(f"{_SLOT}/", views.slot, name="slot"),
    path(f"{_SLOT}/put/", views.put, name="put"),
    path(f"{_SLOT}/move/", views.move, name="move_slot"),
    path(f"{_SLOT}/remove/", views.remove, name="remove"),
    path(f"{_SLOT}/take-off/<int:sign_up_id>/", views.take_off, name="take_off"),
]
