"""Addresses of the plan.  What has no row yet has a negative id."""

from __future__ import annotations

from django.urls import path, register_converter

from readings.planning import publishing_views, rearranging_views, row_views, views


class PlannedId:
    """The id of something in a plan."""

    regex = r"-?[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Its digits."""
        return str(value)


register_converter(PlannedId, "planned")

_PLAN = "c/<slug:slug>/plan/"

app_name = "planning"
urlpatterns = [
    path(_PLAN, views.board, name="board"),
    path(f"{_PLAN}undo/", views.undo, name="undo"),
    path(f"{_PLAN}discard/", views.discard, name="discard"),
    path(f"{_PLAN}publish/", publishing_views.publish, name="publish"),
    path(f"{_PLAN}history/", publishing_views.history, name="history"),
    path(f"{_PLAN}history/<int:change_id>/", publishing_views.change, name="change"),
    path(f"{_PLAN}history/<int:change_id>/undo/", publishing_views.undo_change, name="undo_change"),
    path(f"{_PLAN}term/", row_views.generate, name="generate"),
    path(f"{_PLAN}term/move/", rearranging_views.move_term, name="move_term"),
    path(f"{_PLAN}weeks/add/", row_views.add_week, name="add_week"),
    path(f"{_PLAN}weeks/insert/", rearranging_views.insert_week, name="insert_week"),
    path(f"{_PLAN}weeks/<planned:week_id>/", row_views.week, name="week"),
    path(f"{_PLAN}weeks/<planned:week_id>/remove/", row_views.remove_week, name="remove_week"),
    path(f"{_PLAN}weeks/<planned:week_id>/add/", row_views.new_meeting, name="new_meeting"),
    path(f"{_PLAN}classes/<planned:meeting_id>/", row_views.meeting, name="meeting"),
    path(
        f"{_PLAN}classes/<planned:meeting_id>/remove/",
        row_views.remove_meeting,
        name="remove_meeting",
    ),
    path(f"{_PLAN}classes/<planned:meeting_id>/add/", row_views.add_papers, name="add_papers"),
    path(f"{_PLAN}classes/<planned:meeting_id>/words/", row_views.add_words, name="add_words"),
    path(f"{_PLAN}classes/<planned:meeting_id>/cancel/", rearranging_views.cancel, name="cancel"),
    path(f"{_PLAN}classes/<planned:meeting_id>/free/", rearranging_views.free, name="free"),
    path(f"{_PLAN}classes/<planned:meeting_id>/fill/", rearranging_views.fill, name="fill"),
    path(
        f"{_PLAN}classes/<planned:meeting_id>/exchange/",
        rearranging_views.exchange,
        name="exchange",
    ),
    path(f"{_PLAN}shelf/add/", row_views.add_papers, name="add_to_shelf"),
    path(f"{_PLAN}shelf/words/", row_views.add_words, name="words_to_shelf"),
    path(f"{_PLAN}items/<planned:item_id>/", row_views.item, name="item"),
    path(f"{_PLAN}items/<planned:item_id>/move/", views.move, name="move"),
    path(f"{_PLAN}items/<planned:item_id>/nudge/", views.nudge, name="nudge"),
    path(f"{_PLAN}items/<planned:item_id>/take-off/", views.take_off, name="take_off"),
    path(f"{_PLAN}items/<planned:item_id>/remove/", views.remove, name="remove"),
    path(f"{_PLAN}items/<planned:item_id>/note/", row_views.carry_note, name="carry_note"),
    path(f"{_PLAN}entries/<int:entry_id>/schedule/", views.schedule_entry, name="schedule_entry"),
]
